package org.everbond.tlv.nvs.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One page of a partition: 4,096 octets with a header of 32, a bitmap with two bits for each entry, and 126 entries of 32. All
 * integers are little endian; erased flash is ff, and writing only clears bits.
 */
final class Page {
    static final int SIZE = 4096;
    static final int ENTRIES = 126;
    static final int ENTRY_SIZE = 32;

    static final int UNINITIALIZED = 0xffffffff;
    static final int ACTIVE = 0xfffffffe;
    static final int FULL = 0xfffffffc;
    static final int FREEING = 0xfffffff8;

    /** Blobs in one piece. */
    static final int VERSION_1 = 0xff;
    /** Blobs in chunks under an index. Versions count downwards. */
    static final int VERSION_2 = 0xfe;

    static final int EMPTY = 3;
    static final int WRITTEN = 2;
    static final int ERASED = 0;

    private static final int BITMAP = 32;
    private static final int FIRST_ENTRY = 64;

    private final ByteBuffer octets;
    private final int number;

    /** @param number counted from 0, as the page lies in the image */
    Page(byte[] image, int number) {
        octets = ByteBuffer.wrap(image, number * SIZE, SIZE).slice().order(ByteOrder.LITTLE_ENDIAN);
        this.number = number;
    }

    int number() {
        return number;
    }

    int state() {
        return octets.getInt(0);
    }

    long sequence() {
        return Integer.toUnsignedLong(octets.getInt(4));
    }

    int version() {
        return octets.get(8) & 0xff;
    }

    /** Whether the library reads it: a header with the right checksum in a state in which a page has content. */
    boolean isGood() {
        int state = state();
        return hasGoodHeader() && (state == ACTIVE || state == FULL || state == FREEING);
    }

    boolean hasGoodHeader() {
        return octets.getInt(28) == NvsCrc.of(octets.array(), octets.arrayOffset() + 4, 24);
    }

    /** Whether nothing but the header was ever written, or not even that. */
    boolean isBlank() {
        for (int i = BITMAP; i < SIZE; i++) {
            if (octets.get(i) != (byte) 0xff) {
                return false;
            }
        }
        return true;
    }

    int entryState(int entry) {
        return octets.get(BITMAP + entry / 4) >> 2 * (entry % 4) & 3;
    }

    /** Copies entries. */
    byte[] entries(int first, int count) {
        var copy = new byte[count * ENTRY_SIZE];
        octets.get(FIRST_ENTRY + first * ENTRY_SIZE, copy);
        return copy;
    }

    /** Begins a page whose octets are all ff. */
    void begin(long sequence, int version) {
        octets.putInt(0, ACTIVE).putInt(4, (int) sequence).put(8, (byte) version);
        octets.putInt(28, NvsCrc.of(octets.array(), octets.arrayOffset() + 4, 24));
    }

    /** Takes no more writes. */
    void close() {
        octets.putInt(0, FULL);
    }

    /** Writes entries that are empty. */
    void write(int first, byte[] entries) {
        octets.put(FIRST_ENTRY + first * ENTRY_SIZE, entries);
        for (int entry = first; entry < first + entries.length / ENTRY_SIZE; entry++) {
            int at = BITMAP + entry / 4;
            octets.put(at, (byte) (octets.get(at) & ~(1 << 2 * (entry % 4))));
        }
    }
}
