package org.everbond.tlv.flash.internal;

import java.nio.charset.StandardCharsets;
import org.everbond.tlv.flash.FlashMode;

/**
 * Where the octets of BTstack's flash store are.
 *
 * <p>Bank: {@code BTstack} (7), epoch (1), ff up to the alignment, entries. Entry: tag (4), length (4), value, ff up to the
 * alignment; in mode delete-field the header is filled to the alignment and followed by the delete field, of four octets or one
 * alignment, whichever is more. Integers are big endian.
 *
 * @param size octets of a bank
 */
record Layout(FlashMode mode, int alignment, int size) {
    static final byte[] MAGIC = "BTstack".getBytes(StandardCharsets.US_ASCII);
    /** Where the epoch is, whatever the alignment. */
    static final int EPOCH = 7;

    static final int TAG_AND_LENGTH = 8;
    /** The tag of what was never programmed: the end of the log. */
    static final int ERASED = 0xffffffff;

    /** Where the first entry is; the header of the bank ends there. */
    int first() {
        return round(TAG_AND_LENGTH);
    }

    /** Octets of tag and length with their padding. Without a delete field the value begins inside it. */
    int headerUnit() {
        return round(TAG_AND_LENGTH);
    }

    boolean hasDeleteField() {
        return mode == FlashMode.DELETE_FIELD;
    }

    /** Octets of the delete field; 0 without one. */
    int deleteField() {
        return hasDeleteField() ? Math.max(4, alignment) : 0;
    }

    /** From the tag to the value. */
    int valueOffset() {
        return hasDeleteField() ? headerUnit() + deleteField() : TAG_AND_LENGTH;
    }

    /** Octets of an entry with a value of this length, padding included. */
    int entry(int length) {
        return hasDeleteField() ? valueOffset() + round(length) : round(TAG_AND_LENGTH + length);
    }

    /** Whether BTstack looks for an entry here: behind the last such place an entry without value would not be seen. */
    boolean isVisible(int offset) {
        return offset + valueOffset() < size;
    }

    /** Whether an entry that begins here ends in the bank. */
    boolean fits(int offset, int length) {
        return length >= 0 && length <= size && offset + valueOffset() + length <= size;
    }

    int round(int octets) {
        return octets + alignment - 1 & -alignment;
    }

    static int integer(byte[] octets, int at) {
        return (octets[at] & 0xff) << 24 | (octets[at + 1] & 0xff) << 16 | (octets[at + 2] & 0xff) << 8 | octets[at + 3] & 0xff;
    }

    static boolean isErased(byte[] octets, int from, int to) {
        for (int i = from; i < to; i++) {
            if (octets[i] != -1) {
                return false;
            }
        }
        return true;
    }
}
