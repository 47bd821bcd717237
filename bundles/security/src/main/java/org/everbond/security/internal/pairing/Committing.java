package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.security.internal.pdu.Pdu;

/** The bond is on its way to stable storage. */
final class Committing implements State {
    private final Pairing pairing;
    /** Whether the peer has all our keys, or soon will: then it has done its part. */
    private final boolean keysSent;
    private final LinkKeys keys;

    Committing(Pairing pairing, boolean keysSent, LinkKeys keys) {
        this.pairing = pairing;
        this.keysSent = keysSent;
        this.keys = keys;
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

    @Override public void pairingResponse(Pdu.PairingResponse pdu) { pairing.outOfPlace(pdu); }
    @Override public void pairingConfirm(Pdu.PairingConfirm pdu) { pairing.outOfPlace(pdu); }
    @Override public void pairingRandom(Pdu.PairingRandom pdu) { pairing.outOfPlace(pdu); }
    @Override public void pairingFailed(Pdu.PairingFailed pdu) { pairing.failedByPeer(pdu); }
    @Override public void encryptionInformation(Pdu.EncryptionInformation pdu) { pairing.outOfPlace(pdu); }
    @Override public void centralIdentification(Pdu.CentralIdentification pdu) { pairing.outOfPlace(pdu); }
    @Override public void identityInformation(Pdu.IdentityInformation pdu) { pairing.outOfPlace(pdu); }
    @Override public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) { pairing.outOfPlace(pdu); }
    @Override public void signingInformation(Pdu.SigningInformation pdu) { pairing.outOfPlace(pdu); }
    @Override public void securityRequest(Pdu.SecurityRequest pdu) { pairing.securityRequest(pdu); }
    @Override public void pairingPublicKey(Pdu.PairingPublicKey pdu) { pairing.outOfPlace(pdu); }
    @Override public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) { pairing.outOfPlace(pdu); }
    @Override public void keypressNotification(Pdu.KeypressNotification pdu) { pairing.outOfPlace(pdu); }

    @Override
    public Optional<Key> longTermKey(long rand, int ediv) {
        return keysSent ? pairing.refreshed(keys, rand, ediv) : pairing.noLongTermKey();
    }

    @Override public void encryptionChanged(int status) { pairing.refreshEnded(status); }
}
