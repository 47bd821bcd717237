package org.everbond.security.internal.pairing;

import org.everbond.security.internal.pdu.Pdu;

/**
 * Out of band data with LE Secure Connections as central (Vol 3, Part H, 2.3.5.6.4), once the peer's public key fits its data:
 *
 * <pre>
 * Pairing Random →         ← Pairing Random         AwaitRandom
 * </pre>
 */
final class OutOfBandCentral {
    private OutOfBandCentral() {}

    static void begin(SecureConnections exchange) {
        if (OutOfBand.commits(exchange)) {
            var nonce = exchange.pairing().surroundings().nonce();
            exchange.pairing().become(new AwaitRandom(exchange, nonce));
            exchange.pairing().send(new Pdu.PairingRandom(nonce));
        }
    }

    record AwaitRandom(SecureConnections exchange, byte[] nonce) implements Quiet {
        @Override
        public Pairing pairing() {
            return exchange.pairing();
        }

        @Override
        public void pairingRandom(Pdu.PairingRandom pdu) {
            if (exchange.takes(pdu.value(), nonce)) {
                SecureConnectionsCentral.authenticated(OutOfBand.authenticated(exchange, nonce, pdu.value()));
            }
        }
    }
}
