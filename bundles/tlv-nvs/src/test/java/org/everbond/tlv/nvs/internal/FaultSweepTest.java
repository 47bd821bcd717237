package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.everbond.faults.RamDisk;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.faults.RamDisk.Caches;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every disk operation of a story is the last one before the power goes, or fails: what was acknowledged is there afterwards,
 * batches are there whole or not at all, the values of others stay, and the image is one that the library opens.
 */
class FaultSweepTest {
    private static final Path PLACE = NvsBackendTest.PLACE;
    private static final int BOND = Tags.LE_DEVICE | 3;
    private static final int COMPANION = 0xe9000000;

    /** Thrown instead of the operation at which the power goes. */
    private static final class PowerCut extends RuntimeException {}

    enum Fault {
        ONCE_EIO("Input/output error", 1),
        ONCE_FULL("No space left on device", 1),
        FROM_NOW_ON_EIO("Input/output error", 1_000_000),
        FROM_NOW_ON_FULL("No space left on device", 1_000_000);

        final String message;
        final int count;

        Fault(String message, int count) {
            this.message = message;
            this.count = count;
        }
    }

    private Map<String, String> acknowledged;
    private Map<String, String> tried;
    private NvsBackend backend;

    @ParameterizedTest
    @EnumSource
    void afterAPowerCutEachBatchIsThereWholeOrNotAtAll(Caches caches) throws Exception {
        int cut = 0;
        boolean reached = true;
        while (reached) {
            var disk = disk(cut);
            int last = cut++;
            try {
                story(disk);
                reached = false;
            } catch (PowerCut e) {
                check(disk.afterPowerCut(caches), caches + " at operation " + last);
            }
        }
        System.out.println("NVS backend, power cut with caches " + caches + ": " + (cut - 1) + " places");
        assertThat(cut).isGreaterThan(60);
    }

    private RamDisk disk(int cut) throws IOException {
        var disk = new RamDisk();
        disk.put(PLACE, Golden.image("damaged-entry-crc"));
        var counter = new int[1];
        disk.fault = (operation, path) -> {
            if (counter[0]++ >= cut) {
                throw new PowerCut();
            }
        };
        return disk;
    }

    @ParameterizedTest
    @EnumSource
    void whateverFailsWhatWasAcknowledgedIsThereAndWhatWasRefusedIsNot(Fault fault) throws Exception {
        int failing = 0;
        boolean reached = true;
        while (reached) {
            var disk = new RamDisk();
            disk.put(PLACE, Golden.image("damaged-entry-crc"));
            var counter = new int[1];
            int first = failing++;
            disk.fault = (operation, path) -> {
                int number = counter[0]++;
                if (number >= first && number < first + fault.count) {
                    throw new IOException(fault.message);
                }
            };
            story(disk);
            reached = counter[0] > first;
            check(disk.afterPowerCut(Caches.KEPT), fault + " at operation " + first);
            check(disk.afterPowerCut(Caches.LOST), fault + " at operation " + first + ", caches lost");
        }
        System.out.println("NVS backend, " + fault + ": " + (failing - 1) + " places of failure");
        assertThat(failing).isGreaterThan(60);
    }

    @Test
    void aFailedCommitIsNotThereAndLeavesTheBackendUsable() throws Exception {
        var disk = new RamDisk();
        for (var operation : List.of("create", "write", "force", "move")) {
            acknowledged = null;
            backend = new NvsBackend(disk, PLACE, 3);
            backend.open();
            disk.fault = (name, path) -> {
                if (name.equals(operation)) {
                    throw new IOException("Input/output error");
                }
            };
            var before = disk.get(PLACE);
            assertThat(commit(1)).as(operation).isEqualTo(Reason.FAILED);
            assertThat(disk.get(PLACE)).isEqualTo(before);
            disk.fault = (name, path) -> {};
            assertThat(commit(2)).isNull();
            backend.close();
        }
    }

    @Test
    void whatIsDamagedIsKeptOnceHoweverOftenTheWritingFails() throws Exception {
        var disk = new RamDisk();
        disk.put(PLACE, Golden.image("damaged-entry-crc"));
        backend = new NvsBackend(disk, PLACE, 3);
        backend.open();
        disk.fault = (name, path) -> {
            if (name.equals("move")) {
                throw new IOException("Input/output error");
            }
        };
        assertThat(commit(1)).isEqualTo(Reason.FAILED);
        assertThat(commit(2)).isEqualTo(Reason.FAILED);
        disk.fault = (name, path) -> {};
        assertThat(commit(3)).isNull();
        assertThat(disk.files()).containsExactlyInAnyOrder(PLACE, PLACE.resolveSibling("nvs.bin.damaged-1"));
    }

    private void story(RamDisk disk) {
        acknowledged = null;
        tried = null;
        backend = new NvsBackend(disk, PLACE, 3);
        boolean open = open() || open();
        for (int step = 0; open && step < 6; step++) {
            var reason = commit(step);
            if (reason == Reason.IN_DOUBT || reason == Reason.CHANGED) {
                backend.close();
                open = open();
            }
        }
        backend.close();
    }

    private boolean open() {
        try {
            var found = text(backend.open().values());
            if (acknowledged != null) {
                assertThat(found).isIn(acknowledged, tried);
            }
            acknowledged = found;
            tried = found;
            return true;
        } catch (TlvException e) {
            backend.close();
            return false;
        }
    }

    /** Returns why it was refused; null when it was not. */
    private Reason commit(int step) {
        var changes = List.of(
                new Change(COMPANION, value(step, 1000)),
                step % 3 == 2 ? new Change(BOND, null) : new Change(BOND, value(step, 60)),
                new Change(Tags.LE_DEVICE | step, null));
        if (acknowledged != null) {
            tried = new HashMap<>(acknowledged);
            for (var change : changes) {
                tried.remove(Contents.key(change.tag()));
                if (!change.isDelete()) {
                    tried.put(Contents.key(change.tag()), HexFormat.of().formatHex(change.value()));
                }
            }
        }
        try {
            backend.commit(new Batch(NvsBackendTest.ID, step, changes));
            acknowledged = tried;
            return null;
        } catch (TlvException e) {
            if (e.reason() != Reason.IN_DOUBT) {
                tried = acknowledged;
            }
            return e.reason();
        }
    }

    private void check(RamDisk disk, String when) throws Exception {
        var next = new NvsBackend(disk, PLACE, 3);
        var image = next.open();
        next.close();
        if (acknowledged == null) {
            assertThat(image.values()).as(when).hasSize(6);
        } else {
            assertThat(text(image.values())).as(when).isIn(acknowledged, tried);
        }
        if (image.id() == null) {
            assertThat(disk.get(PLACE)).as(when).isEqualTo(Golden.image("damaged-entry-crc"));
        } else {
            LibraryCheck.of(disk.get(PLACE));
            assertThat(disk.get(PLACE.resolveSibling("nvs.bin.damaged-1"))).as(when + ": what was damaged is kept")
                    .isEqualTo(Golden.image("damaged-entry-crc"));
        }
    }

    private static Map<String, String> text(Map<Integer, byte[]> values) {
        var text = new HashMap<String, String>();
        values.forEach((tag, value) -> text.put(Contents.key(tag), HexFormat.of().formatHex(value)));
        return text;
    }

    private static byte[] value(int step, int length) {
        var value = new byte[length];
        Arrays.fill(value, (byte) (step + 1));
        return value;
    }
}
