package org.everbond.security.internal.pairing;

import java.security.MessageDigest;
import org.everbond.crypto.Key;
import org.everbond.crypto.OctetOrder;
import org.everbond.crypto.Toolbox;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.pdu.PduCodec;
import org.everbond.security.internal.policy.Agreement;

/**
 * What both roles of LE legacy pairing hold once TK is known, and what they calculate with it (Vol 3, Part H, 2.3.5.5).
 *
 * @param random ours: Mrand or Srand
 */
record LegacyPairing(Pairing pairing, Agreement agreement, Key tk, byte[] random) {
    static LegacyPairing with(Pairing pairing, Agreement agreement, Key tk) {
        return new LegacyPairing(pairing, agreement, tk, pairing.surroundings().nonce());
    }

    /** Mconfirm or Sconfirm of ours. */
    byte[] confirm() {
        return c1(random);
    }

    /** Whether a Confirm is the peer's own and not ours reflected; the pairing fails if it is ours. */
    boolean takes(byte[] peerConfirm) {
        return check(!MessageDigest.isEqual(peerConfirm, confirm()));
    }

    /** Whether the peer knew TK and had chosen this random when it sent its Confirm; else the pairing fails. */
    boolean confirms(byte[] peerConfirm, byte[] peerRandom) {
        return check(MessageDigest.isEqual(peerConfirm, c1(peerRandom)));
    }

    /** STK = s1(TK, Srand, Mrand), shortened to the key size (2.3.5.5, 2.3.4). */
    Key stk(byte[] peerRandom) {
        boolean initiator = pairing.initiator();
        return Toolbox.s1(tk, initiator ? peerRandom : random, initiator ? random : peerRandom)
                .shortened(agreement.keySize());
    }

    private byte[] c1(byte[] value) {
        var connection = pairing.connection();
        boolean initiator = pairing.initiator();
        return Toolbox.c1(
                tk,
                value,
                OctetOrder.reversed(PduCodec.encode(new Pdu.PairingRequest(agreement.request()))),
                OctetOrder.reversed(PduCodec.encode(new Pdu.PairingResponse(agreement.response()))),
                initiator ? connection.ownAddress() : connection.peerAddress(),
                initiator ? connection.peerAddress() : connection.ownAddress());
    }

    private boolean check(boolean right) {
        if (!right) {
            pairing.fail(FailureReason.CONFIRM_VALUE_FAILED, FailureReason.CONFIRM_VALUE_FAILED.sentence());
        }
        return right;
    }

    @Override
    public String toString() {
        return "LegacyPairing[" + pairing.connection().peerAddress() + "]";
    }
}
