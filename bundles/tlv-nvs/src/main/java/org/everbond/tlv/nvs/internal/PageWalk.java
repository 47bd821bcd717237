package org.everbond.tlv.nvs.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the items of one page after another. Whatever an entry says is believed only after its checksum. */
final class PageWalk {
    /** A name in a namespace. */
    record Name(int namespace, String key) {}

    final List<Item> items = new ArrayList<>();
    /** Names of which a deleted item can be seen. */
    final Set<Name> deleted = new HashSet<>();

    private int unreadable;
    private int unreadableButPlain;

    /**
     * Reads one page.
     *
     * @param rank grows with the sequence of the pages
     * @return how many entries are written but make no sense
     */
    int read(Page page, long rank) {
        int before = unreadable;
        int entry = 0;
        while (entry < Page.ENTRIES) {
            switch (page.entryState(entry)) {
                case Page.WRITTEN -> entry += written(page, rank, entry);
                case Page.ERASED -> {
                    erased(page.entries(entry, 1));
                    entry++;
                }
                case Page.EMPTY -> entry++;
                default -> {
                    unreadable++;
                    unreadableButPlain++;
                    entry++;
                }
            }
        }
        return unreadable - before;
    }

    /** Whether there is content, and all of it looks like noise: heads are where they should be, but none has its checksum. */
    boolean looksEncrypted() {
        return unreadable > 0 && unreadableButPlain == 0 && items.isEmpty() && deleted.isEmpty();
    }

    /** Returns how many entries were used up. */
    private int written(Page page, long rank, int entry) {
        var head = page.entries(entry, 1);
        int span = head[2] & 0xff;
        if (!Item.hasGoodHead(head) || !Item.isPlausible(head) || entry + span > Page.ENTRIES) {
            unreadable++;
            unreadableButPlain += looksPlain(head) ? 1 : 0;
            return 1;
        }
        for (int i = 1; i < span; i++) {
            if (page.entryState(entry + i) != Page.WRITTEN) {
                // The power went while it was written or deleted: in both cases it is not there.
                return span;
            }
        }
        items.add(new Item(rank * 128 + entry, page.entries(entry, span)));
        return span;
    }

    private void erased(byte[] head) {
        if (Item.hasGoodHead(head) && Item.isPlausible(head)) {
            var item = new Item(0, head);
            deleted.add(new Name(item.namespace(), item.key()));
        }
    }

    /** Whether a head without checksum is damaged rather than encrypted: its key is text, padded with zeros. */
    private static boolean looksPlain(byte[] head) {
        int length = 0;
        while (length < 16 && head[8 + length] > ' ' && head[8 + length] < 0x7f) {
            length++;
        }
        for (int i = length; i < 16; i++) {
            if (head[8 + i] != 0) {
                return false;
            }
        }
        return length > 0;
    }
}
