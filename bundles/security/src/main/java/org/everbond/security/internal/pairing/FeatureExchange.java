package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.security.internal.pdu.Features;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Negotiation;
import org.everbond.security.internal.policy.Refusal;

/** Phase 1, the Pairing Feature Exchange (Vol 3, Part H, 2.3): what both sides can do and want, and so which pairing goes on. */
final class FeatureExchange {
    private FeatureExchange() {}

    /** As central: sends the Pairing Request. */
    static void request(Pairing pairing) {
        var request = Negotiation.request(pairing.options(), pairing.user().means(), pairing.wanted());
        pairing.become(new AwaitPairingResponse(pairing, request));
        pairing.send(new Pdu.PairingRequest(request));
    }

    /** As peripheral: judges the Pairing Request; the pairing that goes on sends the Pairing Response. */
    static void respond(Pairing pairing, Features request) {
        try {
            var means = pairing.user().means();
            var response = Negotiation.response(request, pairing.options(), means, pairing.wanted());
            var agreement = Negotiation.agree(request, response, pairing.options(), means, false);
            BondDecision.checkBefore(pairing, agreement);
            SecureConnectionsPeripheral.begin(pairing, agreement);
        } catch (Refusal refusal) {
            pairing.refused(refusal);
        }
    }

    record AwaitPairingResponse(Pairing pairing, Features request) implements State {
        @Override
        public void pairingResponse(Pdu.PairingResponse pdu) {
            try {
                var agreement =
                        Negotiation.agree(request, pdu.features(), pairing.options(), pairing.user().means(), true);
                BondDecision.checkBefore(pairing, agreement);
                SecureConnectionsCentral.begin(pairing, agreement);
            } catch (Refusal refusal) {
                pairing.refused(refusal);
            }
        }

        @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.notSupported(pdu); }
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
        @Override public Optional<Key> longTermKey(long rand, int ediv) { return pairing.noLongTermKey(); }
        @Override public void encryptionChanged(int status) { pairing.encryptionOutOfPlace(); }
    }
}
