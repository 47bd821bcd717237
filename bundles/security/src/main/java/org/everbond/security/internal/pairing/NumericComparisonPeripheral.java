package org.everbond.security.internal.pairing;

import org.everbond.security.internal.pdu.Pdu;

/**
 * Just Works and Numeric Comparison as peripheral (Vol 3, Part H, 2.3.5.6.2):
 *
 * <pre>
 *                         ← Pairing Confirm
 * Pairing Random →        ← Pairing Random           AwaitRandom
 *                                                    the comparison, while the central goes on
 * </pre>
 */
final class NumericComparisonPeripheral {
    private NumericComparisonPeripheral() {}

    static void begin(SecureConnections exchange, NumericComparison comparison) {
        var pairing = exchange.pairing();
        var nonce = pairing.surroundings().nonce();
        pairing.become(new AwaitRandom(exchange, comparison, nonce));
        pairing.send(new Pdu.PairingConfirm(exchange.confirm(nonce, 0)));
    }

    record AwaitRandom(SecureConnections exchange, NumericComparison comparison, byte[] nonce) implements Quiet {
        @Override
        public Pairing pairing() {
            return exchange.pairing();
        }

        @Override
        public void pairingRandom(Pdu.PairingRandom pdu) {
            pairing().send(new Pdu.PairingRandom(nonce));
            var stage1 = new Authenticated(
                    exchange, nonce, pdu.value(), Authenticated.noSecret(), Authenticated.noSecret());
            SecureConnectionsPeripheral.authenticated(stage1, comparison.compare(exchange, pdu.value(), nonce));
        }
    }
}
