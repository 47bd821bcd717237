package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.security.internal.pdu.Pdu;

/**
 * A state in which every PDU is out of its place but those that a state takes by name, and those that may come at any time. The one
 * place where that is written down: a new PDU has to be decided about here.
 */
interface Quiet extends State {
    Pairing pairing();

    private void other(Pdu pdu) {
        pairing().outOfPlace(pdu);
    }

    @Override default void pairingRequest(Pdu.PairingRequest pdu) { pairing().pairingRequest(pdu); }
    @Override default void pairingResponse(Pdu.PairingResponse pdu) { other(pdu); }
    @Override default void pairingConfirm(Pdu.PairingConfirm pdu) { other(pdu); }
    @Override default void pairingRandom(Pdu.PairingRandom pdu) { other(pdu); }
    @Override default void pairingFailed(Pdu.PairingFailed pdu) { pairing().end().failedByPeer(pdu); }
    @Override default void encryptionInformation(Pdu.EncryptionInformation pdu) { other(pdu); }
    @Override default void centralIdentification(Pdu.CentralIdentification pdu) { other(pdu); }
    @Override default void identityInformation(Pdu.IdentityInformation pdu) { other(pdu); }
    @Override default void identityAddressInformation(Pdu.IdentityAddressInformation pdu) { other(pdu); }
    @Override default void signingInformation(Pdu.SigningInformation pdu) { other(pdu); }
    @Override default void securityRequest(Pdu.SecurityRequest pdu) { pairing().securityRequest(pdu); }
    @Override default void pairingPublicKey(Pdu.PairingPublicKey pdu) { other(pdu); }
    @Override default void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) { other(pdu); }
    @Override default void keypressNotification(Pdu.KeypressNotification pdu) { other(pdu); }

    @Override
    default Optional<Key> longTermKey(long rand, int ediv) {
        return pairing().noLongTermKey();
    }

    @Override
    default void encryptionChanged(int status) {
        pairing().encryptionOutOfPlace();
    }
}
