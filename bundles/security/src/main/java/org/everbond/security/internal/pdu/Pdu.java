package org.everbond.security.internal.pdu;

import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.PublicKey;

/**
 * The PDUs of the Security Manager Protocol (Vol 3, Part H, 3.3). Values are most significant octet first; the codec turns
 * them around.
 */
public sealed interface Pdu {
    void accept(Handler handler);

    int code();

    /** One method per PDU and no defaults: a new PDU does not compile until everybody has decided about it. */
    interface Handler {
        void pairingRequest(PairingRequest pdu);

        void pairingResponse(PairingResponse pdu);

        void pairingConfirm(PairingConfirm pdu);

        void pairingRandom(PairingRandom pdu);

        void pairingFailed(PairingFailed pdu);

        void encryptionInformation(EncryptionInformation pdu);

        void centralIdentification(CentralIdentification pdu);

        void identityInformation(IdentityInformation pdu);

        void identityAddressInformation(IdentityAddressInformation pdu);

        void signingInformation(SigningInformation pdu);

        void securityRequest(SecurityRequest pdu);

        void pairingPublicKey(PairingPublicKey pdu);

        void pairingDhKeyCheck(PairingDhKeyCheck pdu);

        void keypressNotification(KeypressNotification pdu);
    }

    /** 3.5.1 */
    record PairingRequest(Features features) implements Pdu {
        public static final int CODE = 0x01;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.pairingRequest(this);
        }
    }

    /** 3.5.2 */
    record PairingResponse(Features features) implements Pdu {
        public static final int CODE = 0x02;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.pairingResponse(this);
        }
    }

    /** 3.5.3; 16 octets. */
    record PairingConfirm(byte[] value) implements Pdu {
        public static final int CODE = 0x03;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.pairingConfirm(this);
        }
    }

    /** 3.5.4; 16 octets. */
    record PairingRandom(byte[] value) implements Pdu {
        public static final int CODE = 0x04;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.pairingRandom(this);
        }
    }

    /** 3.5.5; reserved reasons are taken as they come. */
    record PairingFailed(int reason) implements Pdu {
        public static final int CODE = 0x05;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.pairingFailed(this);
        }
    }

    /** 3.6.2 */
    record EncryptionInformation(Key ltk) implements Pdu {
        public static final int CODE = 0x06;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.encryptionInformation(this);
        }
    }

    /** 3.6.3 */
    record CentralIdentification(int ediv, long rand) implements Pdu {
        public static final int CODE = 0x07;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.centralIdentification(this);
        }
    }

    /** 3.6.4 */
    record IdentityInformation(Key irk) implements Pdu {
        public static final int CODE = 0x08;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.identityInformation(this);
        }
    }

    /** 3.6.5; whether it may be an identity address is for the key exchange to judge. */
    record IdentityAddressInformation(DeviceAddress address) implements Pdu {
        public static final int CODE = 0x09;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.identityAddressInformation(this);
        }
    }

    /** 3.6.6 */
    record SigningInformation(Key csrk) implements Pdu {
        public static final int CODE = 0x0a;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.signingInformation(this);
        }
    }

    /** 3.6.7 */
    record SecurityRequest(int authReq) implements Pdu {
        public static final int CODE = 0x0b;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.securityRequest(this);
        }

        public boolean mitm() {
            return (authReq & AuthReq.MITM) != 0;
        }
    }

    /** 3.5.6 */
    record PairingPublicKey(PublicKey key) implements Pdu {
        public static final int CODE = 0x0c;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.pairingPublicKey(this);
        }
    }

    /** 3.5.7; 16 octets. */
    record PairingDhKeyCheck(byte[] value) implements Pdu {
        public static final int CODE = 0x0d;

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.pairingDhKeyCheck(this);
        }
    }

    /** 3.5.8 */
    record KeypressNotification(int type) implements Pdu {
        public static final int CODE = 0x0e;

        public KeypressNotification {
            PduException.check(type >= 0 && type <= 4, "keypress notification type", type);
        }

        @Override
        public int code() {
            return CODE;
        }

        @Override
        public void accept(Handler handler) {
            handler.keypressNotification(this);
        }
    }
}
