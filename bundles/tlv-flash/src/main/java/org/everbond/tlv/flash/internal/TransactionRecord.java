package org.everbond.tlv.flash.internal;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.CRC32C;
import org.everbond.tlv.Tags;

/**
 * The record {@code e1000000} in a flash bank, written before each single change and into each new bank. It knows the content
 * before and after the change, so that a reader can tell whether the change was completed and whether another program has
 * changed anything since; BTstack keeps it as an unknown tag.
 *
 * <p>Value, 41 octets, big endian: version (1) = 2, sequence (8), sequence before (8), tag that is changed (4), digest of the
 * content before (8), digest after (8), CRC-32C of all before (4).
 */
record TransactionRecord(long sequence, long previous, int tag, long before, long after) {
    static final int LENGTH = 41;

    private static final int VERSION = 2;

    byte[] encode() {
        var out = ByteBuffer.allocate(LENGTH).put((byte) VERSION).putLong(sequence).putLong(previous);
        out.putInt(tag).putLong(before).putLong(after);
        return out.putInt(crc(out.array(), LENGTH - 4)).array();
    }

    /** Null when it is damaged or of an unknown version. */
    static TransactionRecord decode(byte[] value) {
        if (value.length != LENGTH || value[0] != VERSION) {
            return null;
        }
        var in = ByteBuffer.wrap(value, 1, LENGTH - 1);
        var record = new TransactionRecord(in.getLong(), in.getLong(), in.getInt(), in.getLong(), in.getLong());
        return in.getInt() == crc(value, LENGTH - 4) && record.sequence >= 0 && record.previous >= 0 ? record : null;
    }

    /** A number for the whole content, whatever its order. The store's own records are not part of it. */
    static long digest(Map<Integer, byte[]> values) {
        long sum = values.size();
        for (var entry : values.entrySet()) {
            sum += spread((long) crc(entry.getValue(), entry.getValue().length) << 32 ^ entry.getKey() * 0x9e3779b97f4a7c15L);
        }
        return sum;
    }

    /** The finalizer of SplitMix64: every bit of the argument changes half of the result. */
    private static long spread(long z) {
        long a = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ a >>> 27) * 0x94d049bb133111ebL;
        return b ^ b >>> 31;
    }

    /** Whether a tag is one of the store's own records here, also when it was torn while it was written. */
    static boolean isOwn(int tag) {
        return tag >>> 24 == Tags.STORE_HEADER >>> 24 || tag >>> 24 == Tags.TRANSACTION >>> 24;
    }

    private static int crc(byte[] octets, int length) {
        var crc = new CRC32C();
        crc.update(octets, 0, length);
        return (int) crc.getValue();
    }
}
