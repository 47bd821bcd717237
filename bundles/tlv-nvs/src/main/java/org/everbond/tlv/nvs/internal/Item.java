package org.everbond.tlv.nvs.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What stands in consecutive entries of a page, octet for octet: a head and the data behind it. The head has namespace index (1),
 * type (1), span (1), chunk index (1), CRC (4), key (16), value or size and CRC of the data (8).
 *
 * @param order grows with the time of writing: by sequence of the page, then by entry
 */
record Item(long order, byte[] entries) {
    static final int U8 = 0x01;
    static final int STRING = 0x21;
    /** A blob in one piece, as version 1 writes it. */
    static final int BLOB = 0x41;
    /** One piece of a blob of version 2. */
    static final int CHUNK = 0x42;
    /** What holds a blob of version 2 together. */
    static final int INDEX = 0x48;

    /** The index of the namespace that defines the others. */
    static final int NAMESPACES = 0;
    /** The chunk index of what is no chunk. */
    static final int NO_CHUNK = 0xff;

    static final int LONGEST_KEY = 15;

    /** Whether the head is undamaged. */
    static boolean hasGoodHead(byte[] head) {
        int crc = new NvsCrc().add(head, 0, 4).add(head, 8, 16).add(head, 24, 8).value();
        return crc == ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    }

    /** Whether an undamaged head makes sense. Types that we do not know do: they are kept as they are. */
    static boolean isPlausible(byte[] head) {
        int type = head[1] & 0xff;
        int span = head[2] & 0xff;
        int chunk = head[3] & 0xff;
        if (head[8] == 0 || head[23] != 0) {
            return false;
        }
        return switch (type) {
            case STRING, BLOB -> chunk == NO_CHUNK && span == 1 + entriesFor(size(head));
            case CHUNK -> chunk != NO_CHUNK && span == 1 + entriesFor(size(head));
            case 0x01, 0x02, 0x04, 0x08, 0x11, 0x12, 0x14, 0x18, 0x24, 0x28, INDEX -> chunk == NO_CHUNK && span == 1;
            default -> span >= 1;
        };
    }

    /** How many entries hold so much data. */
    static int entriesFor(int size) {
        return (size + Page.ENTRY_SIZE - 1) / Page.ENTRY_SIZE;
    }

    /** A head with data, or with a value where there is none. */
    static Item of(int namespace, int type, int chunk, String key, byte[] data, int from, int size) {
        int span = 1 + entriesFor(size);
        var out = blank(namespace, type, span, chunk, key);
        out.putShort(24, (short) size).putInt(28, NvsCrc.of(data, from, size));
        out.put(Page.ENTRY_SIZE, data, from, size);
        return sealed(out);
    }

    static Item index(int namespace, String key, int size, int chunks) {
        var out = blank(namespace, INDEX, 1, NO_CHUNK, key);
        out.putInt(24, size).put(28, (byte) chunks).put(29, (byte) 0);
        return sealed(out);
    }

    static Item namespace(String name, int index) {
        var out = blank(NAMESPACES, U8, 1, NO_CHUNK, name);
        out.put(24, (byte) index);
        return sealed(out);
    }

    private static ByteBuffer blank(int namespace, int type, int span, int chunk, String key) {
        var entries = new byte[span * Page.ENTRY_SIZE];
        Arrays.fill(entries, (byte) 0xff);
        Arrays.fill(entries, 8, 24, (byte) 0);
        return ByteBuffer.wrap(entries).order(ByteOrder.LITTLE_ENDIAN)
                .put(0, (byte) namespace).put(1, (byte) type).put(2, (byte) span).put(3, (byte) chunk)
                .put(8, key.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Item sealed(ByteBuffer out) {
        var head = out.array();
        out.putInt(4, new NvsCrc().add(head, 0, 4).add(head, 8, 16).add(head, 24, 8).value());
        return new Item(Long.MAX_VALUE, head);
    }

    int namespace() {
        return entries[0] & 0xff;
    }

    int type() {
        return entries[1] & 0xff;
    }

    int span() {
        return entries.length / Page.ENTRY_SIZE;
    }

    int chunk() {
        return entries[3] & 0xff;
    }

    /** One character for each octet. */
    String key() {
        int length = 0;
        while (length < 16 && entries[8 + length] != 0) {
            length++;
        }
        return new String(entries, 8, length, StandardCharsets.ISO_8859_1);
    }

    /** Octets of a string, blob or chunk. */
    int size() {
        return size(entries);
    }

    private static int size(byte[] head) {
        return (head[24] & 0xff) | (head[25] & 0xff) << 8;
    }

    /** Of a string, blob or chunk. */
    boolean hasGoodData() {
        return NvsCrc.of(entries, Page.ENTRY_SIZE, size())
                == ByteBuffer.wrap(entries).order(ByteOrder.LITTLE_ENDIAN).getInt(28);
    }

    byte[] data() {
        return Arrays.copyOfRange(entries, Page.ENTRY_SIZE, Page.ENTRY_SIZE + size());
    }

    /** Of an index: octets of the whole blob. */
    long totalSize() {
        return Integer.toUnsignedLong(ByteBuffer.wrap(entries).order(ByteOrder.LITTLE_ENDIAN).getInt(24));
    }

    /** Of an index. */
    int chunks() {
        return entries[28] & 0xff;
    }

    /** Of an index: the number of its first chunk, 00 or 80. */
    int firstChunk() {
        return entries[29] & 0xff;
    }

    /** The value of an item of type u8. */
    int small() {
        return entries[24] & 0xff;
    }

    boolean isBlob() {
        return type() == BLOB || type() == INDEX;
    }

    @Override
    public String toString() {
        return "item '" + key() + "' of type " + Integer.toHexString(type()) + ", " + span() + " entries";
    }
}
