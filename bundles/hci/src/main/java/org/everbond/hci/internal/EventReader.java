package org.everbond.hci.internal;

import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;

/** Reads little-endian values one after another. Beyond the end it throws {@link Short}, which only the parser sees. */
final class EventReader {
    /** The packet ends too early. One instance without a stack trace: hostile input must not be expensive. */
    static final class Short extends RuntimeException {
        static final Short INSTANCE = new Short();

        private Short() {
            super("too short", null, false, false);
        }
    }

    private final byte[] octets;
    private int at;

    EventReader(byte[] octets, int at) {
        this.octets = octets;
        this.at = at;
    }

    int remaining() {
        return octets.length - at;
    }

    int u8() {
        need(1);
        return octets[at++] & 0xff;
    }

    int u16() {
        return (int) number(2);
    }

    int handle() {
        return u16() & 0xfff;
    }

    long u64() {
        return number(8);
    }

    private long number(int length) {
        need(length);
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | octets[at + i] & 0xff;
        }
        at += length;
        return value;
    }

    byte[] octets(int length) {
        need(length);
        var part = new byte[length];
        System.arraycopy(octets, at, part, 0, length);
        at += length;
        return part;
    }

    void skip(int length) {
        need(length);
        at += length;
    }

    /** Six octets as an address; the type is one of 0..3. */
    DeviceAddress address(int type) {
        need(6);
        var address = DeviceAddress.ofLittleEndian(AddressType.of(type), octets, at);
        at += 6;
        return address;
    }

    private void need(int length) {
        if (remaining() < length) {
            throw Short.INSTANCE;
        }
    }
}
