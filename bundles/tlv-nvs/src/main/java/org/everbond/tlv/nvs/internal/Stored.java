package org.everbond.tlv.nvs.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * One value of a partition.
 *
 * @param head the item by which it is found
 * @param chunks of a blob of version 2, in their order
 */
record Stored(Item head, List<Item> chunks) {
    /** Everything that it is made of. */
    List<Item> items() {
        var items = new ArrayList<>(chunks);
        items.add(head);
        return items;
    }

    boolean isBlob() {
        return head.isBlob();
    }

    /** Octets of a blob. */
    byte[] blob() {
        if (head.type() == Item.BLOB) {
            return head.data();
        }
        var value = new byte[(int) head.totalSize()];
        int at = 0;
        for (var chunk : chunks) {
            var piece = chunk.data();
            System.arraycopy(piece, 0, value, at, piece.length);
            at += piece.length;
        }
        return value;
    }

    long size() {
        return head.type() == Item.BLOB ? head.size() : head.totalSize();
    }
}
