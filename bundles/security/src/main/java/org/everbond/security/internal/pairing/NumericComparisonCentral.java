package org.everbond.security.internal.pairing;

import org.everbond.security.internal.pdu.Pdu;

/**
 * Just Works and Numeric Comparison as central (Vol 3, Part H, 2.3.5.6.2):
 *
 * <pre>
 *                          ← Pairing Confirm        AwaitConfirm
 * Pairing Random →         ← Pairing Random         AwaitRandom
 *                                                   the comparison
 * </pre>
 */
final class NumericComparisonCentral {
    private NumericComparisonCentral() {}

    static void begin(SecureConnections exchange, NumericComparison comparison) {
        exchange.pairing().become(new AwaitConfirm(exchange, comparison));
    }

    record AwaitConfirm(SecureConnections exchange, NumericComparison comparison) implements Quiet {
        @Override
        public Pairing pairing() {
            return exchange.pairing();
        }

        @Override
        public void pairingConfirm(Pdu.PairingConfirm pdu) {
            var nonce = pairing().surroundings().nonce();
            pairing().become(new AwaitRandom(exchange, comparison, pdu.value(), nonce));
            pairing().send(new Pdu.PairingRandom(nonce));
        }
    }

    record AwaitRandom(SecureConnections exchange, NumericComparison comparison, byte[] confirm, byte[] nonce) implements Quiet {
        @Override
        public Pairing pairing() {
            return exchange.pairing();
        }

        @Override
        public void pairingRandom(Pdu.PairingRandom pdu) {
            if (exchange.confirms(confirm, pdu.value(), 0, nonce)) {
                var stage1 = new Authenticated(
                        exchange, nonce, pdu.value(), Authenticated.noSecret(), Authenticated.noSecret());
                comparison.compare(exchange, nonce, pdu.value())
                        .then(equal -> SecureConnectionsCentral.authenticated(stage1));
            }
        }
    }
}
