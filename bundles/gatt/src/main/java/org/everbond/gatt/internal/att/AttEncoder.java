package org.everbond.gatt.internal.att;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes PDUs (Vol 3, Part F, 3.4). That they fit in the ATT_MTU is up to who made them. */
public final class AttEncoder {
    private static final int MAX_LENGTH = 600;

    private AttEncoder() {}

    /** The octets of a PDU that we send; {@link AttPdu.Malformed} and {@link AttPdu.Unknown} are none. */
    public static byte[] encode(AttPdu pdu) {
        var out = ByteBuffer.allocate(MAX_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) pdu.opcode());
        write(pdu, out);
        var octets = new byte[out.position()];
        out.flip().get(octets);
        return octets;
    }

    /** A notification or indication with the first octets of a value, made without a PDU in between. */
    public static byte[] handleValue(int opcode, int handle, byte[] value, int length) {
        var octets = new byte[3 + length];
        octets[0] = (byte) opcode;
        octets[1] = (byte) handle;
        octets[2] = (byte) (handle >> 8);
        System.arraycopy(value, 0, octets, 3, length);
        return octets;
    }

    /** A Signed Write Command up to its signature (3.4.5.4): what is signed. */
    public static byte[] signedWrite(int handle, byte[] value) {
        return ByteBuffer.allocate(3 + value.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) AttOpcode.SIGNED_WRITE_COMMAND)
                .putShort((short) handle)
                .put(value)
                .array();
    }

    private static void write(AttPdu any, ByteBuffer out) {
        if (any instanceof AttResponse.Error pdu) {
            out.put((byte) pdu.requestOpcode()).putShort((short) pdu.handle()).put((byte) pdu.error());
        } else if (any instanceof AttRequest.ExchangeMtu pdu) {
            out.putShort((short) pdu.mtu());
        } else if (any instanceof AttResponse.ExchangeMtu pdu) {
            out.putShort((short) pdu.mtu());
        } else if (any instanceof AttRequest.FindInformation pdu) {
            range(out, pdu.start(), pdu.end());
        } else if (any instanceof AttResponse.FindInformation pdu) {
            out.put((byte) (AttUuid.is16(pdu.attributes().get(0).type()) ? 1 : 2));
            for (var attribute : pdu.attributes()) {
                out.putShort((short) attribute.handle());
                AttUuid.put(out, attribute.type());
            }
        } else if (any instanceof AttRequest.FindByTypeValue pdu) {
            AttUuid.put(range(out, pdu.start(), pdu.end()), pdu.type());
            out.put(pdu.value());
        } else if (any instanceof AttResponse.FindByTypeValue pdu) {
            pdu.found().forEach(found -> range(out, found.start(), found.end()));
        } else if (any instanceof AttRequest.ReadByType pdu) {
            AttUuid.put(range(out, pdu.start(), pdu.end()), pdu.type());
        } else if (any instanceof AttResponse.ReadByType pdu) {
            out.put((byte) (2 + pdu.found().get(0).value().length));
            pdu.found().forEach(found -> out.putShort((short) found.handle()).put(found.value()));
        } else if (any instanceof AttRequest.Read pdu) {
            out.putShort((short) pdu.handle());
        } else if (any instanceof AttResponse.Read pdu) {
            out.put(pdu.value());
        } else if (any instanceof AttRequest.ReadBlob pdu) {
            out.putShort((short) pdu.handle()).putShort((short) pdu.offset());
        } else if (any instanceof AttResponse.ReadBlob pdu) {
            out.put(pdu.value());
        } else if (any instanceof AttRequest.ReadMultiple pdu) {
            pdu.handles().forEach(handle -> out.putShort(handle.shortValue()));
        } else if (any instanceof AttResponse.ReadMultiple pdu) {
            out.put(pdu.values());
        } else if (any instanceof AttRequest.ReadByGroupType pdu) {
            AttUuid.put(range(out, pdu.start(), pdu.end()), pdu.type());
        } else if (any instanceof AttResponse.ReadByGroupType pdu) {
            out.put((byte) (4 + pdu.found().get(0).value().length));
            pdu.found().forEach(found -> range(out, found.handle(), found.end()).put(found.value()));
        } else if (any instanceof AttRequest.Write pdu) {
            out.putShort((short) pdu.handle()).put(pdu.value());
        } else if (any instanceof AttPdu.WriteCommand pdu) {
            out.putShort((short) pdu.handle()).put(pdu.value());
        } else if (any instanceof AttPdu.SignedWriteCommand pdu) {
            out.put(pdu.signed(), 1, pdu.signed().length - 1);
        } else if (any instanceof AttRequest.PrepareWrite pdu) {
            range(out, pdu.handle(), pdu.offset()).put(pdu.value());
        } else if (any instanceof AttResponse.PrepareWrite pdu) {
            range(out, pdu.handle(), pdu.offset()).put(pdu.value());
        } else if (any instanceof AttRequest.ExecuteWrite pdu) {
            out.put((byte) pdu.flags());
        } else if (any instanceof AttPdu.HandleValue pdu) {
            out.putShort((short) pdu.handle()).put(pdu.value());
        } else if (any instanceof AttPdu.Malformed || any instanceof AttPdu.Unknown) {
            throw new IllegalArgumentException("opcode " + any.opcode() + " is never sent");
        }
        // Write Response, Execute Write Response and Handle Value Confirmation are their opcode alone.
    }

    private static ByteBuffer range(ByteBuffer out, int first, int second) {
        return out.putShort((short) first).putShort((short) second);
    }
}
