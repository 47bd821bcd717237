package org.everbond.security.internal.pairing;

import java.security.MessageDigest;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.DhKey;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.crypto.PublicKey;
import org.everbond.crypto.Toolbox;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.Refusal;

/**
 * What both roles of LE Secure Connections hold once the public keys are exchanged, and what they calculate with it (Vol 3,
 * Part H, 2.3.5.6).
 *
 * @param own our key pair, used in this pairing only
 * @param peer the peer's public key, checked
 * @param dhKey being computed
 * @param nonce our nonce: Na or Nb
 */
record SecureConnections(
        Pairing pairing, Agreement agreement, P256 own, PublicKey peer, Later<DhKey> dhKey, byte[] nonce) {
    /** r of f6 for Just Works and Numeric Comparison. */
    private static final byte[] NO_SECRET = new byte[16];

    /** MacKey and LTK, and with whose nonces they were made. */
    record Keys(Key macKey, Key ltk, byte[] peerNonce) {
        @Override
        public String toString() {
            return "Keys[hidden]";
        }
    }

    /**
     * Judges the peer's public key before it meets our private key, and starts the computation of the DHKey.
     *
     * @throws Refusal for a point that is not on the curve, our own X and the debug key
     */
    static SecureConnections exchange(Pairing pairing, Agreement agreement, P256 own, PublicKey peer) throws Refusal {
        if (peer.sameX(own.publicKey())) {
            throw new Refusal(
                    FailureReason.DHKEY_CHECK_FAILED,
                    "the peer sent our own public key back, which only an attacker does; do not pair here");
        }
        if (peer.isDebugKey()) {
            throw new Refusal(
                    FailureReason.DHKEY_CHECK_FAILED,
                    "the peer uses the published debug key, so that anybody can listen; switch its debug mode off");
        }
        if (!peer.isValid()) {
            throw new Refusal(
                    FailureReason.DHKEY_CHECK_FAILED,
                    "the peer's public key is not on the curve P-256; update the peer, or do not pair here");
        }
        Later<DhKey> dhKey = pairing.compute(() -> own.dhKey(peer));
        return new SecureConnections(
                pairing, agreement, own, peer, dhKey, pairing.surroundings().nonce());
    }

    /** The responder's commitment: Cb = f4(PKbx, PKax, Nb, 0) (2.3.5.6.2). */
    byte[] confirm() {
        return Toolbox.f4(own.publicKey().x(), peer.x(), nonce, 0);
    }

    /** Whether the responder had chosen this nonce when it sent its commitment. */
    boolean confirms(byte[] confirm, byte[] peerNonce) {
        return equal(confirm, Toolbox.f4(peer.x(), own.publicKey().x(), peerNonce, 0));
    }

    /** MacKey || LTK = f5(DHKey, Na, Nb, A, B) (2.3.5.6.5). */
    Keys keys(DhKey dhKey, byte[] peerNonce) {
        boolean initiator = pairing.initiator();
        var made = Toolbox.f5(
                dhKey,
                initiator ? nonce : peerNonce,
                initiator ? peerNonce : nonce,
                initiator ? ownAddress() : peerAddress(),
                initiator ? peerAddress() : ownAddress());
        return new Keys(made.macKey(), made.ltk().shortened(agreement.keySize()), peerNonce);
    }

    /** Our DHKey Check: f6 with our nonce, features and address first. */
    byte[] check(Keys keys) {
        var features = pairing.initiator() ? agreement.request() : agreement.response();
        return Toolbox.f6(
                keys.macKey(), nonce, keys.peerNonce(), NO_SECRET, features.ioCap(), ownAddress(), peerAddress());
    }

    /** Whether the peer's DHKey Check is the one that it must be; takes the same time for every wrong one. */
    boolean checks(Keys keys, byte[] peerCheck) {
        var features = pairing.initiator() ? agreement.response() : agreement.request();
        var expected = Toolbox.f6(
                keys.macKey(), keys.peerNonce(), nonce, NO_SECRET, features.ioCap(), peerAddress(), ownAddress());
        // An all-zero key is no key, however it came about.
        return equal(peerCheck, expected) && !keys.ltk().isZero();
    }

    void checkFailed() {
        pairing.fail(FailureReason.DHKEY_CHECK_FAILED, FailureReason.DHKEY_CHECK_FAILED.sentence());
    }

    private DeviceAddress ownAddress() {
        return pairing.connection().ownAddress();
    }

    private DeviceAddress peerAddress() {
        return pairing.connection().peerAddress();
    }

    private static boolean equal(byte[] a, byte[] b) {
        return MessageDigest.isEqual(a, b);
    }

    @Override
    public String toString() {
        return "SecureConnections[" + pairing.connection().peerAddress() + "]";
    }
}
