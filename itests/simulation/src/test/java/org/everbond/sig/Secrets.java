package org.everbond.sig;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.crypto.Toolbox;
import org.everbond.security.OobData;

/** What people carry from one device to the other: passkeys and out of band data, for the pairings to come. */
final class Secrets {
    private final TestUser user;
    private P256 next = P256.generate();
    private Key temporaryKey = Key.ZERO;
    /** r of the tester's data. */
    private byte[] random = new byte[16];
    /** The IUT's data, if the tester has it. */
    private Optional<OobData.SecureConnections> ofIut = Optional.empty();
    /** What both type; -1 for nothing. */
    private int passkey = -1;
    /** How many of the passkeys that were shown have been read. */
    private int read;

    private final Set<Integer> shown = new HashSet<>();

    Secrets(TestUser user) {
        this.user = user;
    }

    /** A pairing with these secrets; a key pair lives as long as the out of band data that it was made for. */
    Calculations pairing(boolean initiator, DeviceAddress tester, DeviceAddress iut) {
        var pairing = new Calculations(initiator, tester, iut, next);
        pairing.temporaryKey = temporaryKey;
        pairing.passkey = passkey;
        pairing.oobRandom = random;
        ofIut.ifPresent(data -> {
            pairing.iutOobConfirm = data.confirm().octets();
            pairing.iutOobRandom = data.random().octets();
        });
        if (user.oobData.isEmpty()) {
            next = P256.generate();
        }
        return pairing;
    }

    void bothType(int number) {
        passkey = number;
        user.types = Optional.of(number);
    }

    boolean isPasskeyShown() {
        return user.shown.size() > read;
    }

    int shownPasskey() {
        read = user.shown.size();
        int now = user.shown.get(read - 1);
        shown.add(now);
        return now;
    }

    /** Three random ones are the same once in 10¹². */
    void passkeysDiffer() {
        Expect.that(shown.size() > 1, "the passkeys that were shown are random: always " + shown);
    }

    void testerHas(String what, Optional<OobData> made) {
        switch (what) {
            case "a TK" -> temporaryKey = randomKey();
            case "the IUT's data" -> ofIut = made.orElseThrow().secureConnections();
            default -> throw new IllegalArgumentException("no such data");
        }
    }

    void userHas(String what) {
        switch (what) {
            case "the tester's TK" -> {
                temporaryKey = randomKey();
                user.oobData = Optional.of(legacy(temporaryKey));
            }
            case "another TK" -> user.oobData = Optional.of(legacy(randomKey()));
            case "the tester's data" -> user.oobData = Optional.of(secureConnections(next));
            case "data of another" -> user.oobData = Optional.of(secureConnections(P256.generate()));
            case "no data" -> {
                user.oobData = Optional.empty();
                random = new byte[16];
            }
            default -> throw new IllegalArgumentException("no such data");
        }
    }

    private static Key randomKey() {
        return Key.of(Arrays.copyOf(P256.generate().publicKey().x(), 16));
    }

    private static OobData legacy(Key temporaryKey) {
        return new OobData(Optional.empty(), Optional.of(temporaryKey), Optional.empty());
    }

    /** Data that commits to this key pair. */
    private OobData secureConnections(P256 pair) {
        var x = pair.publicKey().x();
        random = randomKey().octets();
        return new OobData(
                Optional.empty(),
                Optional.empty(),
                Optional.of(new OobData.SecureConnections(Key.of(Toolbox.f4(x, x, random, 0)), Key.of(random))));
    }
}
