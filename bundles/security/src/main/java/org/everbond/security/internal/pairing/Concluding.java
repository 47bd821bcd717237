package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.security.internal.pdu.Pdu;

/**
 * All PDUs of the peer are here. A central that has all our keys, too, has done its part and may go on: it may begin the next pairing, and
 * may refresh the encryption with a key of this one.
 */
interface Concluding extends Quiet {
    /** Whether the peer has all our keys, or soon will. */
    boolean keysSent();

    LinkKeys keys();

    /**
     * The central holds this pairing to be complete and begins the next. To fail this one now would leave the central alone with its
     * bond.
     */
    @Override
    default void pairingRequest(Pdu.PairingRequest pdu) {
        if (keysSent() && !pairing().initiator()) {
            pairing().end().followedBy(pdu);
        } else {
            pairing().outOfPlace(pdu);
        }
    }

    @Override
    default Optional<Key> longTermKey(long rand, int ediv) {
        var key = keysSent() ? keys().asked(rand, ediv) : Optional.<Key>empty();
        return key.isPresent() ? key : pairing().noLongTermKey();
    }

    /** What became of such a refresh. */
    @Override
    default void encryptionChanged(int status) {
        if (status != 0) {
            pairing().encryptionOutOfPlace();
        }
    }
}
