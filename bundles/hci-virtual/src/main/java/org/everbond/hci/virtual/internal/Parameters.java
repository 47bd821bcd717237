package org.everbond.hci.virtual.internal;

import java.util.Arrays;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/** Reads command parameters from the front, little-endian; whatever does not fit refuses the command with 0x12. */
final class Parameters {
    private final byte[] octets;
    private int at;

    Parameters(byte[] octets) {
        this.octets = octets;
    }

    int left() {
        return octets.length - at;
    }

    private int need(int count) {
        if (left() < count) {
            throw Refused.parameters();
        }
        int start = at;
        at += count;
        return start;
    }

    int u8() {
        return octets[need(1)] & 0xff;
    }

    int u16() {
        return u8() | u8() << 8;
    }

    int u24() {
        return u16() | u8() << 16;
    }

    long u64() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value |= (long) u8() << 8 * i;
        }
        return value;
    }

    /** One octet in a range. */
    int u8(int low, int high) {
        return inRange(u8(), low, high);
    }

    /** Two octets in a range. */
    int u16(int low, int high) {
        return inRange(u16(), low, high);
    }

    static int inRange(int value, int low, int high) {
        if (value < low || value > high) {
            throw Refused.parameters();
        }
        return value;
    }

    boolean flag() {
        return u8(0, 1) == 1;
    }

    byte[] bytes(int count) {
        int start = need(count);
        return Arrays.copyOfRange(octets, start, start + count);
    }

    void skip(int count) {
        need(count);
    }

    DeviceAddress address(AddressType type) {
        return DeviceAddress.ofLittleEndian(type, octets, need(6));
    }

    /** An address type octet, 0..1 or up to {@code high}, and the address. */
    DeviceAddress typedAddress(int high) {
        return address(AddressType.of(u8(0, high)));
    }

    Key key() {
        return Key.ofLittleEndian(octets, need(16));
    }
}
