package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
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
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every disk operation of a story fails once, or is the last one before the power goes: what was acknowledged is there
 * afterwards, what was refused is not, what was in doubt may be. Here everything written survives; lost caches are for
 * another test.
 */
class FaultSweepTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final Path PLACE = Path.of("/data/bonds.tlv");
    private static final int BOND = Tags.LE_DEVICE;

    enum Fault {
        ONCE_EIO("Input/output error", 1),
        ONCE_FULL("No space left on device", 1),
        TWICE_EIO("Input/output error", 2),
        FROM_NOW_ON_EIO("Input/output error", 1_000_000),
        FROM_NOW_ON_FULL("No space left on device", 1_000_000);

        final String message;
        final int count;

        Fault(String message, int count) {
            this.message = message;
            this.count = count;
        }
    }

    private final Map<Integer, byte[]> acknowledged = new HashMap<>();
    /** Tags of changes in doubt, which may have either value. */
    private final Map<Integer, byte[]> doubtful = new HashMap<>();
    private long sequence;

    @ParameterizedTest
    @EnumSource
    void nothingAcknowledgedIsLostWhateverFails(Fault fault) throws Exception {
        int failing = 0;
        boolean reached = true;
        while (reached) {
            reached = story(fault, failing++);
        }
        System.out.println("file backend, " + fault + ": " + (failing - 1) + " places of failure");
        assertThat(failing).isGreaterThan(40);
    }

    /** Returns whether the story was long enough for this failure to happen. */
    private boolean story(Fault fault, int failing) throws TlvException {
        acknowledged.clear();
        doubtful.clear();
        sequence = 0;
        var disk = new RamDisk();
        var counter = new int[1];
        disk.fault = (operation, path) -> {
            int number = counter[0]++;
            if (number >= failing && number < failing + fault.count) {
                throw new IOException(fault.message);
            }
        };
        var backend = new FileBackend(disk, PLACE);
        boolean open = open(backend) || open(backend);
        for (int step = 0; open && step < 12; step++) {
            open = step(backend, step);
        }
        boolean reached = counter[0] > failing;

        disk.heal();
        backend.close();
        var image = new FileBackend(disk, PLACE).open();
        check(image.values(), fault + " at operation " + failing);
        for (int tag : image.values().keySet()) {
            // What was refused is not there.
            assertThat(acknowledged.get(tag) != null || doubtful.get(tag) != null).as(Tags.name(tag)).isTrue();
        }
        assertThat(image.setAside()).as(fault + " at operation " + failing).isEmpty();
        var file = disk.get(PLACE);
        check(BtstackModel.open(file).live, fault + " at operation " + failing + ", read by BTstack");
        return reached;
    }

    private boolean step(FileBackend backend, int step) {
        // 30 KiB each, so that the bound of 64 KiB makes it compact on the way; key deletions, so that housekeeping does, too.
        var changes = new Change[16];
        for (int i = 0; i < 15; i++) {
            changes[i] = new Change(0x41410000 | i, value(step, 2000));
        }
        changes[15] = step % 4 == 3 ? new Change(BOND, null) : new Change(BOND, value(step, 100));
        var batch = new Batch(ID, ++sequence, List.of(changes));
        try {
            backend.commit(batch);
            for (var change : changes) {
                acknowledged.put(change.tag(), change.value());
            }
            doubtful.clear();
            backend.housekeeping();
            return true;
        } catch (TlvException e) {
            if (e.reason() == Reason.IN_DOUBT) {
                for (var change : changes) {
                    doubtful.put(change.tag(), change.value());
                }
            }
            if (e.reason() == Reason.IN_DOUBT || e.reason() == Reason.CHANGED) {
                backend.close();
                return open(backend);
            }
            return true;
        }
    }

    private static boolean open(FileBackend backend) {
        try {
            backend.open();
            return true;
        } catch (TlvException e) {
            backend.close();
            return false;
        }
    }

    private void check(Map<Integer, byte[]> found, String when) {
        acknowledged.forEach((tag, value) -> {
            var there = found.get(tag);
            boolean doubted = doubtful.containsKey(tag) && Arrays.equals(there, doubtful.get(tag));
            assertThat(Arrays.equals(there, value) || doubted).as(when + ": " + Tags.name(tag)).isTrue();
        });
    }

    private static byte[] value(int step, int length) {
        var value = new byte[length];
        Arrays.fill(value, (byte) (step + 1));
        return value;
    }
}
