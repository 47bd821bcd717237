package org.everbond.tlv.flash.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.StoreHeader;

/**
 * Finds the entries of one bank, whatever is in it. BTstack gives up the whole store when one length is wrong; this goes on at the
 * next place where a record of a known tag and exact length, or a run of several entries, begins. Pure, and bounded by the bank.
 */
final class BankWalk {
    /**
     * @param entries in the order of the log, deleted ones too
     * @param end where the next entry belongs
     * @param clean whether everything behind the end is erased, and nothing was skipped
     * @param damage what could not be read, one sentence each
     */
    record Found(List<Entry> entries, int end, boolean clean, List<String> damage) {
        boolean isDamaged() {
            return !damage.isEmpty();
        }
    }

    private static final int MOST_SENTENCES = 10;
    /** Nonce, tag of AES-GCM and what is inside without any value. */
    private static final int SHORTEST_SEALED = 33;
    /** So many entries in a row are no accident. */
    private static final int RUN = 3;
    /** The lengths that records of known tags have. */
    private static final int[] EXACT = {8, 13, 16, 18, 20, 25, 32, 33, 38, TransactionRecord.LENGTH, StoreHeader.LENGTH, 51, 60, 63, 65, 69, 76, 100};

    private final Layout layout;
    private final byte[] bank;
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> damage = new ArrayList<>();
    /** For each place of the grid, how many entries follow one another from there; made when it is needed. */
    private byte[] runs;

    private BankWalk(Layout layout, byte[] bank) {
        this.layout = layout;
        this.bank = bank;
    }

    /** As BTstack reads it; past what makes BTstack give up, if anything recognisable follows. */
    static Found entries(Layout layout, byte[] bank) {
        var walk = new BankWalk(layout, bank);
        int end = walk.walk();
        boolean broken = layout.isVisible(end) && Layout.integer(bank, end) != Layout.ERASED;
        // What is behind the end may be what was being written when the power went.
        return broken && walk.resynchronise(end + layout.alignment()) >= 0 ? suspicious(layout, bank) : walk.found(end);
    }

    /**
     * As if lengths were damaged that swallow known records, and headers that were never programmed; no damage is found if
     * nothing speaks for that.
     */
    static Found suspicious(Layout layout, byte[] bank) {
        var walk = new BankWalk(layout, bank);
        return walk.found(walk.walkDamaged());
    }

    private int walk() {
        int at = layout.first();
        while (layout.isVisible(at) && Layout.integer(bank, at) != Layout.ERASED && isEntry(at)) {
            at = take(at);
        }
        return at;
    }

    private Found found(int end) {
        boolean clean = damage.isEmpty() && Layout.isErased(bank, Math.min(end, bank.length), bank.length);
        return new Found(entries, end, clean, damage);
    }

    private int walkDamaged() {
        int at = layout.first();
        while (layout.isVisible(at)) {
            boolean erased = Layout.integer(bank, at) == Layout.ERASED;
            if (!erased && isEntry(at) && (isKnownEntry(at) || isPlausible(at))) {
                at = take(at);
                continue;
            }
            int next = resynchronise(at + layout.alignment());
            if (next < 0) {
                return at;
            }
            report(at, next, takeBetween(at, next));
            at = next;
        }
        return at;
    }

    private int take(int at) {
        int length = Layout.integer(bank, at + 4);
        entries.add(entry(at, length));
        return at + layout.entry(length);
    }

    private Entry entry(int at, int length) {
        int from = at + layout.valueOffset();
        var value = Arrays.copyOfRange(bank, from, from + length);
        int mark = layout.hasDeleteField() ? Layout.integer(bank, at + layout.headerUnit()) : Layout.ERASED;
        return new Entry(at, mark == 0 ? 0 : Layout.integer(bank, at), value, mark != 0 && mark != Layout.ERASED);
    }

    /** The entry whose length is damaged, if its tag and the room up to the next one tell how long it is. */
    private boolean takeBetween(int at, int next) {
        int tag = Layout.integer(bank, at);
        for (int length = 1; length <= Transaction.MAX_VALUE && at + layout.entry(length) <= next; length++) {
            if (at + layout.entry(length) == next && isKnown(tag, length)) {
                entries.add(entry(at, length));
                return true;
            }
        }
        return false;
    }

    private void report(int at, int next, boolean recovered) {
        if (damage.size() < MOST_SENTENCES) {
            damage.add(recovered
                    ? "at offset " + at + " a record has a damaged length; its value was read by the length that its tag has"
                    : "at offset " + at + " something is damaged; " + (next - at) + " octets were not read");
        }
    }

    /** Whether tag and length may be those of an entry. */
    private boolean isEntry(int at) {
        return layout.isVisible(at) && layout.fits(at, Layout.integer(bank, at + 4));
    }

    private boolean isKnownEntry(int at) {
        return isKnown(Layout.integer(bank, at), Layout.integer(bank, at + 4));
    }

    /** Whether an entry begins here and nothing else: what is sealed is random, so that tag and length of another one are not found in it. */
    private boolean isCertain(int at) {
        return isKnownEntry(at) || Tags.isSealed(Layout.integer(bank, at)) && Layout.integer(bank, at + 4) > SHORTEST_SEALED;
    }

    /** Whether nothing speaks against an entry: no other length of its tag, and no known entry inside it. */
    private boolean isPlausible(int at) {
        int length = Layout.integer(bank, at + 4);
        if (length > 0 && hasExactLength(Layout.integer(bank, at))) {
            return false;
        }
        int end = at + layout.entry(length);
        for (int inside = at + layout.alignment(); inside < end && layout.isVisible(inside); inside += layout.alignment()) {
            if (isEntry(inside) && isCertain(inside)) {
                return false;
            }
        }
        return true;
    }

    private int resynchronise(int from) {
        for (int at = from; layout.isVisible(at); at += layout.alignment()) {
            boolean tagged = bank[at] != 0 && bank[at] != -1;
            if (tagged && isEntry(at) && (isCertain(at) || runs()[at / layout.alignment()] >= RUN && isPlausible(at))) {
                return at;
            }
        }
        return -1;
    }

    /** Filled from the end, so that each place is looked at once. The clean end of the log counts as a run of its own. */
    private byte[] runs() {
        if (runs == null) {
            int step = layout.alignment();
            var fresh = new byte[bank.length / step + 1];
            boolean erased = true;
            for (int at = bank.length - step; at >= 0; at -= step) {
                erased = erased && Layout.isErased(bank, at, at + step);
                if (!layout.isVisible(at) || erased) {
                    fresh[at / step] = (byte) (erased ? RUN : 0);
                } else if (isEntry(at)) {
                    int next = at + layout.entry(Layout.integer(bank, at + 4));
                    int following = next >= bank.length ? RUN : fresh[next / step];
                    // Zeros prove nothing: they are deleted entries, but also parts of many values.
                    int proof = bank[at] != 0 && next > at + layout.entry(0) ? 1 : 0;
                    fresh[at / step] = (byte) Math.min(RUN, following + proof);
                }
            }
            runs = fresh;
        }
        return runs;
    }

    /** Whether all values of the tag have one of a few lengths. */
    static boolean hasExactLength(int tag) {
        for (int length : EXACT) {
            if (isKnown(tag, length)) {
                return true;
            }
        }
        return false;
    }

    /** Whether values of the tag have this length. */
    static boolean isKnown(int tag, int length) {
        return Tags.isKnownLength(tag, length)
                || tag == Tags.TRANSACTION && length == TransactionRecord.LENGTH
                || tag == Tags.STORE_HEADER && length == StoreHeader.LENGTH
                || tag >>> 24 == 0xe2 && length == 33
                || tag >>> 24 == 0xea && length == 100;
    }
}
