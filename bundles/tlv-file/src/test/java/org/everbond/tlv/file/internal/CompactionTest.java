package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction.Change;
import org.junit.jupiter.api.Test;

/** When the log is written anew, and which keys leave the file then. */
class CompactionTest extends FileBench {
    @Test
    void endlessUpdatesOfOneBondStayBelow64KiB() throws Exception {
        backend.open();
        int longest = 0;
        for (int i = 1; i <= 10_000; i++) {
            commit(i, put(COMPANION, 300), put(BOND, 100));
            longest = Math.max(longest, octets().length);
            disk.done.clear();
        }
        assertThat(longest).isLessThanOrEqualTo(64 * 1024);
        assertThat(reopen().sequence()).isEqualTo(10_000);
    }

    @Test
    void aDeletedKeyLeavesTheFileWhenNothingElseWaits() throws Exception {
        backend.open();
        commit(1, put(COMPANION, 100), put(BOND, 60), put(Tags.ER, 16));
        commit(2, new Change(BOND, null));
        assertThat(indexOf(octets(), put(BOND, 60).value())).isPositive();
        backend.housekeeping();
        assertThat(indexOf(octets(), put(BOND, 60).value())).isNegative();
        assertThat(reopen().values()).containsOnlyKeys(COMPANION, Tags.ER);
    }

    @Test
    void anIdleCompanionIsNoReasonToWriteTheFileAnewAndGoesWithItsBond() throws Exception {
        backend.open();
        var former = put(Tags.COMPANION, 150);
        commit(1, former, put(BOND, 100));
        // It moves beyond BTstack's slots: the companion from before holds its keys, and perhaps the LTK of an earlier pairing.
        commit(2, put(Tags.COMPANION | 1, 160), put(0xea000000, 100), put(BOND, 60), new Change(Tags.COMPANION, null));
        disk.done.clear();
        backend.housekeeping();
        assertThat(disk.done).isEmpty();
        // Nor after a restart.
        reopen();
        commit(3, put(Tags.CCC, 8));
        disk.done.clear();
        backend.housekeeping();
        assertThat(disk.done).isEmpty();
        assertThat(indexOf(octets(), former.value())).isPositive();

        commit(4, new Change(0xea000000, null), new Change(Tags.COMPANION | 1, null));
        backend.housekeeping();
        assertThat(indexOf(octets(), former.value())).isNegative();
        assertThat(indexOf(octets(), put(Tags.COMPANION | 1, 160).value())).isNegative();
        assertThat(reopen().values()).containsOnlyKeys(BOND, Tags.CCC);
    }

    @Test
    void theCompanionsOfABondThatBtstackHasDeletedLeaveTheFile() throws Exception {
        backend.open();
        commit(1, put(Tags.COMPANION, 150), put(Tags.COMPANION | 1, 160), put(BOND, 100));
        commit(2, new Change(Tags.COMPANION, null), new Change(Tags.COMPANION | 1, null));
        backend.housekeeping();
        assertThat(indexOf(octets(), put(Tags.COMPANION, 150).value())).isNegative();
        assertThat(reopen().values()).containsOnlyKeys(BOND);
    }

    @Test
    void inALargeFileTheKeysOfEvictedBondsWaitForOneAnother() throws Exception {
        backend.open();
        var many = new ArrayList<Change>();
        for (int bond = 0; bond < 1000; bond++) {
            many.add(put(Tags.COMPANION + 2 * bond, 150));
            many.add(put(0xea000000 + bond, 100));
        }
        commit(1, many.toArray(Change[]::new));
        int live = octets().length;
        int rewritten = 0;
        for (int bond = 0; bond < 400; bond++) {
            disk.done.clear();
            int newcomer = Tags.COMPANION + 2 * (1000 + bond);
            commit(2 + bond, put(newcomer, 150), put(0xea000000 + bond, 100), new Change(Tags.COMPANION + 2 * bond, null));
            backend.housekeeping();
            rewritten += disk.done.contains("move bonds.tlv.tmp") ? 1 : 0;
        }
        assertThat(rewritten).isBetween(2, 8);
        assertThat(octets().length).isLessThan(live + live / 7);

        // By decision: at once.
        disk.done.clear();
        commit(500, new Change(0xea000000, null), new Change(Tags.COMPANION + 2000, null));
        backend.housekeeping();
        assertThat(disk.done).contains("move bonds.tlv.tmp");
    }

    @Test
    void aBatchOfManyRecordsReplacesTheFileInOneStep() throws Exception {
        backend.open();
        commit(1, put(BOND, 60));
        disk.done.clear();
        var changes = new ArrayList<Change>();
        for (int i = 0; i < 3000; i++) {
            changes.add(put(COMPANION + i, 100));
        }
        commit(2, changes.toArray(Change[]::new));
        assertThat(disk.done).contains("move bonds.tlv.tmp").doesNotContain("write bonds.tlv");
        assertThat(reopen().values()).hasSize(3001);
    }

    private static int indexOf(byte[] octets, byte[] part) {
        for (int i = 0; i <= octets.length - part.length; i++) {
            if (Arrays.equals(octets, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        return -1;
    }
}
