package org.everbond.security.internal.pairing;

import org.everbond.security.internal.pdu.Pdu;

/**
 * It is the peer's turn: one PDU is next and no other has its place here.
 *
 * @param <P> the one that is next
 */
interface Awaiting<P extends Pdu> extends Quiet {
    Class<P> awaited();

    void received(P pdu);

    @Override
    default void other(Pdu pdu) {
        if (awaited().isInstance(pdu)) {
            received(awaited().cast(pdu));
        } else {
            pairing().outOfPlace(pdu);
        }
    }
}
