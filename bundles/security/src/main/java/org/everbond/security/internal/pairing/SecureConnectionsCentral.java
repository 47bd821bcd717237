package org.everbond.security.internal.pairing;

import java.util.function.Consumer;
import org.everbond.crypto.P256;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.Refusal;

/**
 * LE Secure Connections as central, once the features are agreed (Vol 3, Part H, 2.3.5.6, C.2.2.2). What is the same for every
 * association model, in the order in which it happens:
 *
 * <pre>
 * Pairing Public Key →     ← Pairing Public Key     AwaitPublicKey
 *                                                   authentication stage 1, by the model
 * Pairing DHKey Check →    ← Pairing DHKey Check    AwaitDhKeyCheck
 * encryption                                        Encrypting, then KeyExchange
 * </pre>
 */
final class SecureConnectionsCentral {
    private SecureConnectionsCentral() {}

    static void begin(Pairing pairing, Agreement agreement) {
        var stage1 = stage1(agreement);
        SecureConnections.prepare(pairing, agreement, own -> {
            pairing.become(new AwaitPublicKey(pairing, agreement, own, stage1));
            pairing.send(new Pdu.PairingPublicKey(own.publicKey()));
        });
    }

    private static Consumer<SecureConnections> stage1(Agreement agreement) {
        return switch (agreement.model()) {
            case JUST_WORKS -> exchange -> NumericComparisonCentral.begin(exchange, NumericComparison.BY_NOBODY);
            case NUMERIC_COMPARISON -> exchange -> NumericComparisonCentral.begin(exchange, NumericComparison.BY_USER);
            case INITIATOR_DISPLAYS, RESPONDER_DISPLAYS, BOTH_INPUT -> PasskeyEntryCentral::begin;
            case OUT_OF_BAND -> OutOfBandCentral::begin;
        };
    }

    record AwaitPublicKey(Pairing pairing, Agreement agreement, P256 own, Consumer<SecureConnections> stage1) implements Quiet {
        @Override
        public void pairingPublicKey(Pdu.PairingPublicKey pdu) {
            try {
                stage1.accept(SecureConnections.exchange(pairing, agreement, own, pdu.key()));
            } catch (Refusal refusal) {
                pairing.refused(refusal);
            }
        }
    }

    /** Authentication stage 2. */
    static void authenticated(Authenticated stage1) {
        stage1.exchange().dhKey().then(dhKey -> {
            var keys = stage1.keys(dhKey);
            stage1.pairing().become(new AwaitDhKeyCheck(stage1, keys));
            stage1.pairing().send(new Pdu.PairingDhKeyCheck(stage1.check(keys)));
        });
    }

    record AwaitDhKeyCheck(Authenticated stage1, Authenticated.Keys keys) implements Quiet {
        @Override
        public Pairing pairing() {
            return stage1.pairing();
        }

        @Override
        public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) {
            if (stage1.checks(keys, pdu.value())) {
                pairing().become(new Encrypting(pairing(), stage1.agreement(), keys.ltk()));
                pairing().end().keyInUse();
                pairing().connection().encrypt(keys.ltk(), 0, 0);
            }
        }
    }
}
