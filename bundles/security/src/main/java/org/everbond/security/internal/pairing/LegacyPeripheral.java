package org.everbond.security.internal.pairing;

import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.AssociationModel;
import org.everbond.security.internal.policy.Refusal;

/**
 * LE legacy pairing as peripheral, once the features are agreed (Vol 3, Part H, 2.3.5.5, C.2.1). In the order in which it happens:
 *
 * <pre>
 *                          ← Pairing Response
 * Pairing Confirm →        ← Pairing Confirm        AwaitConfirm, once TK is known here, too
 * Pairing Random →         ← Pairing Random         AwaitRandom
 * LTK request                                       AwaitEncryption
 * encryption with the STK                           Encrypting, then KeyExchange
 * </pre>
 */
final class LegacyPeripheral {
    private LegacyPeripheral() {}

    static void begin(Pairing pairing, Agreement agreement) {
        if (agreement.model() == AssociationModel.JUST_WORKS) {
            pairing.user().confirmJustWorks(() -> respond(pairing, agreement));
        } else {
            respond(pairing, agreement);
        }
    }

    private static void respond(Pairing pairing, Agreement agreement) {
        pairing.send(new Pdu.PairingResponse(agreement.response()));
        try {
            pairing.become(new AwaitConfirm(pairing, agreement, TemporaryKey.of(pairing, agreement)));
        } catch (Refusal refusal) {
            pairing.refused(refusal);
        }
    }

    record AwaitConfirm(Pairing pairing, Agreement agreement, TemporaryKey temporaryKey) implements Quiet {
        @Override
        public void pairingConfirm(Pdu.PairingConfirm pdu) {
            temporaryKey.then(tk -> {
                var exchange = LegacyPairing.with(pairing, agreement, tk);
                if (exchange.takes(pdu.value())) {
                    pairing.become(new AwaitRandom(exchange, pdu.value()));
                    pairing.send(new Pdu.PairingConfirm(exchange.confirm()));
                }
            });
        }

        @Override
        public void keypressNotification(Pdu.KeypressNotification pdu) {
            temporaryKey.keypress(pdu);
        }
    }

    record AwaitRandom(LegacyPairing exchange, byte[] confirm) implements Quiet {
        @Override
        public Pairing pairing() {
            return exchange.pairing();
        }

        @Override
        public void pairingRandom(Pdu.PairingRandom pdu) {
            if (exchange.confirms(confirm, pdu.value())) {
                pairing().become(new AwaitEncryption(pairing(), exchange.agreement(), exchange.stk(pdu.value())));
                pairing().send(new Pdu.PairingRandom(exchange.random()));
            }
        }
    }
}
