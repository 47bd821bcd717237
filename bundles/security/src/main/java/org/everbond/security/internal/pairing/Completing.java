package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.security.PairingResult;
import org.everbond.security.internal.pdu.Pdu;

/** All is done but for the controller's word that our last key PDU was delivered. */
record Completing(Pairing pairing, PairingResult result, LinkKeys keys) implements State {
    @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.followedBy(pdu); }
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
    @Override public Optional<Key> longTermKey(long rand, int ediv) { return pairing.refreshed(keys, rand, ediv); }
    @Override public void encryptionChanged(int status) { pairing.refreshEnded(status); }

    @Override
    public String toString() {
        return "Completing[" + result + "]";
    }
}
