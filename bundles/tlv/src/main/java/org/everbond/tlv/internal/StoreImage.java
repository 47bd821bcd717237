package org.everbond.tlv.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.StampedLock;
import java.util.function.IntPredicate;
import org.everbond.tlv.Transaction.Change;

/**
 * The values in memory: an open-addressing table from int to array, so that a look-up boxes nothing and takes no lock while
 * nobody writes. One transaction is applied at once for every reader. The arrays in it are never changed.
 */
final class StoreImage {
    private final StampedLock lock = new StampedLock();
    private Table table = new Table(64);
    private int size;

    /** The array itself: callers outside this package get a copy. */
    byte[] get(int tag) {
        long stamp = lock.tryOptimisticRead();
        if (stamp != 0) {
            var value = table.get(tag);
            if (lock.validate(stamp)) {
                return value;
            }
        }
        stamp = lock.readLock();
        try {
            return table.get(tag);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** The tags that pass, ascending as unsigned numbers. */
    int[] tags(IntPredicate wanted) {
        long stamp = lock.readLock();
        try {
            var tags = new int[size];
            int count = 0;
            for (int i = 0; i < table.values.length; i++) {
                if (table.values[i] != null && wanted.test(table.tags[i])) {
                    // With the sign flipped, signed order is unsigned order.
                    tags[count++] = table.tags[i] ^ Integer.MIN_VALUE;
                }
            }
            tags = Arrays.copyOf(tags, count);
            Arrays.sort(tags);
            for (int i = 0; i < count; i++) {
                tags[i] ^= Integer.MIN_VALUE;
            }
            return tags;
        } finally {
            lock.unlockRead(stamp);
        }
    }

    int size() {
        long stamp = lock.readLock();
        try {
            return size;
        } finally {
            lock.unlockRead(stamp);
        }
    }

    void apply(List<Change> changes) {
        long stamp = lock.writeLock();
        try {
            for (var change : changes) {
                if (change.isDelete()) {
                    remove(change.tag());
                } else {
                    put(change.tag(), change.value());
                }
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    void replace(Map<Integer, byte[]> values) {
        long stamp = lock.writeLock();
        try {
            table = new Table(64);
            size = 0;
            values.forEach(this::put);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private void put(int tag, byte[] value) {
        if (table.put(tag, value)) {
            size++;
            if (size * 2 > table.values.length) {
                var larger = new Table(table.values.length * 2);
                for (int i = 0; i < table.values.length; i++) {
                    if (table.values[i] != null) {
                        larger.put(table.tags[i], table.values[i]);
                    }
                }
                table = larger;
            }
        }
    }

    private void remove(int tag) {
        if (table.remove(tag)) {
            size--;
        }
    }

    /** Linear probing, at most half full; capacity is a power of two. */
    private static final class Table {
        final int[] tags;
        final byte[][] values;

        Table(int capacity) {
            tags = new int[capacity];
            values = new byte[capacity][];
        }

        private int home(int tag) {
            return ((tag * 0x9E3779B9) >>> 7) & (tags.length - 1);
        }

        byte[] get(int tag) {
            int mask = tags.length - 1;
            int at = home(tag);
            // Bounded, because an optimistic reader may see a table that is being changed.
            for (int probes = 0; probes <= mask; probes++) {
                var value = values[at];
                if (value == null || tags[at] == tag) {
                    return value;
                }
                at = (at + 1) & mask;
            }
            return null;
        }

        /** Whether the tag is new. */
        boolean put(int tag, byte[] value) {
            int mask = tags.length - 1;
            int at = home(tag);
            while (values[at] != null && tags[at] != tag) {
                at = (at + 1) & mask;
            }
            boolean fresh = values[at] == null;
            tags[at] = tag;
            values[at] = value;
            return fresh;
        }

        boolean remove(int tag) {
            int mask = tags.length - 1;
            int gap = home(tag);
            while (values[gap] != null && tags[gap] != tag) {
                gap = (gap + 1) & mask;
            }
            if (values[gap] == null) {
                return false;
            }
            // Close the gap, so that no search ends early: an entry may move back unless its home lies behind the gap.
            for (int at = (gap + 1) & mask; values[at] != null; at = (at + 1) & mask) {
                if (((at - home(tags[at])) & mask) >= ((at - gap) & mask)) {
                    tags[gap] = tags[at];
                    values[gap] = values[at];
                    gap = at;
                }
            }
            values[gap] = null;
            return true;
        }
    }
}
