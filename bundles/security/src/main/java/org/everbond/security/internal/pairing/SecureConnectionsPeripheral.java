package org.everbond.security.internal.pairing;

import java.util.function.Consumer;
import org.everbond.crypto.P256;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.Refusal;

/**
 * LE Secure Connections as peripheral, once the features are agreed (Vol 3, Part H, 2.3.5.6, C.2.2.2). What is the same for every
 * association model, in the order in which it happens:
 *
 * <pre>
 *                         ← Pairing Response
 * Pairing Public Key →    ← Pairing Public Key       AwaitPublicKey
 *                                                    authentication stage 1, by the model
 * Pairing DHKey Check →   ← Pairing DHKey Check      AwaitDhKeyCheck
 * LTK request                                        AwaitEncryption
 * encryption                                         Encrypting, then KeyExchange
 * </pre>
 */
final class SecureConnectionsPeripheral {
    private SecureConnectionsPeripheral() {}

    static void begin(Pairing pairing, Agreement agreement) {
        var stage1 = stage1(agreement);
        SecureConnections.prepare(pairing, agreement, own -> {
            pairing.become(new AwaitPublicKey(pairing, agreement, own, stage1));
            pairing.send(new Pdu.PairingResponse(agreement.response()));
        });
    }

    private static Consumer<SecureConnections> stage1(Agreement agreement) {
        return switch (agreement.model()) {
            case JUST_WORKS -> exchange -> NumericComparisonPeripheral.begin(exchange, NumericComparison.BY_NOBODY);
            case NUMERIC_COMPARISON -> exchange -> NumericComparisonPeripheral.begin(exchange, NumericComparison.BY_USER);
            case INITIATOR_DISPLAYS, RESPONDER_DISPLAYS, BOTH_INPUT -> PasskeyEntryPeripheral::begin;
            case OUT_OF_BAND -> OutOfBandPeripheral::begin;
        };
    }

    record AwaitPublicKey(Pairing pairing, Agreement agreement, P256 own, Consumer<SecureConnections> stage1) implements Quiet {
        @Override
        public void pairingPublicKey(Pdu.PairingPublicKey pdu) {
            try {
                var exchange = SecureConnections.exchange(pairing, agreement, own, pdu.key());
                pairing.send(new Pdu.PairingPublicKey(own.publicKey()));
                stage1.accept(exchange);
            } catch (Refusal refusal) {
                pairing.refused(refusal);
            }
        }
    }

    /**
     * Authentication stage 2, which the central begins.
     *
     * @param agreed the yes of our user, if one is needed: the central's may have been faster
     */
    static void authenticated(Authenticated stage1, Later<Boolean> agreed) {
        stage1.pairing().become(new AwaitDhKeyCheck(stage1, agreed));
    }

    record AwaitDhKeyCheck(Authenticated stage1, Later<Boolean> agreed) implements Quiet {
        @Override
        public Pairing pairing() {
            return stage1.pairing();
        }

        @Override
        public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) {
            agreed.then(yes -> stage1.exchange().dhKey().then(dhKey -> compare(stage1.keys(dhKey), pdu.value())));
        }

        private void compare(Authenticated.Keys keys, byte[] peerCheck) {
            if (stage1.checks(keys, peerCheck)) {
                pairing().become(new AwaitEncryption(pairing(), stage1.agreement(), keys.ltk()));
                pairing().send(new Pdu.PairingDhKeyCheck(stage1.check(keys)));
            }
        }
    }
}
