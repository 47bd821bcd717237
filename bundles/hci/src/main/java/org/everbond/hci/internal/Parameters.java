package org.everbond.hci.internal;

import java.util.Arrays;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;

/** Lays out the parameters of a command, little-endian, one after another. */
public final class Parameters {
    private final byte[] octets = new byte[255];
    private int length;

    public Parameters u8(int value) {
        octets[length++] = (byte) value;
        return this;
    }

    public Parameters u16(int value) {
        return u8(value).u8(value >>> 8);
    }

    public Parameters u24(int value) {
        return u16(value).u8(value >>> 16);
    }

    public Parameters u64(long value) {
        for (int i = 0; i < 8; i++) {
            u8((int) (value >>> 8 * i));
        }
        return this;
    }

    /** Type octet and six octets; all zeros for null. */
    public Parameters typed(DeviceAddress address) {
        return u8(address == null ? 0 : address.type().value()).address(address);
    }

    /** Six octets; all zeros for null. */
    public Parameters address(DeviceAddress address) {
        if (address != null) {
            address.writeLittleEndian(octets, length);
        }
        length += 6;
        return this;
    }

    public Parameters key(Key key) {
        key.writeLittleEndian(octets, length);
        length += 16;
        return this;
    }

    public Parameters octets(byte[] value) {
        System.arraycopy(value, 0, octets, length, value.length);
        length += value.length;
        return this;
    }

    /** Fills with zeros up to this length. */
    public Parameters padTo(int total) {
        length = total;
        return this;
    }

    public HciCommand command(OpCode opCode) {
        return new HciCommand(opCode.value(), Arrays.copyOf(octets, length));
    }
}
