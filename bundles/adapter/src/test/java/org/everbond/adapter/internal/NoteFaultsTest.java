package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.everbond.faults.CrashDisk;
import org.everbond.faults.CrashDisk.Fault;
import org.everbond.faults.FaultSweep;
import org.junit.jupiter.api.Test;

/**
 * What an adapter notes beside its store (where the bonds were kept last, which controller it had) on a disk that loses power and fails: it is the
 * old note or the new one, never a part of one.
 */
class NoteFaultsTest {
    private static final Path FILE = Path.of("/data/main.store");
    private static final List<String> NONE = List.of();
    private static final List<String> LOG = List.of("file:main.tlv", "/data/main.tlv");
    private static final List<String> IMAGE = List.of("nvs:esp32.bin?size=24K", "/elsewhere/" + "esp32/".repeat(100) + "esp32.bin");

    @Test
    void aNoteIsTheOldOrTheNewOne() throws Exception {
        var sweep = new Sweep();
        sweep.powerLoss();
        sweep.failures();
    }

    /** Found by the sweep: what was noted before could not be noted any more. */
    @Test
    void aNoteWhoseRenameWasDoneButReportedAsFailedIsWrittenAgain() throws Exception {
        for (int operation = 0;; operation++) {
            var disk = new CrashDisk();
            var note = new Note(disk, FILE);
            note.keep(LOG.toArray(String[]::new));
            disk.fault = Fault.EIO_DONE;
            disk.failing = disk.operations + operation;
            int last = disk.failing;
            try {
                note.keep(IMAGE.toArray(String[]::new));
            } catch (IOException e) {
                // Whatever has failed may have been done.
            }
            if (disk.operations <= last) {
                break;
            }
            note.keep(LOG.toArray(String[]::new));
            assertThat(new Note(disk, FILE).lines()).as("operation %d", operation).isEqualTo(LOG);
        }
        assertThatThrownBy(() -> {
            var disk = new CrashDisk();
            disk.failing = 0;
            new Note(disk, FILE).keep("");
        }).isInstanceOf(IOException.class);
    }

    private static final class Sweep extends FaultSweep {
        /** What may be there: one thing, or also what was tried since. */
        private final Set<List<String>> possible = new HashSet<>();

        Sweep() {
            super("note of an adapter");
        }

        @Override
        protected CrashDisk disk() {
            return new CrashDisk();
        }

        @Override
        protected void story(CrashDisk disk) {
            possible.clear();
            possible.add(NONE);
            var note = new Note(disk, FILE);
            for (var next : List.of(LOG, IMAGE, LOG, NONE, IMAGE, LOG)) {
                possible.add(next);
                try {
                    if (next.isEmpty()) {
                        note.delete();
                    } else {
                        note.keep(next.toArray(String[]::new));
                    }
                    possible.clear();
                    possible.add(next);
                } catch (IOException e) {
                    // It is logged, and noted at the next occasion.
                }
            }
        }

        @Override
        protected String expectation() {
            return possible.toString();
        }

        @Override
        protected void check(CrashDisk disk, String when) throws Exception {
            assertThat(new Note(disk, FILE).lines()).as(when).isIn(possible);
            new Note(disk, FILE).keep("again");
            var lost = cacheLies(disk) ? disk : disk.afterPowerLoss(new boolean[disk.units()]);
            assertThat(new Note(lost, FILE).lines()).as(when).containsExactly("again");
        }
    }
}
