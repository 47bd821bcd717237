package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The frame of our own records: a version octet in front, CRC-32C (big endian) of all before it at the end. */
final class Sealed {
    private static final byte VERSION = 1;
    private static final int OVERHEAD = 5;

    private Sealed() {}

    static byte[] seal(byte[] body) {
        var out = ByteBuffer.allocate(body.length + OVERHEAD).put(VERSION).put(body);
        return out.putInt(crc(out.array(), body.length + 1)).array();
    }

    /** @throws UnreadableException when it was damaged or written by a later version that changed the frame */
    static byte[] open(byte[] value) throws UnreadableException {
        if (value.length < OVERHEAD) {
            throw new UnreadableException("it has only " + value.length + " octets");
        }
        int end = value.length - 4;
        if (ByteBuffer.wrap(value).getInt(end) != crc(value, end)) {
            throw new UnreadableException("its checksum is wrong");
        }
        if (value[0] != VERSION) {
            throw new UnreadableException("it has version " + (value[0] & 0xff) + "; install a newer Everbond to read it");
        }
        return Arrays.copyOfRange(value, 1, end);
    }

    private static int crc(byte[] octets, int length) {
        var crc = new CRC32C();
        crc.update(octets, 0, length);
        return (int) crc.getValue();
    }
}
