package org.everbond.tlv.file.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.everbond.faults.CrashDisk;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction.Change;
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

    private int cases;

    @ParameterizedTest
    @CsvSource({"4254440e, 100", "4254440e, 60", "42544c01, 32", "42544301, 8", "534d4552, 16", "ea000003, 100"})
    void whatWasAcknowledgedIsNotTakenForDeleted(String digits, int length) {
        int tag = Integer.parseUnsignedInt(digits, 16);
        var old = new TreeMap<Integer, byte[]>();
        old.put(tag, value(1, length));
        for (int other : new int[] {tag & 0xff000000, tag & 0xffff0000, tag & 0xffffff00}) {
            // What is left of the tag is one, too.
            old.put(other, value(2, length));
        }
        for (int padding = 1; padding <= CrashDisk.SECTOR; padding++) {
            old.put(APPLICATION, value(3, padding));
            var before = LogWriter.file(ID, 1, old);
            check(before, old, List.of(new Change(tag, value(4, length))));
            check(before, old, List.of(new Change(0xe9000008, value(5, 180)), new Change(tag, value(4, length))));
            check(before, old, List.of(new Change(tag, value(4, length)), new Change(0xe9000008, null)));
        }
        System.out.println("lost sectors: " + Tags.name(tag) + ", " + length + " octets: " + cases + " cases");
    }

    private void check(byte[] before, Map<Integer, byte[]> old, List<Change> changes) {
        var appended = new LogWriter(before.length).transaction(2, changes).octets();
        var whole = Arrays.copyOf(before, before.length + appended.length);
        System.arraycopy(appended, 0, whole, before.length, appended.length);
        for (int sector = before.length / CrashDisk.SECTOR * CrashDisk.SECTOR; sector < whole.length; sector += CrashDisk.SECTOR) {
            int from = Math.max(sector, before.length) + 1;
            for (int length = from; length <= whole.length; length += length < from + 16 ? 1 : STEP) {
                var lost = Arrays.copyOf(whole, length);
                Arrays.fill(lost, Math.max(sector, before.length), Math.min(sector + CrashDisk.SECTOR, length), (byte) 0);
                verify(LogReader.read(lost).values(), old, sector + " lost of " + length + ", appended at " + before.length);
            }
        }
    }

    private void verify(Map<Integer, byte[]> found, Map<Integer, byte[]> old, String when) {
        cases++;
        for (var entry : old.entrySet()) {
            if (!found.containsKey(entry.getKey())) {
                throw new AssertionError(when + ": " + Tags.name(entry.getKey()) + " is not there");
            }
        }
    }

    private static byte[] value(int content, int length) {
        var value = new byte[length];
        Arrays.fill(value, (byte) content);
        return value;
    }
}
