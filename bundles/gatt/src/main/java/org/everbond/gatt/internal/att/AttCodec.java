package org.everbond.gatt.internal.att;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.everbond.gatt.internal.att.AttResponse.FindInformation.Information;
import org.everbond.gatt.internal.att.AttResponse.HandleRange;
import org.everbond.gatt.internal.att.AttResponse.ReadByGroupType.Group;
import org.everbond.gatt.internal.att.AttResponse.ReadByType.Data;
import org.everbond.security.DataSigning;

/**
 * Reads PDUs (Vol 3, Part F, 3.4); {@link AttEncoder} writes them. Never throws for what comes from the air: a PDU that is not
 * exactly as its opcode demands is {@link AttPdu.Malformed}.
 */
public final class AttCodec {
    /** The longest PDU that we take: our ATT_MTU, good for an attribute of 512 octets in one piece. */
    public static final int OWN_MTU = 517;
    /** ATT_MTU of LE before it was exchanged (Vol 3, Part G, 5.2.1). */
    public static final int DEFAULT_MTU = 23;
    /** The longest attribute value (Vol 3, Part F, 3.2.9). */
    public static final int MAX_VALUE = 512;

    private AttCodec() {}

    /** @param sdu at least one octet */
    public static AttPdu decode(byte[] sdu) {
        if (sdu.length == 0) {
            return new AttPdu.Malformed(0);
        }
        int opcode = sdu[0] & 0xff;
        var in = ByteBuffer.wrap(sdu, 1, sdu.length - 1).order(ByteOrder.LITTLE_ENDIAN);
        var pdu = decode(opcode, in);
        boolean tooLong = sdu.length > OWN_MTU && !(pdu instanceof AttPdu.Unknown);
        return pdu == null || tooLong ? new AttPdu.Malformed(opcode) : pdu;
    }

    /** @return null when malformed */
    private static AttPdu decode(int opcode, ByteBuffer in) {
        int length = in.remaining();
        return switch (opcode) {
            case AttOpcode.ERROR_RESPONSE ->
                length == 4 ? new AttResponse.Error(u8(in), u16(in), u8(in)) : null;
            case AttOpcode.EXCHANGE_MTU_REQUEST -> length == 2 ? new AttRequest.ExchangeMtu(u16(in)) : null;
            case AttOpcode.EXCHANGE_MTU_RESPONSE -> length == 2 ? new AttResponse.ExchangeMtu(u16(in)) : null;
            case AttOpcode.FIND_INFORMATION_REQUEST ->
                length == 4 ? new AttRequest.FindInformation(u16(in), u16(in)) : null;
            case AttOpcode.FIND_INFORMATION_RESPONSE -> findInformationResponse(in);
            case AttOpcode.FIND_BY_TYPE_VALUE_REQUEST ->
                length >= 6
                        ? new AttRequest.FindByTypeValue(u16(in), u16(in), AttUuid.get(in, 2), rest(in))
                        : null;
            case AttOpcode.FIND_BY_TYPE_VALUE_RESPONSE -> findByTypeValueResponse(in);
            case AttOpcode.READ_BY_TYPE_REQUEST -> typed(in, AttRequest.ReadByType::new);
            case AttOpcode.READ_BY_TYPE_RESPONSE ->
                list(in, 2, size -> new Data(u16(in), take(in, size - 2)), AttResponse.ReadByType::new);
            case AttOpcode.READ_REQUEST -> length == 2 ? new AttRequest.Read(u16(in)) : null;
            case AttOpcode.READ_RESPONSE -> new AttResponse.Read(rest(in));
            case AttOpcode.READ_BLOB_REQUEST -> length == 4 ? new AttRequest.ReadBlob(u16(in), u16(in)) : null;
            case AttOpcode.READ_BLOB_RESPONSE -> new AttResponse.ReadBlob(rest(in));
            case AttOpcode.READ_MULTIPLE_REQUEST -> readMultipleRequest(in);
            case AttOpcode.READ_MULTIPLE_RESPONSE -> new AttResponse.ReadMultiple(rest(in));
            case AttOpcode.READ_BY_GROUP_TYPE_REQUEST -> typed(in, AttRequest.ReadByGroupType::new);
            case AttOpcode.READ_BY_GROUP_TYPE_RESPONSE ->
                list(in, 4, size -> new Group(u16(in), u16(in), take(in, size - 4)), AttResponse.ReadByGroupType::new);
            case AttOpcode.WRITE_REQUEST -> length >= 2 ? new AttRequest.Write(u16(in), rest(in)) : null;
            case AttOpcode.WRITE_RESPONSE -> length == 0 ? new AttResponse.Write() : null;
            case AttOpcode.WRITE_COMMAND -> length >= 2 ? new AttPdu.WriteCommand(u16(in), rest(in)) : null;
            case AttOpcode.SIGNED_WRITE_COMMAND -> signedWriteCommand(in);
            case AttOpcode.PREPARE_WRITE_REQUEST ->
                length >= 4 ? new AttRequest.PrepareWrite(u16(in), u16(in), rest(in)) : null;
            case AttOpcode.PREPARE_WRITE_RESPONSE ->
                length >= 4 ? new AttResponse.PrepareWrite(u16(in), u16(in), rest(in)) : null;
            case AttOpcode.EXECUTE_WRITE_REQUEST ->
                length == 1 && in.get(in.position()) >>> 1 == 0 ? new AttRequest.ExecuteWrite(u8(in)) : null;
            case AttOpcode.EXECUTE_WRITE_RESPONSE -> length == 0 ? new AttResponse.ExecuteWrite() : null;
            case AttOpcode.HANDLE_VALUE_NOTIFICATION ->
                length >= 2 ? new AttPdu.HandleValueNotification(u16(in), rest(in)) : null;
            case AttOpcode.HANDLE_VALUE_INDICATION ->
                length >= 2 ? new AttPdu.HandleValueIndication(u16(in), rest(in)) : null;
            case AttOpcode.HANDLE_VALUE_CONFIRMATION -> length == 0 ? new AttPdu.HandleValueConfirmation() : null;
            default -> new AttPdu.Unknown(opcode);
        };
    }

    private static AttPdu findInformationResponse(ByteBuffer in) {
        if (!in.hasRemaining()) {
            return null;
        }
        int format = u8(in);
        if (format != 1 && format != 2) {
            return null;
        }
        int uuid = format == 1 ? 2 : 16;
        if (!in.hasRemaining() || in.remaining() % (2 + uuid) != 0) {
            return null;
        }
        var attributes = new ArrayList<Information>();
        while (in.hasRemaining()) {
            attributes.add(new Information(u16(in), AttUuid.get(in, uuid)));
        }
        return new AttResponse.FindInformation(attributes);
    }

    private static AttPdu findByTypeValueResponse(ByteBuffer in) {
        if (!in.hasRemaining() || in.remaining() % 4 != 0) {
            return null;
        }
        var found = new ArrayList<HandleRange>();
        while (in.hasRemaining()) {
            found.add(new HandleRange(u16(in), u16(in)));
        }
        return new AttResponse.FindByTypeValue(found);
    }

    private static AttPdu signedWriteCommand(ByteBuffer in) {
        int value = in.remaining() - 2 - DataSigning.LENGTH;
        return value < 0 ? null : new AttPdu.SignedWriteCommand(u16(in), take(in, value), in.array().clone());
    }

    private static AttPdu readMultipleRequest(ByteBuffer in) {
        if (in.remaining() < 4 || in.remaining() % 2 != 0) {
            return null;
        }
        var handles = new ArrayList<Integer>();
        while (in.hasRemaining()) {
            handles.add(u16(in));
        }
        return new AttRequest.ReadMultiple(handles);
    }

    /** Start, end and a UUID of 2 or 16 octets. */
    private static AttPdu typed(ByteBuffer in, TypedRequest request) {
        int uuid = in.remaining() - 4;
        return uuid == 2 || uuid == 16 ? request.of(u16(in), u16(in), AttUuid.get(in, uuid)) : null;
    }

    /** A length octet and entries of that length, each beginning with {@code header} octets. */
    private static <T> AttPdu list(
            ByteBuffer in, int header, Function<Integer, T> entry, Function<List<T>, AttPdu> response) {
        if (!in.hasRemaining()) {
            return null;
        }
        int size = u8(in);
        if (size < header || !in.hasRemaining() || in.remaining() % size != 0) {
            return null;
        }
        var found = new ArrayList<T>();
        while (in.hasRemaining()) {
            found.add(entry.apply(size));
        }
        return response.apply(found);
    }

    private interface TypedRequest {
        AttPdu of(int start, int end, UUID type);
    }

    private static int u8(ByteBuffer in) {
        return in.get() & 0xff;
    }

    private static int u16(ByteBuffer in) {
        return in.getShort() & 0xffff;
    }

    private static byte[] take(ByteBuffer in, int length) {
        var octets = new byte[length];
        in.get(octets);
        return octets;
    }

    private static byte[] rest(ByteBuffer in) {
        return take(in, in.remaining());
    }
}
