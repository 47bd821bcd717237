package org.everbond.security.internal.pairing;

import org.everbond.security.internal.pdu.Pdu;

/**
 * Out of band data with LE Secure Connections as peripheral (Vol 3, Part H, 2.3.5.6.4), once the peer's public key fits its data:
 *
 * <pre>
 * Pairing Random →         ← Pairing Random         AwaitRandom
 * </pre>
 */
final class OutOfBandPeripheral {
    private OutOfBandPeripheral() {}

    static void begin(SecureConnections exchange) {
        if (OutOfBand.commits(exchange)) {
            exchange.pairing().become(new AwaitRandom(exchange));
        }
    }

    record AwaitRandom(SecureConnections exchange) implements Quiet {
        @Override
        public Pairing pairing() {
            return exchange.pairing();
        }

        @Override
        public void pairingRandom(Pdu.PairingRandom pdu) {
            var nonce = pairing().surroundings().nonce();
            pairing().send(new Pdu.PairingRandom(nonce));
            SecureConnectionsPeripheral.authenticated(
                    OutOfBand.authenticated(exchange, nonce, pdu.value()), Later.of(pairing(), true));
        }
    }
}
