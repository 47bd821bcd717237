package org.everbond.security.internal.pairing;

import org.everbond.security.PairingResult;

/** All is done but for the controller's word that our last key PDU was delivered. */
record Completing(Pairing pairing, PairingResult result, LinkKeys keys) implements Concluding {
    @Override
    public boolean keysSent() {
        return true;
    }

    @Override
    public String toString() {
        return "Completing[" + result + "]";
    }
}
