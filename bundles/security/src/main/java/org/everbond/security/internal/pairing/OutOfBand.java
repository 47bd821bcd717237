package org.everbond.security.internal.pairing;

import java.util.Optional;
import java.util.function.Consumer;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.crypto.Toolbox;
import org.everbond.security.OobData;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.policy.Agreement;

/**
 * What both roles do with out of band data under LE Secure Connections (Vol 3, Part H, 2.3.5.6.4). It may have come one way or both
 * ways; the OOB data flag of each side says whether it has the other's.
 */
final class OutOfBand {
    private OutOfBand() {}

    /** The key pair that our data commits to, if the peer has our data; else a fresh one. */
    static void withKeyPair(Pairing pairing, Agreement agreement, Consumer<P256> then) {
        if (agreement.featuresOf(!pairing.initiator()).oob()) {
            then.accept(pairing.useOwnOobData().pair());
        } else {
            pairing.withKeyPair(then);
        }
    }

    /** Whether the peer's public key is the one that its data commits to, if we have its data; else the pairing fails. */
    static boolean commits(SecureConnections exchange) {
        var x = exchange.peer().x();
        boolean right = dataOfPeer(exchange)
                .map(data -> SecureConnections.equal(data.confirm().octets(), Toolbox.f4(x, x, data.random().octets(), 0)))
                .orElse(true);
        if (!right) {
            exchange.pairing().fail(
                    FailureReason.CONFIRM_VALUE_FAILED,
                    "the peer is not the device that the out of band data came from, or has made new data since;"
                            + " exchange it again and pair again");
        }
        return right;
    }

    static Authenticated authenticated(SecureConnections exchange, byte[] nonce, byte[] peerNonce) {
        return new Authenticated(exchange, nonce, peerNonce, ownRandom(exchange), peerRandom(exchange));
    }

    private static Optional<OobData.SecureConnections> dataOfPeer(SecureConnections exchange) {
        var pairing = exchange.pairing();
        return exchange.agreement().featuresOf(pairing.initiator()).oob()
                ? pairing.user().oobData().flatMap(OobData::secureConnections)
                : Optional.empty();
    }

    /** r of the peer's data, or 0 if we have none. */
    private static byte[] peerRandom(SecureConnections exchange) {
        return dataOfPeer(exchange).map(OobData.SecureConnections::random).map(Key::octets).orElseGet(Authenticated::noSecret);
    }

    /** r of our data, or 0 if the peer has none of ours. */
    private static byte[] ownRandom(SecureConnections exchange) {
        var pairing = exchange.pairing();
        return exchange.agreement().featuresOf(!pairing.initiator()).oob()
                ? pairing.useOwnOobData().random().octets()
                : Authenticated.noSecret();
    }
}
