package org.everbond.tlv.nvs.internal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.everbond.faults.RamDisk;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Batch;

/**
 * Anything may be in the image of a partition: it is read without an exception and holds no more than the image does; what is committed
 * to it is there afterwards with all that was read. With the environment variable {@code JAZZER_FUZZ=1} this goes on looking, guided by coverage; else it runs its corpus.
 */
class ImageFuzzTest {
    private static final Path PLACE = Path.of("/data/nvs.bin");

    @FuzzTest(maxDuration = "10m")
    void anyImageIsRead(byte[] octets) throws Exception {
        // Whole pages; what is missing of the last one is erased.
        int pages = Math.min(8, octets.length / Page.SIZE + 1);
        var image = new byte[pages * Page.SIZE];
        Arrays.fill(image, (byte) 0xff);
        System.arraycopy(octets, 0, image, 0, Math.min(octets.length, image.length));
        var before = image.clone();

        var contents = ImageReader.read(image);
        var values = contents.values(contents.btstack());
        int all = values.values().stream().mapToInt(value -> value.length).sum();
        if (all > image.length) {
            throw new AssertionError("more values than octets");
        }
        if (!Arrays.equals(image, before)) {
            throw new AssertionError("reading has changed the image");
        }
        var change = new Change(0x42424242, new byte[] {4, 2});
        commit(image, values.containsKey(change.tag()) && octets.length % 2 == 0 ? new Change(change.tag(), null) : change);
    }

    private static void commit(byte[] image, Change change) throws Exception {
        var disk = new RamDisk();
        disk.put(PLACE, image);
        try {
            var backend = new NvsBackend(disk, PLACE, 3);
            var found = backend.open();
            if (found.sequence() > Long.MAX_VALUE - 2) {
                return;
            }
            backend.commit(new Batch(NvsBackendTest.ID, found.sequence() + 1, List.of(change)));
            backend.close();
            var expected = new HashMap<>(found.values());
            if (change.isDelete()) {
                expected.remove(change.tag());
            } else {
                expected.put(change.tag(), change.value());
            }
            var again = new NvsBackend(disk, PLACE, 3).open();
            check(again.sequence() == found.sequence() + 1, "the sequence is another one");
            check(again.setAside().isEmpty() || !found.setAside().isEmpty(), "our own image is damaged");
            check(again.values().keySet().equals(expected.keySet()), "a tag came or went");
            expected.forEach((tag, value) -> check(Arrays.equals(again.values().get(tag), value), "a value is another one after a commit"));
        } catch (TlvException e) {
            check(e.reason() == TlvException.Reason.UNUSABLE || e.reason() == TlvException.Reason.FULL, "not refused but " + e.reason());
        }
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
