package org.everbond.tlv.file.internal;

import org.everbond.tlv.Tags;

/**
 * Whose keys a record of BTstack's layout holds: an LE device entry from the address to Rand, a Classic link key from the address to the
 * key, a root key as a whole. Another pairing changes nearly all octets of a key, nothing but damage changes a few of them.
 */
final class KeyOctets {
    /** Of so many different octets at most, the keys are the same and damaged. */
    static final int MOST_DAMAGED = 8;

    private static final int END_OF_RAND = 56;

    private KeyOctets() {}

    /** How many of these octets a record has otherwise than a value; -1 where they cannot be compared. */
    static int different(LogOctets octets, int record, byte[] value) {
        int tag = octets.tag(record);
        int length = octets.length(record);
        boolean comparable = value != null && value.length == length && Tags.isKnownLength(tag, length);
        if (comparable && Tags.isEntry(tag) && length >= END_OF_RAND) {
            return different(octets.array(), record + 8, value, 8, END_OF_RAND);
        }
        if (comparable && (tag & 0xffffff00) == Tags.LINK_KEY) {
            return different(octets.array(), record + 8, value, 4, 26);
        }
        return comparable && (tag == Tags.ER || tag == Tags.IR) ? different(octets.array(), record + 8, value, 0, length) : -1;
    }

    private static int different(byte[] file, int start, byte[] value, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += file[start + i] == value[i] ? 0 : 1;
        }
        return count;
    }
}
