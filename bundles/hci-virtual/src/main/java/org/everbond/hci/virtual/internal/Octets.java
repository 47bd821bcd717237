package org.everbond.hci.virtual.internal;

import java.io.ByteArrayOutputStream;
import org.everbond.crypto.DeviceAddress;

/** Builds event parameters, little-endian. */
final class Octets {
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream(32);

    Octets u8(int value) {
        octets.write(value);
        return this;
    }

    Octets u16(int value) {
        return u8(value).u8(value >>> 8);
    }

    Octets u24(int value) {
        return u16(value).u8(value >>> 16);
    }

    Octets u64(long value) {
        for (int i = 0; i < 8; i++) {
            u8((int) (value >>> 8 * i));
        }
        return this;
    }

    Octets bytes(byte[] value) {
        octets.writeBytes(value);
        return this;
    }

    Octets zeros(int count) {
        return bytes(new byte[count]);
    }

    Octets address(DeviceAddress address) {
        var value = new byte[6];
        if (address != null) {
            address.writeLittleEndian(value, 0);
        }
        return bytes(value);
    }

    int length() {
        return octets.size();
    }

    byte[] toArray() {
        return octets.toByteArray();
    }
}
