package org.everbond.security.internal.pairing;

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
            if (agreement.secureConnections()) {
                SecureConnectionsPeripheral.begin(pairing, agreement);
            } else {
                LegacyPeripheral.begin(pairing, agreement);
            }
        } catch (Refusal refusal) {
            pairing.refused(refusal);
        }
    }

    record AwaitPairingResponse(Pairing pairing, Features request) implements Quiet {
        @Override
        public void pairingResponse(Pdu.PairingResponse pdu) {
            try {
                var agreement =
                        Negotiation.agree(request, pdu.features(), pairing.options(), pairing.user().means(), true);
                BondDecision.checkBefore(pairing, agreement);
                if (agreement.secureConnections()) {
                    SecureConnectionsCentral.begin(pairing, agreement);
                } else {
                    LegacyCentral.begin(pairing, agreement);
                }
            } catch (Refusal refusal) {
                pairing.refused(refusal);
            }
        }
    }
}
