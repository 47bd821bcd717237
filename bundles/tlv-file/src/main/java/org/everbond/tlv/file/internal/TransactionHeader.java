package org.everbond.tlv.file.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The record {@code e1000000} before the records of a transaction. BTstack keeps it as an unknown tag; when it rewrites a file
 * it copies the newest one, which then no longer stands at its own offset and means nothing but a lower bound of the sequence.
 *
 * <p>Value, 28 + 4 n octets, big endian: version (1) = 1, zero (1), number n of records that follow (2), their octets together
 * (4), offset in the file of this record (8), sequence (8), CRC-32C of each record from tag to value (4 n), CRC-32C of all
 * before (4).
 */
record TransactionHeader(long octets, long offset, long sequence, int[] checksums) {
    /** How many records one header can announce; a larger batch has several headers of the same sequence. */
    static final int MOST_RECORDS = 480;

    private static final int VERSION = 1;
    private static final int FIXED = 28;

    static int length(int records) {
        return FIXED + 4 * records;
    }

    byte[] encode() {
        var out = ByteBuffer.allocate(length(checksums.length));
        out.put((byte) VERSION).put((byte) 0).putShort((short) checksums.length).putInt((int) octets);
        out.putLong(offset).putLong(sequence);
        for (int checksum : checksums) {
            out.putInt(checksum);
        }
        return out.putInt(checksum(out.array(), 0, out.position())).array();
    }

    /** Reads a value of {@code length} octets; null when it is damaged or of an unknown version. */
    static TransactionHeader decode(byte[] file, int at, int length) {
        if (length < FIXED || length % 4 != 0 || file[at] != VERSION || file[at + 1] != 0) {
            return null;
        }
        var in = ByteBuffer.wrap(file, at + 2, length - 2);
        int count = in.getShort() & 0xffff;
        if (length != length(count)) {
            return null;
        }
        long octets = in.getInt() & 0xffffffffL;
        long offset = in.getLong();
        long sequence = in.getLong();
        var checksums = new int[count];
        for (int i = 0; i < count; i++) {
            checksums[i] = in.getInt();
        }
        boolean intact = in.getInt() == checksum(file, at, length - 4) && sequence >= 0;
        return intact ? new TransactionHeader(octets, offset, sequence, checksums) : null;
    }

    /** How long the value of a damaged header may have been: as its record says, and as its number of records says. */
    static int[] possibleLengths(byte[] file, int at) {
        if (file.length - at < 8 + FIXED + 4) {
            return new int[0];
        }
        int stated = ByteBuffer.wrap(file).getInt(at + 4);
        int counted = length(ByteBuffer.wrap(file).getShort(at + 10) & 0xffff);
        return stated > FIXED ? new int[] {stated, counted} : new int[] {counted};
    }

    /** The first checksum in a damaged header that has {@link #possibleLengths}. */
    static int firstChecksum(byte[] file, int at) {
        return ByteBuffer.wrap(file).getInt(at + 8 + FIXED - 4);
    }

    /** Whether nothing but the first checksum of a damaged header that has {@link #possibleLengths} is damaged, and this one belongs there. */
    static boolean isWholeWith(int firstChecksum, byte[] file, int at, int length) {
        var value = Arrays.copyOfRange(file, at + 8, at + 8 + length);
        ByteBuffer.wrap(value).putInt(FIXED - 4, firstChecksum);
        return decode(value, 0, length) != null;
    }

    static int checksum(byte[] octets, int at, int length) {
        var crc = new CRC32C();
        crc.update(octets, at, length);
        return (int) crc.getValue();
    }
}
