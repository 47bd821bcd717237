package org.everbond.bonds.internal;

import java.util.Arrays;

/** A set of tags in four to sixteen octets each: a store has hundreds of thousands. Open addressing with linear probing; tag 0 apart. */
final class TagSet {
    private static final int EMPTY = 0;

    private int[] slots = new int[64];
    private int size;
    private boolean zero;

    boolean contains(int tag) {
        return tag == EMPTY ? zero : slots[find(tag)] == tag;
    }

    void add(int tag) {
        if (tag == EMPTY) {
            zero = true;
            return;
        }
        int at = find(tag);
        if (slots[at] == EMPTY) {
            slots[at] = tag;
            if (++size > slots.length / 2) {
                grow();
            }
        }
    }

    void remove(int tag) {
        if (tag == EMPTY) {
            zero = false;
            return;
        }
        int gap = find(tag);
        if (slots[gap] == EMPTY) {
            return;
        }
        slots[gap] = EMPTY;
        size--;
        // Whatever stood behind because its own place was taken moves up.
        for (int at = next(gap); slots[at] != EMPTY; at = next(at)) {
            int moved = slots[at];
            slots[at] = EMPTY;
            slots[find(moved)] = moved;
        }
    }

    /** Where the tag is, or would be. */
    private int find(int tag) {
        int at = (tag * 0x9e3779b9 >>> 7) & slots.length - 1;
        while (slots[at] != EMPTY && slots[at] != tag) {
            at = next(at);
        }
        return at;
    }

    private int next(int at) {
        return at + 1 & slots.length - 1;
    }

    private void grow() {
        var before = slots;
        slots = new int[2 * before.length];
        Arrays.stream(before).filter(tag -> tag != EMPTY).forEach(tag -> slots[find(tag)] = tag);
    }
}
