package org.everbond.security.internal.pairing;

import org.everbond.security.internal.pdu.Pdu;

/**
 * Passkey Entry with LE Secure Connections as central (Vol 3, Part H, 2.3.5.6.3). The passkey comes first; then, twenty times:
 *
 * <pre>
 * Pairing Confirm →        ← Pairing Confirm        AwaitConfirm
 * Pairing Random →         ← Pairing Random         AwaitRandom
 * </pre>
 */
final class PasskeyEntryCentral {
    private PasskeyEntryCentral() {}

    static void begin(SecureConnections exchange) {
        var first = PasskeyRound.first(exchange);
        first.entry().typedBeside(passkey -> sendConfirm(first, passkey));
    }

    private static void sendConfirm(PasskeyRound round, int passkey) {
        var nonce = round.pairing().surroundings().nonce();
        var confirm = round.exchange().confirm(nonce, round.bit(passkey));
        round.pairing().become(new AwaitConfirm(round, passkey, nonce, confirm));
        round.pairing().send(new Pdu.PairingConfirm(confirm));
    }

    record AwaitConfirm(PasskeyRound round, int passkey, byte[] nonce, byte[] ownConfirm) implements Quiet {
        @Override
        public Pairing pairing() {
            return round.pairing();
        }

        @Override
        public void pairingConfirm(Pdu.PairingConfirm pdu) {
            if (round.exchange().takes(pdu.value(), ownConfirm)) {
                pairing().become(new AwaitRandom(round, passkey, nonce, pdu.value()));
                pairing().send(new Pdu.PairingRandom(nonce));
            }
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
            if (round.isLast()) {
                SecureConnectionsCentral.authenticated(round.authenticated(passkey, nonce, pdu.value()));
            } else {
                sendConfirm(round.next(), passkey);
            }
        }

        @Override
        public String toString() {
            return "AwaitRandom[" + round.number() + "]";
        }
    }
}
