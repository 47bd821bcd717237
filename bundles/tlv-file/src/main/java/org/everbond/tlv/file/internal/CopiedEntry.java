package org.everbond.tlv.file.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.everbond.tlv.Tags;

/**
 * The record of a bond's entry as a transaction header announces it, rebuilt from the companion before it: that has a copy of the entry and
 * its tag, and the announced checksum proves them. By it a damaged entry is told from one of another program, and restored.
 */
final class CopiedEntry {
    private static final int[] LENGTHS = {100, 60};
    /** How many tags a companion may seem to hold. */
    private static final int MOST_TAGS = 4;
    /** A record that differs in more octets is another one: a new pairing changes nearly all of an LTK and of an address. */
    private static final int MOST_DAMAGED = 8;

    private final byte[] record;

    private CopiedEntry(byte[] record) {
        this.record = record;
    }

    /** The entry that has this checksum; null when the companion has none. */
    static CopiedEntry in(byte[] companion, int checksum) {
        for (int tag : tags(companion)) {
            for (int length : LENGTHS) {
                var record = ByteBuffer.allocate(8 + length).putInt(tag).putInt(length).array();
                for (int from = 0; from <= companion.length - length; from++) {
                    System.arraycopy(companion, from, record, 8, length);
                    if (TransactionHeader.checksum(record, 0, record.length) == checksum) {
                        return new CopiedEntry(record);
                    }
                }
            }
        }
        return null;
    }

    /** What looks like the tag of an entry. */
    private static Set<Integer> tags(byte[] companion) {
        var in = ByteBuffer.wrap(companion);
        var tags = new LinkedHashSet<Integer>();
        for (int at = 0; at <= companion.length - 4 && tags.size() < MOST_TAGS; at++) {
            if (Tags.isEntry(in.getInt(at))) {
                tags.add(in.getInt(at));
            }
        }
        return tags;
    }

    int tag() {
        return ByteBuffer.wrap(record).getInt();
    }

    byte[] value() {
        return Arrays.copyOfRange(record, 8, record.length);
    }

    int octets() {
        return record.length;
    }

    /** Whether what stands here is this record, whole or cut off by the end of the file, but for some octets and lost sectors. */
    boolean isAt(byte[] file, int at) {
        return differences(file, at) <= (isWholeAt(file, at) ? MOST_DAMAGED : 0);
    }

    boolean isWholeAt(byte[] file, int at) {
        return file.length - at >= record.length;
    }

    private int differences(byte[] file, int at) {
        int count = 0;
        for (int i = 0; i < record.length && at + i < file.length; i++) {
            boolean equal = record[i] == file[at + i] || file[at + i] == 0 && LostSector.isLost(file, at, at + i);
            count += equal ? 0 : 1;
        }
        return count;
    }
}
