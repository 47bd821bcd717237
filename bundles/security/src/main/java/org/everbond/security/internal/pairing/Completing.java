package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.security.PairingResult;
import org.everbond.security.internal.pdu.Pdu;

/** All is done but for the controller's word that our last key PDU was delivered. */
record Completing(Pairing pairing, PairingResult result, LinkKeys keys) implements Quiet {
    @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.followedBy(pdu); }
    @Override public Optional<Key> longTermKey(long rand, int ediv) { return pairing.refreshed(keys, rand, ediv); }
    @Override public void encryptionChanged(int status) { pairing.refreshEnded(status); }

    @Override
    public String toString() {
        return "Completing[" + result + "]";
    }
}
