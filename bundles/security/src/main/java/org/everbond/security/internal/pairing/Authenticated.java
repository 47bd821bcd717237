package org.everbond.security.internal.pairing;

import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.DhKey;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.policy.Agreement;

/**
 * Authentication stage 1 has passed, by whichever model; what stage 2 and the LTK are calculated from (Vol 3, Part H, 2.3.5.6.5).
 *
 * @param nonce our last nonce: Na or Nb
 * @param peerNonce the peer's
 * @param secret r of ours that the peer proves to know: ra or rb; the passkey; 0 where there is none
 * @param peerSecret r of the peer's that we prove to know
 */
record Authenticated(SecureConnections exchange, byte[] nonce, byte[] peerNonce, byte[] secret, byte[] peerSecret) {
    /** r of Just Works and Numeric Comparison, and of a device of whom nothing came out of band. */
    static byte[] noSecret() {
        return new byte[16];
    }

    /** MacKey and LTK. */
    record Keys(Key macKey, Key ltk) {
        @Override
        public String toString() {
            return "Keys[hidden]";
        }
    }

    Pairing pairing() {
        return exchange.pairing();
    }

    Agreement agreement() {
        return exchange.agreement();
    }

    /** MacKey || LTK = f5(DHKey, Na, Nb, A, B). */
    Keys keys(DhKey dhKey) {
        boolean initiator = pairing().initiator();
        var made = Toolbox.f5(
                dhKey,
                initiator ? nonce : peerNonce,
                initiator ? peerNonce : nonce,
                initiator ? ownAddress() : peerAddress(),
                initiator ? peerAddress() : ownAddress());
        return new Keys(made.macKey(), made.ltk().shortened(agreement().keySize()));
    }

    /** Our DHKey Check: f6 with our nonce, features and address first, and the peer's r. */
    byte[] check(Keys keys) {
        var features = agreement().featuresOf(pairing().initiator());
        return Toolbox.f6(keys.macKey(), nonce, peerNonce, peerSecret, features.ioCap(), ownAddress(), peerAddress());
    }

    /** Whether the peer's DHKey Check is the one that it must be, in the same time for every wrong one; else the pairing fails. */
    boolean checks(Keys keys, byte[] peerCheck) {
        var features = agreement().featuresOf(!pairing().initiator());
        var expected = Toolbox.f6(
                keys.macKey(), peerNonce, nonce, secret, features.ioCap(), peerAddress(), ownAddress());
        // An all-zero key is no key, however it came about.
        boolean right = SecureConnections.equal(peerCheck, expected) && !keys.ltk().isZero();
        if (!right) {
            pairing().fail(FailureReason.DHKEY_CHECK_FAILED, FailureReason.DHKEY_CHECK_FAILED.sentence());
        }
        return right;
    }

    private DeviceAddress ownAddress() {
        return pairing().connection().ownAddress();
    }

    private DeviceAddress peerAddress() {
        return pairing().connection().peerAddress();
    }

    @Override
    public String toString() {
        return "Authenticated[" + exchange + "]";
    }
}
