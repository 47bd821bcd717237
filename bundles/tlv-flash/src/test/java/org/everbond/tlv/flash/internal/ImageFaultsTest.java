package org.everbond.tlv.flash.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;
import org.everbond.faults.BackendSweep;
import org.everbond.faults.CrashDisk;
import org.everbond.faults.CrashDisk.Fault;
import org.everbond.tlv.Tags;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The image file of a flash on a disk with a page cache: of what was not flushed any part survives a power cut, octets that were erased,
 * too, and the length of a new file; and every operation fails in every way.
 */
class ImageFaultsTest {
    private static final Path PLACE = Path.of("/data/flash.bin");
    /** Larger than a sector, and small enough that the bank is changed in the middle of the story. */
    private static final int BANK = 2048;

    private record Kind(FlashMode mode, int alignment) {
        TlvBackend on(Disk disk) {
            return new FlashBackend(new ImageFile(disk, PLACE, alignment, BANK), mode);
        }

        Function<Disk, TlvBackend> backend() {
            return this::on;
        }
    }

    private static Stream<Kind> kinds() {
        if (BackendSweep.EXHAUSTIVE) {
            return Stream.of(FlashMode.values()).flatMap(mode -> Stream.of(1, 2, 4, 8, 16).map(alignment -> new Kind(mode, alignment)));
        }
        return Stream.of(new Kind(FlashMode.OVERWRITE, 1), new Kind(FlashMode.WRITE_ONCE, 4), new Kind(FlashMode.DELETE_FIELD, 8));
    }

    @TestFactory
    Stream<DynamicTest> whateverSurvivesEachBatchIsThereWholeOrNotAtAll() {
        return kinds().flatMap(kind -> Stream.of(
                test("a new image", kind, null),
                test("an image of BTstack's", kind, ofBtstack(kind)),
                test("an image with a damaged record", kind, damaged(kind))));
    }

    private static DynamicTest test(String start, Kind kind, byte[] before) {
        var name = "flash image " + kind.mode() + "/" + kind.alignment() + ", " + start;
        return DynamicTest.dynamicTest(name, () -> {
            var sweep = new BackendSweep(name, PLACE, before, BackendSweep.usual(kind.backend(), 100));
            sweep.powerLoss();
            sweep.failures();
        });
    }

    /** Found by the sweep: the next run told of a change that the power took away again. */
    @Test
    void whatAKilledRunHasWrittenIsFlushedBeforeItIsRead() throws Exception {
        var disk = new CrashDisk();
        var killed = new ImageFile(disk, PLACE, 1, BANK);
        killed.open();
        killed.write(0, 7, new byte[] {1});
        assertThat(disk.units()).isPositive();
        disk.restart();

        new ImageFile(disk, PLACE, 1, BANK).open();

        assertThat(disk.units()).isZero();
    }

    /** Found by the sweep: what a flush had lost was taken for durable after the next one. */
    @Test
    void afterAFailedFlushWhatWasFlushedBeforeGoesToANewFile() throws Exception {
        var disk = new CrashDisk();
        var image = new ImageFile(disk, PLACE, 1, BANK);
        image.open();
        image.write(0, 0, new byte[] {1});
        image.force();
        image.write(0, 1, new byte[] {2});
        disk.fault = Fault.EIO_DONE;
        disk.failing = disk.operations;
        assertThatThrownBy(image::force).isInstanceOf(IOException.class);

        image.close();
        image.open();
        assertThat(octets(image, 2)).containsExactly(1, 0xff);
        image.write(0, CrashDisk.SECTOR + 1, new byte[] {3});
        image.force();
        image.close();

        var next = new ImageFile(disk.afterPowerLoss(new boolean[disk.units()]), PLACE, 1, BANK);
        next.open();
        assertThat(octets(next, 2)).containsExactly(1, 0xff);
        assertThat(octets(next, CrashDisk.SECTOR + 2)).endsWith(0xff, 3);
    }

    private static byte[] octets(ImageFile image, int count) throws IOException {
        var octets = new byte[count];
        image.read(0, 0, octets);
        return octets;
    }

    /** A bond and a value, in bank 0. */
    private static byte[] ofBtstack(Kind kind) {
        var model = BtstackModel.open(kind.mode(), kind.alignment(), BANK, erased());
        model.store(Tags.LE_DEVICE + 9, BackendSweep.put(0, 60, 60).value());
        model.store(Tags.CCC, BackendSweep.put(0, 61, 8).value());
        return model.image();
    }

    private static byte[] damaged(Kind kind) {
        var image = ofBtstack(kind);
        var layout = new Layout(kind.mode(), kind.alignment(), BANK);
        // The length of the first record.
        image[layout.first() + 4] ^= 0x10;
        return image;
    }

    private static byte[] erased() {
        var erased = new byte[2 * BANK];
        Arrays.fill(erased, (byte) 0xff);
        return erased;
    }
}
