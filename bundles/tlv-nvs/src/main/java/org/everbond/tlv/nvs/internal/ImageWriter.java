package org.everbond.tlv.nvs.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Builds the image of a partition from scratch: no deleted entry, sequence numbers from 0, the last page free, so that the library
 * opens it without any repair. What is kept stays octet for octet as it was, in its order; new values come behind it.
 */
final class ImageWriter {
    /** The library begins a new page rather than a chunk when there is less room than this. */
    private static final int SMALLEST_FIRST_CHUNK = 400;

    /** There is no room. */
    static final class FullException extends Exception {
        private final int pages;

        FullException(int pages) {
            super("the partition is full", null, false, false);
            this.pages = pages;
        }

        /** How many pages a partition would need. */
        int pages() {
            return pages;
        }
    }

    private final byte[] image;
    private final int pages;
    private final int version;
    private int current = -1;
    private int next = Page.ENTRIES;

    private ImageWriter(int pages, int version) {
        image = erased(pages);
        this.pages = pages;
        this.version = version;
    }

    /** A partition that was never written. */
    static byte[] erased(int pages) {
        var erased = new byte[pages * Page.SIZE];
        Arrays.fill(erased, (byte) 0xff);
        return erased;
    }

    /** How many entries values may fill: one page stays free. */
    static long capacity(int pages) {
        return (long) (pages - 1) * Page.ENTRIES;
    }

    /**
     * @param kept to be written as it is
     * @param namespace index of the new values; its name is among what is kept
     * @param values new ones by key, none of them kept
     */
    static byte[] write(int pages, int version, List<Item> kept, int namespace, Map<String, byte[]> values) throws FullException {
        var writer = new ImageWriter(pages, version);
        writer.place(kept, namespace, values);
        if (writer.needed() > pages) {
            throw new FullException(writer.needed());
        }
        writer.closeIfAmbiguous();
        return writer.image;
    }

    /** How many pages a partition needs for the same. */
    static int pages(int version, List<Item> kept, int namespace, Map<String, byte[]> values) {
        var writer = new ImageWriter(0, version);
        writer.place(kept, namespace, values);
        return writer.needed();
    }

    private void place(List<Item> kept, int namespace, Map<String, byte[]> values) {
        var inOrder = new ArrayList<>(kept);
        inOrder.sort(Comparator.comparingLong(Item::order));
        for (var item : inOrder) {
            place(item);
        }
        for (var value : values.entrySet()) {
            blob(namespace, value.getKey(), value.getValue());
        }
    }

    /** With the one that stays free. */
    private int needed() {
        return current + 2;
    }

    private void blob(int namespace, String key, byte[] value) {
        if (version == Page.VERSION_1) {
            place(Item.of(namespace, Item.BLOB, Item.NO_CHUNK, key, value, 0, value.length));
            return;
        }
        int chunks = 0;
        int done = 0;
        do {
            int room = (Page.ENTRIES - next - 1) * Page.ENTRY_SIZE;
            if (room < Math.min(SMALLEST_FIRST_CHUNK, value.length - done)) {
                newPage();
                room = (Page.ENTRIES - 1) * Page.ENTRY_SIZE;
            }
            int size = Math.min(room, value.length - done);
            place(Item.of(namespace, Item.CHUNK, chunks++, key, value, done, size));
            done += size;
        } while (done < value.length);
        place(Item.index(namespace, key, value.length, chunks));
    }

    private void place(Item item) {
        if (next + item.span() > Page.ENTRIES) {
            newPage();
        }
        if (fits()) {
            page(current).write(next, item.entries());
        }
        next += item.span();
    }

    private void newPage() {
        if (current >= 0 && fits()) {
            page(current).close();
        }
        current++;
        if (fits()) {
            page(current).begin(current, version);
        }
        next = 0;
    }

    /** What does not fit is only counted. */
    private boolean fits() {
        return needed() <= pages;
    }

    private Page page(int number) {
        return new Page(image, number);
    }

    /** On the page that takes writes the library drops the first of two items of one name, on full ones it does not. */
    private void closeIfAmbiguous() {
        if (current < 0) {
            return;
        }
        var walk = new PageWalk();
        walk.read(page(current), 0);
        var seen = new HashSet<List<Object>>();
        for (var item : walk.items) {
            if (!seen.add(List.of(item.namespace(), item.key(), item.chunk()))) {
                page(current).close();
                return;
            }
        }
    }
}
