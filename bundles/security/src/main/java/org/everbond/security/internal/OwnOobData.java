package org.everbond.security.internal;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.crypto.Toolbox;
import org.everbond.security.OobData;

/**
 * Our own data for pairing out of band with LE Secure Connections, with the key pair that it commits to (Vol 3, Part H, 2.3.5.6.4).
 * For one peer: whoever has paired with it knows the random value, and could stand between us and the next one.
 */
public final class OwnOobData {
    /** An own key pair is given up when S + 3F > 8, with F attempts that failed (2.3.6). */
    private static final int FAILURES = 3;

    private final Surroundings surroundings;
    private final KeyPairs keyPairs;
    private Made current;
    private int failures;
    private long wanted;

    OwnOobData(Surroundings surroundings, KeyPairs keyPairs) {
        this.surroundings = surroundings;
        this.keyPairs = keyPairs;
    }

    /**
     * One key pair and its random value.
     *
     * @param random r
     */
    public record Made(P256 pair, Key random) {
        /** C = f4(PKx, PKx, r, 0). */
        Key confirm() {
            var x = pair.publicKey().x();
            return Key.of(Toolbox.f4(x, x, random.octets(), 0));
        }

        @Override
        public String toString() {
            return "Made[hidden]";
        }
    }

    CompletionStage<OobData> create(Supplier<Optional<DeviceAddress>> address) {
        forget();
        long number = wanted;
        var created = new CompletableFuture<OobData>();
        keyPairs.take((pair, failure) -> {
            if (failure != null) {
                created.completeExceptionally(failure);
                return;
            }
            var made = new Made(pair, Key.of(surroundings.nonce()));
            if (number == wanted) {
                current = made;
            }
            keyPairs.prepare();
            created.complete(new OobData(
                    address.get(), Optional.empty(), Optional.of(new OobData.SecureConnections(made.confirm(), made.random()))));
        });
        return created;
    }

    void forget() {
        current = null;
        failures = 0;
        wanted++;
    }

    /** What a peer may have of us at the moment. */
    public Optional<Made> current() {
        return Optional.ofNullable(current);
    }

    /** A pairing in which this data was used is over. */
    public void used(Made made, boolean well) {
        if (made == current && (well || ++failures == FAILURES)) {
            forget();
        }
    }
}
