package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.everbond.faults.BtstackModel;
import org.everbond.faults.RamDisk;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.Confirmed;
import org.everbond.tlv.spi.Remains;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.everbond.tlv.spi.TlvBackend.Room;
import org.junit.jupiter.api.Test;

/** The rules of the file backend, on a disk in memory. */
class FileBackendTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final Path PLACE = Path.of("/var/everbond/bonds.tlv");
    private static final int COMPANION = 0xe8000001;
    private static final int BOND = Tags.LE_DEVICE | 15;

    private final RamDisk disk = new RamDisk();
    private FileBackend backend = new FileBackend(disk, PLACE);

    @Test
    void aNewStoreIsAFileThatBtstackWouldHaveMade() throws Exception {
        backend.open();
        assertThat(octets()).isEqualTo(GoldenFilesTest.file("empty.tlv"));
        assertThat(disk.done).containsSubsequence("createFolder var", "createFolder everbond", "syncFolder var",
                "lock bonds.tlv.lock", "create bonds.tlv.tmp", "force bonds.tlv.tmp", "move bonds.tlv.tmp", "syncFolder everbond");
    }

    @Test
    void aCommitIsFlushedBeforeItIsConfirmedAndFoundAgain() throws Exception {
        backend.open();
        disk.done.clear();
        commit(1, put(COMPANION, 200), put(BOND, 100));
        assertThat(disk.done).containsExactly("write bonds.tlv", "force bonds.tlv");

        var image = reopen();
        assertThat(image.values()).containsOnlyKeys(COMPANION, BOND);
        assertThat(image.values().get(BOND)).isEqualTo(put(BOND, 100).value());
        assertThat(image.id()).isEqualTo(ID);
        assertThat(image.sequence()).isEqualTo(1);
        assertThat(image.foreign()).isFalse();
        assertThat(image.setAside()).isEmpty();
    }

    @Test
    void btstackReadsWhatWasWrittenAndKeepsWhatItDoesNotKnow() throws Exception {
        backend.open();
        commit(1, put(Tags.ER, 16), put(Tags.IR, 16));
        commit(2, put(COMPANION, 200), put(BOND, 100));
        commit(3, new Change(Tags.IR, null), put(0x12345678, 2048));

        var btstack = BtstackModel.open(octets());
        assertThat(btstack.valid).isTrue();
        assertThat(btstack.live).containsOnlyKeys(
                Tags.STORE_HEADER, Tags.TRANSACTION, Tags.ER, COMPANION, BOND, 0x12345678);
        assertThat(btstack.live.get(BOND)).isEqualTo(put(BOND, 100).value());
    }

    @Test
    void aFileOfBtstackIsTakenAsItIsAndContinued() throws Exception {
        place(GoldenFilesTest.file("5bonds-signed.tlv"));
        var before = backend.open();
        assertThat(before.id()).isNull();
        assertThat(before.foreign()).isTrue();
        assertThat(octets()).isEqualTo(GoldenFilesTest.file("5bonds-signed.tlv"));
        commit(1, put(COMPANION, 200));
        assertThat(Arrays.copyOf(octets(), 3628)).isEqualTo(GoldenFilesTest.file("5bonds-signed.tlv"));

        var after = reopen();
        assertThat(after.id()).isEqualTo(ID);
        assertThat(after.foreign()).isFalse();
        assertThat(after.values().keySet()).containsAll(before.values().keySet()).contains(COMPANION);
    }

    @Test
    void whereverATransactionIsCutOffTheStoreIsOldOrNewByRecordAndTheNextCommitHolds() throws Exception {
        backend.open();
        commit(1, put(Tags.ER, 16), put(COMPANION, 50), put(BOND, 60));
        int acknowledged = octets().length;
        var next = List.of(change(COMPANION, 220), change(BOND, 100), change(0x42544301, 8), new Change(Tags.ER, null));
        commit(2, next.toArray(Change[]::new));
        var whole = octets();

        for (int cut = acknowledged; cut <= whole.length; cut++) {
            var torn = Arrays.copyOf(whole, cut);
            checkOldOrNew(torn, next);
            // BTstack may come first, recover the file and go on with a bond of its own.
            var recovered = BtstackModel.open(torn).fileAfterOpen(torn);
            checkOldOrNew(recovered, next);
            var continued = concat(recovered, BtstackModel.record(Tags.LE_DEVICE | 9, new byte[60]));
            assertThat(checkOldOrNew(continued, next).values()).as("cut at " + cut).containsKey(Tags.LE_DEVICE | 9);
        }
    }

    private Image checkOldOrNew(byte[] file, List<Change> next) throws Exception {
        backend.close();
        place(file);
        backend = new FileBackend(disk, PLACE);
        var image = backend.open();
        assertThat(image.id()).isEqualTo(ID);
        boolean old = false;
        for (var change : next) {
            var found = image.values().get(change.tag());
            boolean isNew = change.isDelete() ? found == null : Arrays.equals(found, change.value());
            // In order: once a change is missing, all later ones are.
            old |= !isNew;
            assertThat(isNew).isEqualTo(!old);
            if (old && change.tag() == COMPANION) {
                assertThat(found).isEqualTo(change(COMPANION, 50).value());
            }
            if (old && change.tag() == BOND) {
                assertThat(found).isEqualTo(change(BOND, 60).value());
            }
        }
        commit(10, put(0x58585858, 33));
        var again = reopen();
        assertThat(again.values()).containsKey(0x58585858);
        assertThat(again.values().keySet()).containsAll(image.values().keySet());
        assertThat(again.setAside()).isEmpty();
        assertThat(BtstackModel.open(octets()).valid).isTrue();
        assertThat(BtstackModel.open(octets()).live.keySet()).containsAll(image.values().keySet());
        return image;
    }

    /** So is a store sealed anew: under the number of its newest transaction. */
    @Test
    void aTransactionThatIsCutOffUnderTheNumberOfAWholeOneIsNoLoss() throws Exception {
        backend.open();
        commit(1, put(Tags.ER, 16));
        backend.note(new Confirmed(ID, 0, 1).encode());
        int whole = octets().length;
        commit(1, put(Tags.IR, 16));
        place(Arrays.copyOf(octets(), octets().length - 5));

        var image = reopen();

        assertThat(octets().length).isGreaterThan(whole);
        assertThat(image.values()).containsOnlyKeys(Tags.ER);
        assertThat(backend.remains().transaction()).isZero();
        assertThat(new Remains(backend.remains().unfinished(), backend.remains().transaction(), false, new Confirmed(ID, 0, 1).encode())
                .findings("bonds.tlv", image).lost()).isEmpty();
    }

    @Test
    void aFlippedBitCostsTheRecordItIsInAndNeverChangesAValue() throws Exception {
        backend.open();
        commit(1, put(Tags.ER, 16), put(COMPANION, 50), put(BOND, 60));
        commit(2, put(COMPANION + 1, 50), put(BOND - 1, 60));
        commit(3, put(Tags.SEALED, 61), put(Tags.SEALED + 1, 93), put(Tags.SEALED + 2, 61));
        var whole = octets();
        var sound = LogReader.read(whole).values();
        int harmed = 0;
        for (int bit = 8 * 8; bit < whole.length * 8; bit++) {
            var damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            var contents = LogReader.read(damaged);
            int lost = 0;
            for (var expected : sound.entrySet()) {
                var value = contents.values().get(expected.getKey());
                lost += value == null ? 1 : 0;
                assertThat(value).as("bit " + bit).isIn(null, expected.getValue());
            }
            assertThat(lost).as("bit " + bit + ": " + contents.damage()).isLessThanOrEqualTo(1);
            harmed += lost;
        }
        assertThat(harmed).isPositive();
    }

    @Test
    void damageIsKeptAsideAndRewrittenBeforeTheFirstAppend() throws Exception {
        backend.open();
        commit(1, put(Tags.ER, 16), put(COMPANION, 50), put(BOND, 60));
        var damaged = octets();
        damaged[damaged.length - 1] ^= 1;
        backend.close();
        place(damaged);

        var image = backend.open();
        assertThat(image.values()).containsOnlyKeys(Tags.ER, COMPANION);
        assertThat(image.setAside()).singleElement().asString().contains("bonds.tlv").contains("68 octets");
        assertThat(octets()).isEqualTo(damaged);

        commit(2, put(BOND, 60));
        assertThat(disk.get(PLACE.resolveSibling("bonds.tlv.damaged-1"))).isEqualTo(damaged);
        var after = reopen();
        assertThat(after.values()).containsOnlyKeys(Tags.ER, COMPANION, BOND);
        assertThat(after.setAside()).isEmpty();
    }

    @Test
    void aFileWithoutItsMagicIsDamagedAndOneThatIsNoStoreIsLeftAlone() throws Exception {
        place(GoldenFilesTest.file("recover-bad-magic.tlv"));
        assertThat(backend.open().setAside()).isNotEmpty();
        commit(1, put(COMPANION, 10));
        assertThat(disk.get(PLACE.resolveSibling("bonds.tlv.damaged-1")))
                .isEqualTo(GoldenFilesTest.file("recover-bad-magic.tlv"));
        backend.close();

        var text = "Dear diary, today I configured the wrong file.\n".getBytes(StandardCharsets.UTF_8);
        place(text);
        refused(Reason.UNUSABLE, "is no store");
        assertThat(octets()).isEqualTo(text);
    }

    @Test
    void zerosOfALostSectorAreAHoleAndNoDeletions() throws Exception {
        place(concat(concat(GoldenFilesTest.file("er-ir-only.tlv"), new byte[512]),
                BtstackModel.record(BOND, new byte[60])));
        var image = backend.open();
        assertThat(image.values()).containsOnlyKeys(Tags.ER, Tags.IR, BOND);
        assertThat(image.setAside()).hasSize(1);
    }

    @Test
    void anImpossibleLengthCostsOneRecordNotTheRest() throws Exception {
        var broken = BtstackModel.record(Tags.LE_DEVICE | 14, new byte[60]);
        broken[4] = (byte) 0xff;
        place(concat(concat(GoldenFilesTest.file("er-ir-only.tlv"), broken), BtstackModel.record(BOND, new byte[60])));
        assertThat(backend.open().values()).containsOnlyKeys(Tags.ER, Tags.IR, BOND);
    }

    @Test
    void anotherProgramsRecordsAreSeenBeforeAnythingIsWritten() throws Exception {
        backend.open();
        commit(1, put(BOND, 60));
        disk.change(PLACE, concat(octets(), BtstackModel.record(Tags.LE_DEVICE | 14, new byte[60])));
        var grown = octets();
        refusedCommit(Reason.CHANGED, "was written to by another program");
        assertThat(octets()).isEqualTo(grown);

        var image = reopenSame();
        assertThat(image.values()).containsOnlyKeys(BOND, Tags.LE_DEVICE | 14);
        assertThat(image.foreign()).isTrue();
        assertThat(image.sequence()).isEqualTo(1);
        // With a foreign writer about, the file is not taken from under it.
        disk.done.clear();
        commit(2, new Change(BOND, null));
        backend.housekeeping();
        for (int i = 0; i < 100; i++) {
            commit(3 + i, put(COMPANION, 2048));
        }
        assertThat(disk.done).noneMatch(operation -> operation.startsWith("move"));
    }

    @Test
    void aFileCutReplacedOrRemovedByOthersIsNotWrittenTo() throws Exception {
        backend.open();
        commit(1, put(BOND, 60));
        var whole = octets();
        disk.change(PLACE, Arrays.copyOf(whole, 40));
        refusedCommit(Reason.CHANGED, "was cut");
        reopenSame();
        place(whole);
        refusedCommit(Reason.CHANGED, "was replaced");
        reopenSame();
        disk.remove(PLACE);
        refusedCommit(Reason.CHANGED, "was removed");
    }

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
        var former = change(Tags.COMPANION, 150);
        commit(1, former, put(BOND, 100));
        // It moves beyond BTstack's slots: the companion from before holds its keys, and perhaps the LTK of an earlier pairing.
        commit(2, put(Tags.COMPANION | 1, 160), put(0xea000000, 100), change(BOND, 60), new Change(Tags.COMPANION, null));
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
            commit(2 + bond, put(newcomer, 150), change(0xea000000 + bond, 100), new Change(Tags.COMPANION + 2 * bond, null));
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
    void aFullDiskTakesNothingAndLosesNothing() throws Exception {
        backend.open();
        commit(1, put(BOND, 60));
        var before = octets();
        disk.fail("write", "No space left on device");
        refusedCommit(Reason.NO_SPACE, "the disk is full; make room");
        assertThat(octets()).isEqualTo(before);
        disk.heal();
        commit(2, put(COMPANION, 60));
        assertThat(reopen().values()).containsOnlyKeys(BOND, COMPANION);
    }

    @Test
    void afterAFailedFlushTheAcknowledgedImageGoesToANewFileBeforeTheFailureIsTold() throws Exception {
        backend.open();
        commit(1, put(BOND, 60));
        disk.fault = (operation, path) -> {
            if (operation.equals("force") && path.equals(PLACE)) {
                throw new java.io.IOException("Input/output error");
            }
        };
        disk.done.clear();
        refusedCommit(Reason.FAILED, "Input/output error");
        assertThat(disk.done).containsSubsequence("force bonds.tlv.tmp", "move bonds.tlv.tmp", "close bonds.tlv", "syncFolder everbond");
        disk.heal();
        assertThat(LogReader.read(octets()).values()).containsOnlyKeys(BOND);
        commit(2, put(COMPANION, 60));
        assertThat(reopen().values()).containsOnlyKeys(BOND, COMPANION);
    }

    @Test
    void whenTheNewFileFailsTooTheOutcomeIsInDoubtUntilItIsOpenedAgain() throws Exception {
        backend.open();
        commit(1, put(BOND, 60));
        disk.fail("force", "Input/output error");
        refusedCommit(Reason.IN_DOUBT, "Input/output error");
        refusedCommit(Reason.IN_DOUBT, "must be opened again");
        disk.heal();
        var image = reopenSame();
        assertThat(image.values()).containsKey(BOND);
        assertThat(image.sequence()).isBetween(1L, 2L);
    }

    @Test
    void aSecondStoreOnTheSamePlaceIsRefused() throws Exception {
        backend.open();
        var second = new FileBackend(disk, PLACE);
        assertThatThrownBy(second::open).isInstanceOfSatisfying(TlvException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.IN_USE);
            assertThat(e).hasMessageContaining("bonds.tlv is in use by another process");
        });
        backend.close();
        second.open();
    }

    @Test
    void aFolderInPlaceOfTheFileAndAFileInPlaceOfTheFolderAreNamed() throws Exception {
        disk.createFolder(PLACE.getParent().getParent());
        disk.createFolder(PLACE.getParent());
        disk.createFolder(PLACE);
        refused(Reason.UNUSABLE, "bonds.tlv is a folder; name a file in it");
        backend = new FileBackend(disk, Path.of("/var/file/bonds.tlv"));
        disk.create(Path.of("/var/file"));
        refused(Reason.UNUSABLE, "/var/file is not a folder");
    }

    @Test
    void whatTheSystemForbidsIsSaidWithItsCure() {
        disk.fault = (operation, path) -> {
            if (operation.equals("createFolder")) {
                throw new java.nio.file.AccessDeniedException(path.toString());
            }
        };
        refused(Reason.UNUSABLE, "/var may not be read or written by this user; change its permissions or configure another place");
        disk.heal();
        disk.fail("create", "Read-only file system");
        refused(Reason.UNUSABLE, "is on a read-only file system; configure another place");
        disk.heal();
        disk.fail("create", "No space left on device");
        refused(Reason.UNUSABLE, "the disk is full; make room");
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

    @Test
    void theRoomForAContentIsWhatItsLogTakesAndWhatTheDiskHas() throws Exception {
        backend.open();
        assertThat(backend.room(Map.of())).as("a disk that does not say").isEmpty();
        for (int count : new int[] {0, 1, 480, 481, 1500}) {
            var changes = new ArrayList<Change>();
            for (int i = 0; i < count; i++) {
                changes.add(change(COMPANION + i, 1 + i % 2048));
            }
            var content = new HashMap<Integer, byte[]>();
            changes.forEach(change -> content.put(change.tag(), change.value()));
            var file = LogWriter.file(ID, 7, content);
            disk.free = file.length - octets().length;
            assertThat(backend.room(content)).contains(new Room(file.length, file.length));
            assertThat(backend.room(content).get().suffices()).isTrue();
            disk.free--;
            assertThat(backend.room(content).get().suffices()).isFalse();
        }
    }

    private Image reopen() throws TlvException {
        backend.close();
        backend = new FileBackend(disk, PLACE);
        return backend.open();
    }

    /** As the store in front does after an error. */
    private Image reopenSame() throws TlvException {
        backend.close();
        return backend.open();
    }

    private void commit(long sequence, Change... changes) throws TlvException {
        backend.commit(new Batch(ID, sequence, List.of(changes)));
    }

    private void refused(Reason reason, String sentence) {
        assertThatThrownBy(() -> backend.open()).isInstanceOfSatisfying(TlvException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e).hasMessageContaining(sentence);
        });
        backend.close();
    }

    private void refusedCommit(Reason reason, String sentence) {
        assertThatThrownBy(() -> commit(2, put(COMPANION, 200))).isInstanceOfSatisfying(TlvException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e).hasMessageContaining(sentence);
        });
    }

    private void place(byte[] octets) {
        disk.put(PLACE, octets);
    }

    private byte[] octets() {
        return disk.get(PLACE);
    }

    private static Change put(int tag, int length) {
        return change(tag, length);
    }

    /** A value that tells its tag and length. */
    private static Change change(int tag, int length) {
        var value = new byte[length];
        for (int i = 0; i < length; i++) {
            value[i] = (byte) (tag * 31 + length * 7 + i * 3 + 1);
        }
        return new Change(tag, value);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        var both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
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
