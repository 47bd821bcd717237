package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.security.internal.pdu.Pdu;

/** The link is encrypted and the peer distributes its keys, in the order of the specification. */
record ReceivingKeys(Pairing pairing, KeyExchange exchange) implements State {
    @Override
    public void encryptionInformation(Pdu.EncryptionInformation pdu) {
        exchange.received(pdu, keys -> keys.take(pdu));
    }

    @Override
    public void centralIdentification(Pdu.CentralIdentification pdu) {
        exchange.received(pdu, keys -> keys.take(pdu));
    }

    @Override
    public void identityInformation(Pdu.IdentityInformation pdu) {
        exchange.received(pdu, keys -> keys.take(pdu));
    }

    @Override
    public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) {
        exchange.received(pdu, keys -> keys.take(pdu));
    }

    @Override
    public void signingInformation(Pdu.SigningInformation pdu) {
        exchange.received(pdu, keys -> keys.take(pdu));
    }

    @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.outOfPlace(pdu); }
    @Override public void pairingResponse(Pdu.PairingResponse pdu) { pairing.outOfPlace(pdu); }
    @Override public void pairingConfirm(Pdu.PairingConfirm pdu) { pairing.outOfPlace(pdu); }
    @Override public void pairingRandom(Pdu.PairingRandom pdu) { pairing.outOfPlace(pdu); }
    @Override public void pairingFailed(Pdu.PairingFailed pdu) { pairing.failedByPeer(pdu); }
    @Override public void securityRequest(Pdu.SecurityRequest pdu) { pairing.securityRequest(pdu); }
    @Override public void pairingPublicKey(Pdu.PairingPublicKey pdu) { pairing.outOfPlace(pdu); }
    @Override public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) { pairing.outOfPlace(pdu); }
    @Override public void keypressNotification(Pdu.KeypressNotification pdu) { pairing.outOfPlace(pdu); }
    @Override public Optional<Key> longTermKey(long rand, int ediv) { return pairing.noLongTermKey(); }
    @Override public void encryptionChanged(int status) { pairing.encryptionOutOfPlace(); }
}
