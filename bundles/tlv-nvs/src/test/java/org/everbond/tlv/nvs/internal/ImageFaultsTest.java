package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.everbond.faults.BackendSweep;
import org.everbond.faults.CrashDisk;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * An image of an NVS partition on a disk with a page cache: of what was not flushed any part survives a power cut; and every operation
 * fails in every way. What others have in the partition stays, and Espressif's library opens each image.
 */
class ImageFaultsTest {
    private static final Path PLACE = Path.of("/data/nvs.bin");
    private static final int PAGES = 3;

    private static TlvBackend on(Disk disk) {
        return new NvsBackend(disk, PLACE, PAGES);
    }

    @TestFactory
    Stream<DynamicTest> whateverSurvivesEachBatchIsThereWholeOrNotAtAll() {
        return Stream.of(
                test("a new image", null),
                test("an image with values of others", "lib61-mixed"),
                test("an image of an ESP32 whose power was cut", "cut61-update-04"),
                test("an image with a damaged record", "damaged-entry-crc"));
    }

    private static DynamicTest test(String start, String golden) {
        var name = "NVS image, " + start;
        return DynamicTest.dynamicTest(name, () -> {
            var before = golden == null ? null : Golden.image(golden);
            var others = golden == null ? Map.<String, String>of() : others(Golden.items(ImageReader.read(before)));
            var sweep = new BackendSweep(name, PLACE, before, BackendSweep.usual(ImageFaultsTest::on, 60))
                    .inspectedBy(disk -> inspect(disk, others));
            sweep.powerLoss();
            sweep.failures();
        });
    }

    /** What is in other namespaces. */
    private static Map<String, String> others(Map<String, String> items) {
        var others = new HashMap<>(items);
        others.keySet().removeIf(name -> name.startsWith("BTstack/"));
        return others;
    }

    private static void inspect(CrashDisk disk, Map<String, String> others) {
        assertThat(others(LibraryCheck.of(disk.get(PLACE)).items)).isEqualTo(others);
    }

    /** Found by the sweep: a bond was reported as failed, with nothing changed, and was there. */
    @Test
    void aCommitWhoseRenameWasDoneButReportedAsFailedIsInDoubt() throws Exception {
        var reasons = new ArrayList<Reason>();
        for (boolean failed = true; failed;) {
            var disk = new CrashDisk();
            var backend = on(disk);
            backend.open();
            disk.fault = CrashDisk.Fault.EIO_DONE;
            disk.failing = disk.operations + reasons.size();
            try {
                backend.commit(new Batch(BackendSweep.ID, 1, List.of(BackendSweep.put(Tags.CCC, 1, 8))));
                failed = false;
            } catch (TlvException e) {
                reasons.add(e.reason());
                backend.close();
                boolean isThere = on(disk).open().values().containsKey(Tags.CCC);
                assertThat(e.reason()).as("operation %d", reasons.size()).isEqualTo(isThere ? Reason.IN_DOUBT : Reason.FAILED);
            }
        }
        assertThat(reasons).contains(Reason.FAILED, Reason.IN_DOUBT);
    }
}
