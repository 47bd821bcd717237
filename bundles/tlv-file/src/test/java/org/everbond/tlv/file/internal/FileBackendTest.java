package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.everbond.faults.BtstackModel;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Room;
import org.junit.jupiter.api.Test;

/** The rules of the file backend, on a disk in memory. */
class FileBackendTest extends FileBench {
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
    void theRoomForAContentIsWhatItsLogTakesAndWhatTheDiskHas() throws Exception {
        backend.open();
        assertThat(backend.room(Map.of())).as("a disk that does not say").isEmpty();
        for (int count : new int[] {0, 1, 480, 481, 1500}) {
            var changes = new ArrayList<Change>();
            for (int i = 0; i < count; i++) {
                changes.add(put(COMPANION + i, 1 + i % 2048));
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
}
