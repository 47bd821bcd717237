package org.everbond.security.internal.pairing;

import org.everbond.security.internal.pdu.Pdu;

/**
 * Passkey Entry with LE Secure Connections as peripheral (Vol 3, Part H, 2.3.5.6.3). Twenty times:
 *
 * <pre>
 * Pairing Confirm →        ← Pairing Confirm        AwaitConfirm, once the passkey is known here, too
 * Pairing Random →         ← Pairing Random         AwaitRandom
 * </pre>
 */
final class PasskeyEntryPeripheral {
    private PasskeyEntryPeripheral() {}

    static void begin(SecureConnections exchange) {
        exchange.pairing().become(new AwaitConfirm(PasskeyRound.first(exchange)));
    }

    record AwaitConfirm(PasskeyRound round) implements Quiet {
        @Override
        public Pairing pairing() {
            return round.pairing();
        }

        @Override
        public void pairingConfirm(Pdu.PairingConfirm pdu) {
            round.entry().then(passkey -> sendConfirm(passkey, pdu.value()));
        }

        private void sendConfirm(int passkey, byte[] peerConfirm) {
            var nonce = pairing().surroundings().nonce();
            pairing().become(new AwaitRandom(round, passkey, nonce, peerConfirm));
            pairing().send(new Pdu.PairingConfirm(round.exchange().confirm(nonce, round.bit(passkey))));
        }

        @Override
        public void keypressNotification(Pdu.KeypressNotification pdu) {
            round.keypress(pdu);
        }

        @Override
        public String toString() {
            return "AwaitConfirm[" + round.number() + "]";
        }
    }

    record AwaitRandom(PasskeyRound round, int passkey, byte[] nonce, byte[] confirm) implements Quiet {
        @Override
        public Pairing pairing() {
            return round.pairing();
        }

        @Override
        public void pairingRandom(Pdu.PairingRandom pdu) {
            if (!round.exchange().confirms(confirm, pdu.value(), round.bit(passkey), nonce)) {
                return;
            }
            pairing().send(new Pdu.PairingRandom(nonce));
            if (round.isLast()) {
                SecureConnectionsPeripheral.authenticated(
                        round.authenticated(passkey, nonce, pdu.value()), Later.of(pairing(), true));
            } else {
                pairing().become(new AwaitConfirm(round.next()));
            }
        }

        @Override
        public String toString() {
            return "AwaitRandom[" + round.number() + "]";
        }
    }
}
