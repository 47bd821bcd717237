package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.security.internal.pdu.Pdu;

/**
 * Where a pairing stands. A state is a record with what it needs and decides about everything that can come: each PDU, and what the
 * controller says about encryption.
 */
interface State extends Pdu.Handler {
    /**
     * The controller asks for the LTK of this pairing.
     *
     * @return empty when this pairing has none to give: then it has ended
     */
    Optional<Key> longTermKey(long rand, int ediv);

    /** @param status 0 when the link is encrypted, else the error code of the controller */
    void encryptionChanged(int status);
}
