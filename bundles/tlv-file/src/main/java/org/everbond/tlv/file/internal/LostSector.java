package org.everbond.tlv.file.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.everbond.tlv.Tags;
import org.everbond.tlv.spi.StoreHeader;

/**
 * Sectors that a file has grown by and that never reached the disk: they read as zeros while those around them are there. Only what
 * a power cut took from an unfinished append looks so; another program's records do not end where a sector does.
 */
final class LostSector {
    /** What a disk writes at least. */
    private static final int SECTOR = 512;
    private static final int PLAIN = 60;
    private static final int SIGNED = 100;
    /** Where in an LE device entry the flags begin, the CSRK of the peer, its counter, our CSRK, our counter. */
    private static final int[] LAST_FIELDS = {57, 60, 76, 80, 96};
    /** Where the type of a Classic link key has told all that it can. */
    private static final int LINK_KEY_TYPE = 29;

    private LostSector() {}

    /** Whether an octet of a record stands in such a sector, of which only what belongs to the record or follows it is looked at. */
    static boolean isLost(byte[] file, int record, int octet) {
        int sector = octet / SECTOR * SECTOR;
        return isZero(file, Math.max(record, sector), Math.min(sector + SECTOR, file.length));
    }

    /** Whether a record runs into a sector that has nothing but zeros. */
    static boolean holdsEndOf(byte[] file, int from, int to) {
        for (int sector = following(from); sector < to; sector += SECTOR) {
            if (isZero(file, sector, Math.min(sector + SECTOR, file.length))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether tag and length of a record of ours may be what is left of them by such a sector, which begins in them. The rest reads as
     * zeros: an entry looks like its deletion, {@code BTD+14} like {@code BTD+0}.
     *
     * @param length of the value that was announced; -1 when it is not known
     */
    static boolean beheads(byte[] file, int record, long length) {
        if (isZero(file, record, record + 8)) {
            return true;
        }
        int sector = following(record);
        if (sector >= record + 8 || !isZero(file, sector, Math.min(sector + SECTOR, file.length))) {
            return false;
        }
        for (int position = record + 4; length >= 0 && position < sector; position++) {
            if (file[position] != (byte) (length >> 8 * (record + 7 - position))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the first octets of a transaction header or of the store's identity stood in such a sector, of which this is the end. */
    static boolean beheads(byte[] file, int at) {
        int sector = following(at);
        if (sector > file.length || !isZero(file, at, sector)) {
            return false;
        }
        if (sector - at >= 8) {
            return true;
        }
        for (int length : TransactionHeader.possibleLengths(file, at)) {
            var header = length <= file.length - at - 8 ? TransactionHeader.decode(file, at + 8, length) : null;
            if (header != null && header.offset() == at) {
                return true;
            }
        }
        int end = at + 8 + StoreHeader.LENGTH;
        return end <= file.length && StoreHeader.decode(Arrays.copyOfRange(file, at + 8, end)).isPresent();
    }

    /**
     * How many octets of the value of a record of BTstack's have to be there for its bond to be whole. An LE device entry ends with flags,
     * signing keys and counters, which are zero in many, and which companions have, too; a Classic link key ends with padding.
     */
    static int meaningLength(byte[] file, int record) {
        var in = ByteBuffer.wrap(file);
        int length = in.getInt(record + 4);
        return switch (in.getInt(record) & 0xffffff00) {
            case Tags.LE_DEVICE -> length == PLAIN || length == SIGNED ? entryLength(file, record + 8, length) : length;
            case Tags.LINK_KEY -> Math.min(length, LINK_KEY_TYPE);
            default -> length;
        };
    }

    /** Up to the end of the last field that is not zero. */
    private static int entryLength(byte[] file, int value, int length) {
        for (int end : LAST_FIELDS) {
            if (end < length && isZero(file, value + end, value + length)) {
                return end;
            }
        }
        return length;
    }

    private static int following(int position) {
        return (position / SECTOR + 1) * SECTOR;
    }

    private static boolean isZero(byte[] file, int from, int to) {
        for (int position = from; position < to; position++) {
            if (file[position] != 0) {
                return false;
            }
        }
        return true;
    }
}
