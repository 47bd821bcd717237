package org.everbond.security.internal.pairing;

import java.security.MessageDigest;
import java.util.function.Consumer;
import org.everbond.crypto.DhKey;
import org.everbond.crypto.P256;
import org.everbond.crypto.PublicKey;
import org.everbond.crypto.Toolbox;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.Refusal;

/**
 * What both roles of LE Secure Connections hold once the public keys are exchanged, for every association model (Vol 3, Part H,
 * 2.3.5.6.1). Authentication stage 1 comes next, by the model; it ends in {@link Authenticated}.
 *
 * @param own our key pair, used in this pairing only, or for our out of band data
 * @param peer the peer's public key, checked
 * @param dhKey being computed
 */
record SecureConnections(Pairing pairing, Agreement agreement, P256 own, PublicKey peer, Later<DhKey> dhKey) {
    /** Takes what has to be there before the first public key leaves: the yes to Just Works, and a key pair. */
    static void prepare(Pairing pairing, Agreement agreement, Consumer<P256> then) {
        switch (agreement.model()) {
            case JUST_WORKS -> pairing.user().confirmJustWorks(() -> pairing.withKeyPair(then));
            case OUT_OF_BAND -> OutOfBand.withKeyPair(pairing, agreement, then);
            case NUMERIC_COMPARISON, INITIATOR_DISPLAYS, RESPONDER_DISPLAYS, BOTH_INPUT -> pairing.withKeyPair(then);
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
        // Even in tests no bonded peer is replaced, or passed for, by whoever knows the debug key.
        if (peer.isDebugKey() && !(pairing.options().debugKeys() && pairing.existing().isEmpty())) {
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
                pairing, peer.isDebugKey() ? agreement.withoutBond() : agreement, own, peer, dhKey);
    }

    /** Our commitment to a nonce: f4(PKown, PKpeer, nonce, z) (2.2.6). */
    byte[] confirm(byte[] nonce, int z) {
        return Toolbox.f4(own.publicKey().x(), peer.x(), nonce, z);
    }

    /**
     * Whether the peer had chosen this nonce when it sent its commitment; else the pairing fails.
     *
     * @param ownNonce which the peer must not send back to us
     */
    boolean confirms(byte[] confirm, byte[] peerNonce, int z, byte[] ownNonce) {
        boolean right = equal(confirm, Toolbox.f4(peer.x(), own.publicKey().x(), peerNonce, z))
                && isOfPeer(peerNonce, ownNonce);
        if (!right) {
            confirmFailed();
        }
        return right;
    }

    /** Whether a value is the peer's own and not ours reflected; the pairing fails if it is ours. */
    boolean takes(byte[] peerValue, byte[] ownValue) {
        boolean own = !isOfPeer(peerValue, ownValue);
        if (own) {
            confirmFailed();
        }
        return !own;
    }

    private static boolean isOfPeer(byte[] peerValue, byte[] ownValue) {
        return !equal(peerValue, ownValue);
    }

    private void confirmFailed() {
        pairing.fail(FailureReason.CONFIRM_VALUE_FAILED, FailureReason.CONFIRM_VALUE_FAILED.sentence());
    }

    static boolean equal(byte[] a, byte[] b) {
        return MessageDigest.isEqual(a, b);
    }

    @Override
    public String toString() {
        return "SecureConnections[" + pairing.connection().peerAddress() + "]";
    }
}
