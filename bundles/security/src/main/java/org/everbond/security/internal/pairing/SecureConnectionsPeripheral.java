package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.Refusal;

/**
 * LE Secure Connections with Just Works as peripheral, once the features are agreed (Vol 3, Part H, 2.3.5.6, C.2.2.2.1). One
 * state after another, in the order in which they happen:
 *
 * <pre>
 *                         ← Pairing Response
 * Pairing Public Key →                               AwaitPublicKey
 *                         ← Pairing Public Key
 *                         ← Pairing Confirm
 * Pairing Random →        ← Pairing Random           AwaitRandom
 * Pairing DHKey Check →   ← Pairing DHKey Check      AwaitDhKeyCheck
 * LTK request                                        AwaitEncryption
 * encryption                                         Encrypting, then KeyExchange
 * </pre>
 */
final class SecureConnectionsPeripheral {
    private SecureConnectionsPeripheral() {}

    static void begin(Pairing pairing, Agreement agreement) {
        pairing.user().confirmJustWorks(() -> pairing.withKeyPair(own -> sendResponse(pairing, agreement, own)));
    }

    private static void sendResponse(Pairing pairing, Agreement agreement, P256 own) {
        pairing.become(new AwaitPublicKey(pairing, agreement, own));
        pairing.send(new Pdu.PairingResponse(agreement.response()));
    }

    record AwaitPublicKey(Pairing pairing, Agreement agreement, P256 own) implements State {
        @Override
        public void pairingPublicKey(Pdu.PairingPublicKey pdu) {
            try {
                var exchange = SecureConnections.exchange(pairing, agreement, own, pdu.key());
                pairing.become(new AwaitRandom(pairing, exchange));
                pairing.send(new Pdu.PairingPublicKey(own.publicKey()));
                pairing.send(new Pdu.PairingConfirm(exchange.confirm()));
            } catch (Refusal refusal) {
                pairing.refused(refusal);
            }
        }

        @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingResponse(Pdu.PairingResponse pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingConfirm(Pdu.PairingConfirm pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingRandom(Pdu.PairingRandom pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingFailed(Pdu.PairingFailed pdu) { pairing.failedByPeer(pdu); }
        @Override public void encryptionInformation(Pdu.EncryptionInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void centralIdentification(Pdu.CentralIdentification pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityInformation(Pdu.IdentityInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void signingInformation(Pdu.SigningInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void securityRequest(Pdu.SecurityRequest pdu) { pairing.notSupported(pdu); }
        @Override public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) { pairing.outOfPlace(pdu); }
        @Override public void keypressNotification(Pdu.KeypressNotification pdu) { pairing.outOfPlace(pdu); }
        @Override public Optional<Key> longTermKey(long rand, int ediv) { return pairing.noLongTermKey(); }
        @Override public void encryptionChanged(int status) { pairing.encryptionOutOfPlace(); }
    }

    record AwaitRandom(Pairing pairing, SecureConnections exchange) implements State {
        @Override
        public void pairingRandom(Pdu.PairingRandom pdu) {
            pairing.become(new AwaitDhKeyCheck(pairing, exchange, pdu.value()));
            pairing.send(new Pdu.PairingRandom(exchange.nonce()));
        }

        @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingResponse(Pdu.PairingResponse pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingConfirm(Pdu.PairingConfirm pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingFailed(Pdu.PairingFailed pdu) { pairing.failedByPeer(pdu); }
        @Override public void encryptionInformation(Pdu.EncryptionInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void centralIdentification(Pdu.CentralIdentification pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityInformation(Pdu.IdentityInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void signingInformation(Pdu.SigningInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void securityRequest(Pdu.SecurityRequest pdu) { pairing.notSupported(pdu); }
        @Override public void pairingPublicKey(Pdu.PairingPublicKey pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) { pairing.outOfPlace(pdu); }
        @Override public void keypressNotification(Pdu.KeypressNotification pdu) { pairing.outOfPlace(pdu); }
        @Override public Optional<Key> longTermKey(long rand, int ediv) { return pairing.noLongTermKey(); }
        @Override public void encryptionChanged(int status) { pairing.encryptionOutOfPlace(); }
    }

    record AwaitDhKeyCheck(Pairing pairing, SecureConnections exchange, byte[] peerNonce) implements State {
        @Override
        public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) {
            exchange.dhKey().then(dhKey -> compare(exchange.keys(dhKey, peerNonce), pdu.value()));
        }

        private void compare(SecureConnections.Keys keys, byte[] peerCheck) {
            if (exchange.checks(keys, peerCheck)) {
                pairing.become(new AwaitEncryption(pairing, exchange.agreement(), keys.ltk()));
                pairing.send(new Pdu.PairingDhKeyCheck(exchange.check(keys)));
            } else {
                exchange.checkFailed();
            }
        }

        @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingResponse(Pdu.PairingResponse pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingConfirm(Pdu.PairingConfirm pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingRandom(Pdu.PairingRandom pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingFailed(Pdu.PairingFailed pdu) { pairing.failedByPeer(pdu); }
        @Override public void encryptionInformation(Pdu.EncryptionInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void centralIdentification(Pdu.CentralIdentification pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityInformation(Pdu.IdentityInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void signingInformation(Pdu.SigningInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void securityRequest(Pdu.SecurityRequest pdu) { pairing.notSupported(pdu); }
        @Override public void pairingPublicKey(Pdu.PairingPublicKey pdu) { pairing.outOfPlace(pdu); }
        @Override public void keypressNotification(Pdu.KeypressNotification pdu) { pairing.outOfPlace(pdu); }
        @Override public Optional<Key> longTermKey(long rand, int ediv) { return pairing.noLongTermKey(); }
        @Override public void encryptionChanged(int status) { pairing.encryptionOutOfPlace(); }
    }

    /** Both checks have passed: the central starts encryption, for which EDIV and Rand are zero (2.4.4.1). */
    record AwaitEncryption(Pairing pairing, Agreement agreement, Key ltk) implements State {
        @Override
        public Optional<Key> longTermKey(long rand, int ediv) {
            if (rand != 0 || ediv != 0) {
                return pairing.noLongTermKey();
            }
            pairing.become(new Encrypting(pairing, agreement, ltk));
            pairing.keyInUse();
            return Optional.of(ltk);
        }

        @Override public void pairingRequest(Pdu.PairingRequest pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingResponse(Pdu.PairingResponse pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingConfirm(Pdu.PairingConfirm pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingRandom(Pdu.PairingRandom pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingFailed(Pdu.PairingFailed pdu) { pairing.failedByPeer(pdu); }
        @Override public void encryptionInformation(Pdu.EncryptionInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void centralIdentification(Pdu.CentralIdentification pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityInformation(Pdu.IdentityInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void signingInformation(Pdu.SigningInformation pdu) { pairing.outOfPlace(pdu); }
        @Override public void securityRequest(Pdu.SecurityRequest pdu) { pairing.notSupported(pdu); }
        @Override public void pairingPublicKey(Pdu.PairingPublicKey pdu) { pairing.outOfPlace(pdu); }
        @Override public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) { pairing.outOfPlace(pdu); }
        @Override public void keypressNotification(Pdu.KeypressNotification pdu) { pairing.outOfPlace(pdu); }
        @Override public void encryptionChanged(int status) { pairing.encryptionOutOfPlace(); }

        @Override
        public String toString() {
            return "AwaitEncryption[" + agreement + "]";
        }
    }
}
