package org.everbond.tlv.nvs.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.everbond.tlv.Transaction;

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

    /** The tag that a blob is kept under; empty when it is no value of a store. */
    OptionalInt tag() {
        boolean tagged = isBlob() && size() >= 1 && size() <= Transaction.MAX_VALUE && Contents.KEY.matcher(head.key()).matches();
        return tagged ? OptionalInt.of(Integer.parseUnsignedInt(head.key(), 16)) : OptionalInt.empty();
    }

    /** Whether it is a blob under a tag, but longer than values of a store are. */
    boolean isTooLong() {
        return isBlob() && size() > Transaction.MAX_VALUE && Contents.KEY.matcher(head.key()).matches();
    }

    /** Whether its name is that of one of these tags, whatever it is. */
    boolean isNamedAfter(Set<Integer> tags) {
        return Contents.KEY.matcher(head.key()).matches() && tags.contains(Integer.parseUnsignedInt(head.key(), 16));
    }

    /** Octets of a blob. */
    long size() {
        return head.type() == Item.BLOB ? head.size() : head.totalSize();
    }
}
