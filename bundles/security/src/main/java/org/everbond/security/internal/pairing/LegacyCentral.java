package org.everbond.security.internal.pairing;

import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.AssociationModel;
import org.everbond.security.internal.policy.Refusal;

/**
 * LE legacy pairing as central, once the features are agreed (Vol 3, Part H, 2.3.5.5, C.2.1). TK comes first; then, in the order in
 * which it happens:
 *
 * <pre>
 * Pairing Confirm →        ← Pairing Confirm        AwaitConfirm
 * Pairing Random →         ← Pairing Random         AwaitRandom
 * encryption with the STK                           Encrypting, then KeyExchange
 * </pre>
 */
final class LegacyCentral {
    private LegacyCentral() {}

    static void begin(Pairing pairing, Agreement agreement) {
        if (agreement.model() == AssociationModel.JUST_WORKS) {
            pairing.user().confirmJustWorks(() -> confirm(pairing, agreement));
        } else {
            confirm(pairing, agreement);
        }
    }

    private static void confirm(Pairing pairing, Agreement agreement) {
        try {
            var temporaryKey = TemporaryKey.of(pairing, agreement);
            temporaryKey.typedBeside(tk -> {
                var exchange = LegacyPairing.with(pairing, agreement, tk);
                pairing.become(new AwaitConfirm(exchange, temporaryKey));
                pairing.send(new Pdu.PairingConfirm(exchange.confirm()));
            });
        } catch (Refusal refusal) {
            pairing.refused(refusal);
        }
    }

    record AwaitConfirm(LegacyPairing exchange, TemporaryKey temporaryKey) implements Quiet {
        @Override
        public Pairing pairing() {
            return exchange.pairing();
        }

        @Override
        public void pairingConfirm(Pdu.PairingConfirm pdu) {
            if (exchange.takes(pdu.value())) {
                pairing().become(new AwaitRandom(exchange, pdu.value()));
                pairing().send(new Pdu.PairingRandom(exchange.random()));
            }
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
                var stk = exchange.stk(pdu.value());
                pairing().become(new Encrypting(pairing(), exchange.agreement(), stk));
                pairing().end().keyInUse();
                pairing().connection().encrypt(stk, 0, 0);
            }
        }
    }
}
