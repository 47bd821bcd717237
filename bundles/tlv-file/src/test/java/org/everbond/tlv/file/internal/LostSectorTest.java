package org.everbond.tlv.file.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.everbond.faults.CrashDisk;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction.Change;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A power cut takes a sector of a change that was not flushed, and the file ends anywhere in it or behind. What was acknowledged before
 * stays, wherever in a sector the records stand: also where a record's tag is there and its length is not, so that it looks like a deletion.
 */
class LostSectorTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final int STEP = 17;
    private static final int APPLICATION = 0x41414141;
    private static final int COMPANION = Tags.COMPANION | 8;

    private int cases;
    private String what;

    @AfterEach
    void count() {
        System.out.println("lost sectors: " + what + ": " + cases + " cases");
    }

    /** A new pairing, and counters that have grown. */
    @ParameterizedTest
    @CsvSource({"4254440e, 100", "4254440e, 60", "ea000003, 100"})
    void anEntryIsTheOldOrTheNewOne(String digits, int length) {
        int tag = tag(digits, length);
        var first = value(1, length);
        var next = value(4, length);
        var counted = ByteBuffer.wrap(first.clone()).putInt(0, 77).array();
        if (length == 100) {
            ByteBuffer.wrap(counted).putInt(76, 78).putInt(96, 79);
        }
        everywhere(tag, first, List.of(new Change(COMPANION, companion(tag, next)), new Change(tag, next)));
        everywhere(tag, first, List.of(
                new Change(COMPANION, companion(tag, next)), new Change(tag, next), new Change(Tags.COMPANION | 9, null)));
        everywhere(tag, first, List.of(new Change(tag, counted)));
    }

    /** Whatever comes before or behind it. */
    @ParameterizedTest
    @CsvSource({"42544c01, 32", "42544301, 8", "534d4552, 16"})
    void anyOtherValueIsTheOldOrTheNewOne(String digits, int length) {
        int tag = tag(digits, length);
        // Two octets of padding and a type of one octet end a link key.
        var next = value(4, length);
        if (length == 32) {
            Arrays.fill(next, 26, 28, (byte) 0);
            Arrays.fill(next, 29, 32, (byte) 0);
        }
        everywhere(tag, value(1, length), List.of(new Change(tag, next)));
        everywhere(tag, value(1, length), List.of(new Change(COMPANION, value(5, 180)), new Change(tag, next)));
        everywhere(tag, value(1, length), List.of(new Change(tag, next), new Change(Tags.COMPANION | 9, null)));
    }

    private int tag(String digits, int length) {
        int tag = Integer.parseUnsignedInt(digits, 16);
        what = Tags.name(tag) + ", " + length + " octets";
        return tag;
    }

    /** At each place in a sector. */
    private void everywhere(int tag, byte[] first, List<Change> changes) {
        var old = new TreeMap<Integer, byte[]>();
        for (int other : new int[] {tag & 0xff000000, tag & 0xffff0000, tag & 0xffffff00}) {
            // What is left of the tag is one, too.
            old.put(other, value(2, first.length));
        }
        old.put(tag, first);
        old.put(Tags.COMPANION | 9, value(6, 10));
        for (int padding = 1; padding <= CrashDisk.SECTOR; padding++) {
            old.put(APPLICATION, value(3, padding));
            check(LogWriter.file(ID, 1, old), old, changes);
        }
    }

    private void check(byte[] before, Map<Integer, byte[]> old, List<Change> changes) {
        var appended = new LogWriter(before.length).transaction(2, changes).octets();
        var whole = Arrays.copyOf(before, before.length + appended.length);
        System.arraycopy(appended, 0, whole, before.length, appended.length);
        for (int sector = before.length / CrashDisk.SECTOR * CrashDisk.SECTOR; sector < whole.length; sector += CrashDisk.SECTOR) {
            int from = Math.max(sector, before.length) + 1;
            for (int length = from; length <= whole.length; length += length < from + 16 || length > whole.length - STEP ? 1 : STEP) {
                var lost = Arrays.copyOf(whole, length);
                Arrays.fill(lost, from - 1, Math.min(sector + CrashDisk.SECTOR, length), (byte) 0);
                verify(LogReader.read(lost).values(), old, changes, sector + " lost of " + length + ", appended at " + before.length);
            }
        }
    }

    private void verify(Map<Integer, byte[]> found, Map<Integer, byte[]> old, List<Change> changes, String when) {
        cases++;
        old.forEach((tag, before) -> {
            var value = found.get(tag);
            boolean sound = Arrays.equals(value, before)
                    || changes.stream().anyMatch(change -> change.tag() == tag && Arrays.equals(value, change.value()));
            if (!sound) {
                throw new AssertionError(when + ": " + Tags.name(tag) + " is " + Arrays.toString(value));
            }
        });
    }

    /** With the tag of the entry and a copy of it. */
    private static byte[] companion(int tag, byte[] entry) {
        return ByteBuffer.allocate(180).putInt(40, tag).put(47, entry).array();
    }

    private static byte[] value(int content, int length) {
        var value = new byte[length];
        Arrays.fill(value, (byte) content);
        return value;
    }
}
