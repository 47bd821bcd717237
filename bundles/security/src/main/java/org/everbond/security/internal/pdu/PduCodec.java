package org.everbond.security.internal.pdu;

import static org.everbond.crypto.OctetOrder.reversed;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.PublicKey;

/**
 * The layout of SMP PDUs on air (Vol 3, Part H, 3.3, 3.5, 3.6): one octet of code, then fields least significant octet first.
 * The length is judged before anything else: each PDU has exactly one.
 */
public final class PduCodec {
    /** Octets of each PDU with its code, by code (3.3.3 to 3.6.7); 0 for reserved codes. */
    private static final int[] LENGTHS = {0, 7, 7, 17, 17, 2, 17, 11, 17, 8, 17, 2, 65, 17, 2};

    private PduCodec() {}

    /** Octets of the PDU with this code, code included; 0 for a reserved code. */
    public static int length(int code) {
        return code < LENGTHS.length ? LENGTHS[code] : 0;
    }

    /**
     * @return the PDU; empty for a reserved code, which is ignored (3.3)
     * @throws PduException for another length than the code's, and for values out of range
     */
    public static Optional<Pdu> decode(byte[] sdu) {
        if (sdu.length == 0) {
            throw new PduException("an SMP PDU has at least one octet");
        }
        int code = sdu[0] & 0xff;
        int length = length(code);
        if (length == 0) {
            return Optional.empty();
        }
        if (sdu.length != length) {
            throw new PduException(
                    String.format("the SMP PDU with code 0x%02X has %d octets, not %d", code, length, sdu.length));
        }
        return Optional.of(parse(code, sdu));
    }

    private static Pdu parse(int code, byte[] sdu) {
        return switch (code) {
            case Pdu.PairingRequest.CODE -> new Pdu.PairingRequest(features(sdu));
            case Pdu.PairingResponse.CODE -> new Pdu.PairingResponse(features(sdu));
            case Pdu.PairingConfirm.CODE -> new Pdu.PairingConfirm(reversed(sdu, 1, 16));
            case Pdu.PairingRandom.CODE -> new Pdu.PairingRandom(reversed(sdu, 1, 16));
            case Pdu.PairingFailed.CODE -> new Pdu.PairingFailed(sdu[1] & 0xff);
            case Pdu.EncryptionInformation.CODE -> new Pdu.EncryptionInformation(Key.ofLittleEndian(sdu, 1));
            case Pdu.CentralIdentification.CODE -> centralIdentification(sdu);
            case Pdu.IdentityInformation.CODE -> new Pdu.IdentityInformation(Key.ofLittleEndian(sdu, 1));
            case Pdu.IdentityAddressInformation.CODE -> identityAddress(sdu);
            case Pdu.SigningInformation.CODE -> new Pdu.SigningInformation(Key.ofLittleEndian(sdu, 1));
            case Pdu.SecurityRequest.CODE -> new Pdu.SecurityRequest(sdu[1] & 0xff);
            case Pdu.PairingPublicKey.CODE -> new Pdu.PairingPublicKey(PublicKey.ofLittleEndian(sdu, 1));
            case Pdu.PairingDhKeyCheck.CODE -> new Pdu.PairingDhKeyCheck(reversed(sdu, 1, 16));
            case Pdu.KeypressNotification.CODE -> new Pdu.KeypressNotification(sdu[1] & 0xff);
            default -> throw new PduException("code " + code + " has a length but no layout");
        };
    }

    private static Features features(byte[] sdu) {
        return new Features(sdu[1] & 0xff, sdu[2] & 0xff, sdu[3] & 0xff, sdu[4] & 0xff, sdu[5] & 0xff, sdu[6] & 0xff);
    }

    private static Pdu centralIdentification(byte[] sdu) {
        var fields = ByteBuffer.wrap(sdu).order(ByteOrder.LITTLE_ENDIAN);
        return new Pdu.CentralIdentification(fields.getShort(1) & 0xffff, fields.getLong(3));
    }

    private static Pdu identityAddress(byte[] sdu) {
        int type = sdu[1] & 0xff;
        PduException.check(type <= 1, "address type", type);
        return new Pdu.IdentityAddressInformation(DeviceAddress.ofLittleEndian(AddressType.of(type), sdu, 2));
    }

    public static byte[] encode(Pdu pdu) {
        var encoder = new Encoder(length(pdu.code()));
        encoder.out.put((byte) pdu.code());
        pdu.accept(encoder);
        return encoder.out.array();
    }

    /** Writes the fields behind the code. */
    private static final class Encoder implements Pdu.Handler {
        private final ByteBuffer out;

        Encoder(int length) {
            out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        }

        private void features(Features features) {
            out.put((byte) features.ioCapability())
                    .put((byte) features.oobDataFlag())
                    .put((byte) features.authReq())
                    .put((byte) features.maximumKeySize())
                    .put((byte) features.initiatorKeys())
                    .put((byte) features.responderKeys());
        }

        private void key(Key key) {
            key.writeLittleEndian(out.array(), 1);
        }

        @Override
        public void pairingRequest(Pdu.PairingRequest pdu) {
            features(pdu.features());
        }

        @Override
        public void pairingResponse(Pdu.PairingResponse pdu) {
            features(pdu.features());
        }

        @Override
        public void pairingConfirm(Pdu.PairingConfirm pdu) {
            out.put(reversed(pdu.value()));
        }

        @Override
        public void pairingRandom(Pdu.PairingRandom pdu) {
            out.put(reversed(pdu.value()));
        }

        @Override
        public void pairingFailed(Pdu.PairingFailed pdu) {
            out.put((byte) pdu.reason());
        }

        @Override
        public void encryptionInformation(Pdu.EncryptionInformation pdu) {
            key(pdu.ltk());
        }

        @Override
        public void centralIdentification(Pdu.CentralIdentification pdu) {
            out.putShort((short) pdu.ediv()).putLong(pdu.rand());
        }

        @Override
        public void identityInformation(Pdu.IdentityInformation pdu) {
            key(pdu.irk());
        }

        @Override
        public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) {
            out.put((byte) pdu.address().type().value());
            pdu.address().writeLittleEndian(out.array(), 2);
        }

        @Override
        public void signingInformation(Pdu.SigningInformation pdu) {
            key(pdu.csrk());
        }

        @Override
        public void securityRequest(Pdu.SecurityRequest pdu) {
            out.put((byte) pdu.authReq());
        }

        @Override
        public void pairingPublicKey(Pdu.PairingPublicKey pdu) {
            pdu.key().writeLittleEndian(out.array(), 1);
        }

        @Override
        public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) {
            out.put(reversed(pdu.value()));
        }

        @Override
        public void keypressNotification(Pdu.KeypressNotification pdu) {
            out.put((byte) pdu.type());
        }
    }
}
