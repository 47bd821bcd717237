package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.Refusal;

/**
 * LE Secure Connections with Just Works as central, once the features are agreed (Vol 3, Part H, 2.3.5.6, C.2.2.2.1). One state
 * after another, in the order in which they happen:
 *
 * <pre>
 * Pairing Public Key →     ← Pairing Public Key     AwaitPublicKey
 *                          ← Pairing Confirm        AwaitConfirm
 * Pairing Random →         ← Pairing Random         AwaitRandom
 * Pairing DHKey Check →    ← Pairing DHKey Check    AwaitDhKeyCheck
 * encryption                                        Encrypting, then KeyExchange
 * </pre>
 */
final class SecureConnectionsCentral {
    private SecureConnectionsCentral() {}

    static void begin(Pairing pairing, Agreement agreement) {
        pairing.user().confirmJustWorks(() -> pairing.withKeyPair(own -> sendPublicKey(pairing, agreement, own)));
    }

    private static void sendPublicKey(Pairing pairing, Agreement agreement, P256 own) {
        pairing.become(new AwaitPublicKey(pairing, agreement, own));
        pairing.send(new Pdu.PairingPublicKey(own.publicKey()));
    }

    record AwaitPublicKey(Pairing pairing, Agreement agreement, P256 own) implements State {
        @Override
        public void pairingPublicKey(Pdu.PairingPublicKey pdu) {
            try {
                pairing.become(
                        new AwaitConfirm(pairing, SecureConnections.exchange(pairing, agreement, own, pdu.key())));
            } catch (Refusal refusal) {
                pairing.refused(refusal);
            }
        }

        @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.notSupported(pdu); }
        @Override public void pairingResponse(Pdu.PairingResponse pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingConfirm(Pdu.PairingConfirm pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingRandom(Pdu.PairingRandom pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingFailed(Pdu.PairingFailed pdu) { pairing.failedByPeer(pdu); }
        @Override public void encryptionInformation(Pdu.EncryptionInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void centralIdentification(Pdu.CentralIdentification pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityInformation(Pdu.IdentityInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void signingInformation(Pdu.SigningInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void securityRequest(Pdu.SecurityRequest pdu) { pairing.securityRequest(pdu); }
        @Override public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) { pairing.outOfPlace(pdu); }
        @Override public void keypressNotification(Pdu.KeypressNotification pdu) { pairing.outOfPlace(pdu); }
        @Override public Optional<Key> longTermKey(long rand, int ediv) { return pairing.noLongTermKey(); }
        @Override public void encryptionChanged(int status) { pairing.encryptionOutOfPlace(); }
    }

    record AwaitConfirm(Pairing pairing, SecureConnections exchange) implements State {
        @Override
        public void pairingConfirm(Pdu.PairingConfirm pdu) {
            pairing.become(new AwaitRandom(pairing, exchange, pdu.value()));
            pairing.send(new Pdu.PairingRandom(exchange.nonce()));
        }

        @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.notSupported(pdu); }
        @Override public void pairingResponse(Pdu.PairingResponse pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingRandom(Pdu.PairingRandom pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingFailed(Pdu.PairingFailed pdu) { pairing.failedByPeer(pdu); }
        @Override public void encryptionInformation(Pdu.EncryptionInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void centralIdentification(Pdu.CentralIdentification pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityInformation(Pdu.IdentityInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void signingInformation(Pdu.SigningInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void securityRequest(Pdu.SecurityRequest pdu) { pairing.securityRequest(pdu); }
        @Override public void pairingPublicKey(Pdu.PairingPublicKey pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) { pairing.outOfPlace(pdu); }
        @Override public void keypressNotification(Pdu.KeypressNotification pdu) { pairing.outOfPlace(pdu); }
        @Override public Optional<Key> longTermKey(long rand, int ediv) { return pairing.noLongTermKey(); }
        @Override public void encryptionChanged(int status) { pairing.encryptionOutOfPlace(); }
    }

    record AwaitRandom(Pairing pairing, SecureConnections exchange, byte[] confirm) implements State {
        @Override
        public void pairingRandom(Pdu.PairingRandom pdu) {
            if (exchange.confirms(confirm, pdu.value())) {
                exchange.dhKey().then(dhKey -> sendCheck(exchange.keys(dhKey, pdu.value())));
            } else {
                pairing.fail(
                        FailureReason.CONFIRM_VALUE_FAILED, FailureReason.CONFIRM_VALUE_FAILED.sentence());
            }
        }

        private void sendCheck(SecureConnections.Keys keys) {
            pairing.become(new AwaitDhKeyCheck(pairing, exchange, keys));
            pairing.send(new Pdu.PairingDhKeyCheck(exchange.check(keys)));
        }

        @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.notSupported(pdu); }
        @Override public void pairingResponse(Pdu.PairingResponse pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingConfirm(Pdu.PairingConfirm pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingFailed(Pdu.PairingFailed pdu) { pairing.failedByPeer(pdu); }
        @Override public void encryptionInformation(Pdu.EncryptionInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void centralIdentification(Pdu.CentralIdentification pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityInformation(Pdu.IdentityInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void signingInformation(Pdu.SigningInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void securityRequest(Pdu.SecurityRequest pdu) { pairing.securityRequest(pdu); }
        @Override public void pairingPublicKey(Pdu.PairingPublicKey pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) { pairing.outOfPlace(pdu); }
        @Override public void keypressNotification(Pdu.KeypressNotification pdu) { pairing.outOfPlace(pdu); }
        @Override public Optional<Key> longTermKey(long rand, int ediv) { return pairing.noLongTermKey(); }
        @Override public void encryptionChanged(int status) { pairing.encryptionOutOfPlace(); }
    }

    record AwaitDhKeyCheck(Pairing pairing, SecureConnections exchange, SecureConnections.Keys keys) implements State {
        @Override
        public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) {
            if (exchange.checks(keys, pdu.value())) {
                pairing.become(new Encrypting(pairing, exchange.agreement(), keys.ltk()));
                pairing.keyInUse();
                pairing.connection().encrypt(keys.ltk(), 0, 0);
            } else {
                exchange.checkFailed();
            }
        }

        @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.notSupported(pdu); }
        @Override public void pairingResponse(Pdu.PairingResponse pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingConfirm(Pdu.PairingConfirm pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingRandom(Pdu.PairingRandom pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingFailed(Pdu.PairingFailed pdu) { pairing.failedByPeer(pdu); }
        @Override public void encryptionInformation(Pdu.EncryptionInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void centralIdentification(Pdu.CentralIdentification pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityInformation(Pdu.IdentityInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void signingInformation(Pdu.SigningInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void securityRequest(Pdu.SecurityRequest pdu) { pairing.securityRequest(pdu); }
        @Override public void pairingPublicKey(Pdu.PairingPublicKey pdu) { pairing.outOfPlace(pdu); }
        @Override public void keypressNotification(Pdu.KeypressNotification pdu) { pairing.outOfPlace(pdu); }
        @Override public Optional<Key> longTermKey(long rand, int ediv) { return pairing.noLongTermKey(); }
        @Override public void encryptionChanged(int status) { pairing.encryptionOutOfPlace(); }
    }
}
