package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.security.internal.pdu.Pdu;

/** The bond is on its way to stable storage. */
final class Committing implements Quiet {
    private final Pairing pairing;
    /** Whether the peer has all our keys, or soon will: then it has done its part. */
    private final boolean keysSent;
    private final LinkKeys keys;

    Committing(Pairing pairing, boolean keysSent, LinkKeys keys) {
        this.pairing = pairing;
        this.keysSent = keysSent;
        this.keys = keys;
    }

    @Override
    public Pairing pairing() {
        return pairing;
    }

    boolean keysSent() {
        return keysSent;
    }

    @Override
    public void pairingRequest(Pdu.PairingRequest pdu) {
        if (keysSent) {
            pairing.followedBy(pdu);
        } else {
            pairing.outOfPlace(pdu);
        }
    }

    @Override
    public Optional<Key> longTermKey(long rand, int ediv) {
        return keysSent ? pairing.refreshed(keys, rand, ediv) : pairing.noLongTermKey();
    }

    @Override public void encryptionChanged(int status) { pairing.refreshEnded(status); }
}
