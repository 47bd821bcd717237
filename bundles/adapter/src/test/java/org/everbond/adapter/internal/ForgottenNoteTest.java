package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.everbond.faults.CrashDisk;
import org.everbond.faults.FaultSweep;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.disk.Disk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgottenNoteTest {
    private static final UUID LINEAGE = new UUID(1, 2);
    private static final UUID OTHER = new UUID(3, 4);

    @TempDir
    Path folder;

    private ForgottenNote note() {
        return new ForgottenNote(Disk.system(), folder, "main");
    }

    private static Tombstone deleted(long serial) {
        return new Tombstone(new UUID(5, 6), serial, 100 + serial);
    }

    @Test
    void whatWasForgottenIsKnownInTheNextRunUntilItIsTaken() throws Exception {
        assertThat(note().of(LINEAGE)).isEmpty();
        note().keep(LINEAGE, List.of(deleted(1), deleted(2)));
        note().keep(OTHER, List.of(deleted(1)));
        note().keep(LINEAGE, List.of(deleted(3), deleted(1)));
        assertThat(note().of(LINEAGE)).containsExactly(deleted(2), deleted(3), deleted(1));

        note().taken(LINEAGE, List.of(deleted(1), deleted(3)));
        assertThat(note().of(LINEAGE)).containsExactly(deleted(2));
        note().taken(LINEAGE, List.of(deleted(2)));
        assertThat(note().of(OTHER)).as("of another store").containsExactly(deleted(1));
        note().taken(OTHER, List.of(deleted(1), deleted(9)));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theOldestGivesWayWhenThereAreTooMany() throws Exception {
        var many = new ArrayList<Tombstone>();
        for (int i = 0; i < ForgottenNote.MOST; i++) {
            many.add(new Tombstone(new UUID(-1, -1), Long.MAX_VALUE - i, Long.MAX_VALUE));
        }
        note().keep(LINEAGE, many);
        assertThat(note().of(LINEAGE)).as("the longest lines fit").isEqualTo(many);
        note().keep(LINEAGE, List.of(deleted(7)));
        assertThat(note().of(LINEAGE)).hasSize(ForgottenNote.MOST).doesNotContain(many.get(0)).endsWith(deleted(7));
    }

    @Test
    void linesThatNobodyUnderstandsCostNoneOfTheOthersAndStay() throws Exception {
        note().keep(LINEAGE, List.of(deleted(1), deleted(2)));
        var file = folder.resolve("main.forgotten");
        var good = Files.readAllLines(file);
        var strange = List.of("", "1-2-3-4-5 " + OTHER + " 1 1", LINEAGE + " " + OTHER + " -1 1", LINEAGE + " " + OTHER + " 1", "\0\0\0");
        var lines = new ArrayList<>(strange);
        lines.addAll(1, good);
        Files.write(file, lines);
        assertThat(note().of(LINEAGE)).containsExactly(deleted(1), deleted(2));
        note().taken(LINEAGE, List.of(deleted(1), deleted(2)));
        assertThat(Files.readAllLines(file)).isEqualTo(strange);
    }

    @Test
    void whateverTheFileHoldsIsRead() throws Exception {
        note().keep(LINEAGE, List.of(deleted(1), deleted(2), deleted(3)));
        var file = folder.resolve("main.forgotten");
        var whole = Files.readAllBytes(file);
        var random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            var octets = whole.clone();
            octets[random.nextInt(octets.length)] = (byte) random.nextInt();
            Files.write(file, octets);
            assertThat(note().of(LINEAGE)).hasSizeBetween(1, 4);
        }
        Files.write(file, new byte[2_000_000]);
        assertThat(note().of(LINEAGE)).isEmpty();
        Files.write(file, "1\n".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII));
        note().keep(LINEAGE, List.of(deleted(4)));
        assertThat(note().of(LINEAGE)).containsExactly(deleted(4));
    }

    @Test
    void aFileThatCannotBeReadIsNotWrittenOver() throws Exception {
        Files.createDirectory(folder.resolve("main.forgotten"));
        assertThat(note().of(LINEAGE)).isEmpty();
        assertThatThrownBy(() -> note().keep(LINEAGE, List.of(deleted(1)))).isInstanceOf(TlvException.class).hasMessageContaining("main.forgotten");
        note().taken(LINEAGE, List.of(deleted(1)));
        assertThat(folder.resolve("main.forgotten")).isDirectory();
    }

    @Test
    void itIsTheOldOrTheNewOneWhateverFails() throws Exception {
        var sweep = new Sweep();
        sweep.powerLoss();
        sweep.failures();
    }

    private static final class Sweep extends FaultSweep {
        /** What may be noted: one thing, or also what was tried since. */
        private final Set<List<Tombstone>> possible = new HashSet<>();

        Sweep() {
            super("note of what was forgotten");
        }

        private static ForgottenNote note(CrashDisk disk) {
            return new ForgottenNote(disk, Path.of("/data"), "main");
        }

        @Override
        protected CrashDisk disk() {
            return new CrashDisk();
        }

        @Override
        protected void story(CrashDisk disk) {
            possible.clear();
            possible.add(List.of());
            var note = note(disk);
            var there = new ArrayList<Tombstone>();
            for (int i = 1; i <= 8; i++) {
                there.add(deleted(i));
                possible.add(List.copyOf(there));
                try {
                    note.keep(LINEAGE, List.of(deleted(i)));
                    possible.clear();
                    possible.add(List.copyOf(there));
                } catch (TlvException e) {
                    // It is logged, and the process ends.
                    return;
                }
            }
            possible.add(there.subList(2, 8));
            note.taken(LINEAGE, there.subList(0, 2));
            possible.add(List.of());
            note.taken(LINEAGE, there);
        }

        @Override
        protected String expectation() {
            return possible.toString();
        }

        @Override
        protected void check(CrashDisk disk, String when) throws Exception {
            assertThat(note(disk).of(LINEAGE)).as(when).isIn(possible);
            var before = note(disk).of(LINEAGE);
            note(disk).keep(OTHER, List.of(deleted(9)));
            var lost = cacheLies(disk) ? disk : disk.afterPowerLoss(new boolean[disk.units()]);
            assertThat(note(lost).of(OTHER)).as(when).containsExactly(deleted(9));
            assertThat(note(lost).of(LINEAGE)).as(when).isEqualTo(before);
        }
    }
}
