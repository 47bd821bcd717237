package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.everbond.faults.BtstackModel;
import org.everbond.faults.CrashDisk;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction.Change;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where a record of ours was announced and another one stands, it is ours and damaged, or a power cut took ours and BTstack went on. The
 * first must not replace what was acknowledged, the second must count.
 */
class DamagedOrAnothersTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final int APPLICATION = 0x41414141;
    private static final int COMPANION = Tags.COMPANION | 8;
    private static final int BOND = Tags.LE_DEVICE | 14;
    private static final int LINK_KEY = Tags.LINK_KEY | 1;

    private final Random random = new Random(5);

    @ParameterizedTest
    @ValueSource(ints = {60, 100})
    void whatBtstackAppendsWhereARecordOfOursIsMissingCountsAtEachPlaceInASector(int size) {
        int ambiguous = 0;
        for (int padding = 1; padding <= CrashDisk.SECTOR; padding++) {
            var old = Map.of(APPLICATION, new byte[padding], BOND, entry(size), Tags.LE_DEVICE | 3, entry(size), LINK_KEY, linkKey());
            var before = LogWriter.file(ID, 1, new TreeMap<>(old));
            var next = entry(size);
            var companion = new Change(COMPANION, companion(BOND, next));
            var whole = appended(before, List.of(companion, new Change(BOND, next)));
            int none = before.length + 8 + TransactionHeader.length(2);
            for (int cut : new int[] {none, none + 8 + companion.value().length}) {
                var torn = Arrays.copyOf(whole, cut);
                // LE legacy Just Works: none of its flags is set, and nothing is signed.
                for (var change : List.of(new Change(BOND, entry(size)), new Change(Tags.LE_DEVICE | 3, entry(size)),
                        new Change(Tags.LE_DEVICE | 5, entry(160 - size)), new Change(LINK_KEY, linkKey()))) {
                    var found = LogReader.read(joined(torn, BtstackModel.record(change.tag(), change.value()))).values();
                    assertThat(found.get(change.tag())).as("%d: %s", cut, Tags.name(change.tag())).isEqualTo(change.value());
                }
                var deleted = LogReader.read(joined(torn, BtstackModel.record(BOND, new byte[0])));
                int sector = (cut / CrashDisk.SECTOR + 1) * CrashDisk.SECTOR - cut;
                if (sector >= 4 && sector < 8) {
                    // The length of ours could have been lost, and nobody can tell: the bond stays, and it is said.
                    assertThat(deleted.values().get(BOND)).as("%d", cut).isEqualTo(old.get(BOND));
                    assertThat(!deleted.damage().isEmpty() || deleted.cut() != null).isTrue();
                    ambiguous++;
                } else {
                    assertThat(deleted.values()).as("%d", cut).doesNotContainKey(BOND);
                }
            }
        }
        assertThat(ambiguous).isEqualTo(2 * 4);
    }

    @ParameterizedTest
    @CsvSource({"60, 4254440e", "100, 4254440e", "100, ea000004"})
    void aDamagedEntryIsRestoredFromTheCompanionBeforeIt(int size, String digits) {
        int tag = Integer.parseUnsignedInt(digits, 16);
        for (int round = 0; round < 2000; round++) {
            var before = LogWriter.file(ID, 1, new TreeMap<>(Map.of(tag, entry(size), Tags.LE_DEVICE | 3, entry(size))));
            var next = entry(size);
            boolean more = round % 2 == 0;
            var bond = List.of(new Change(COMPANION, companion(tag, next)), new Change(tag, next));
            var whole = appended(before, more ? joined(bond, new Change(Tags.LE_DEVICE | 3, null)) : bond);
            int end = whole.length - (more ? 8 : 0);
            var contents = LogReader.read(damaged(whole, end - 8 - size, end, 1 + round % 8));
            assertThat(contents.values().get(tag)).isEqualTo(next);
            assertThat(contents.values().containsKey(Tags.LE_DEVICE | 3)).isEqualTo(!more);
            assertThat(contents.damage()).singleElement().asString().contains("was restored from the companion before it");
        }
    }

    /** Counters are written without a companion, link keys have none. */
    @Test
    void whereNobodyHasACopyDamagedKeysDoNotReplaceThoseThatAreThere() {
        for (int round = 0; round < 2000; round++) {
            boolean classic = round % 2 == 0;
            int tag = classic ? LINK_KEY : BOND;
            var first = classic ? linkKey() : entry(100);
            var next = first.clone();
            next[0]++;
            var before = LogWriter.file(ID, 1, new TreeMap<>(Map.of(tag, first)));
            var whole = appended(before, List.of(new Change(tag, next)));
            int value = whole.length - next.length;
            var file = damaged(whole, value + (classic ? 4 : 8), value + (classic ? 26 : 56), 2 + round % 7);
            var contents = LogReader.read(file);
            assertThat(contents.values().get(tag)).isEqualTo(first);
            assertThat(contents.damage()).hasSize(1);
        }
    }

    /** So many octets changed between these places. */
    private byte[] damaged(byte[] file, int from, int to, int octets) {
        var damaged = file.clone();
        for (int changed = 0; changed < octets;) {
            int at = from + random.nextInt(to - from);
            if (damaged[at] == file[at]) {
                damaged[at] ^= (byte) (1 + random.nextInt(255));
                changed++;
            }
        }
        return damaged;
    }

    private byte[] entry(int size) {
        var entry = new byte[size];
        random.nextBytes(entry);
        Arrays.fill(entry, 2, 8, (byte) 0);
        entry[56] = 16;
        Arrays.fill(entry, 57, size, (byte) 0);
        return entry;
    }

    private byte[] linkKey() {
        var key = new byte[32];
        random.nextBytes(key);
        Arrays.fill(key, 26, 32, (byte) 0);
        key[28] = 4;
        return key;
    }

    /** With the tag of the entry and a copy of it. */
    private static byte[] companion(int tag, byte[] entry) {
        return ByteBuffer.allocate(180).putInt(40, tag).put(47, entry).array();
    }

    private static byte[] appended(byte[] before, List<Change> changes) {
        return joined(before, new LogWriter(before.length).transaction(2, changes).octets());
    }

    private static List<Change> joined(List<Change> changes, Change last) {
        return List.of(changes.get(0), changes.get(1), last);
    }

    private static byte[] joined(byte[] one, byte[] other) {
        var both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
