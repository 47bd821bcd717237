package org.everbond.tlv.nvs.internal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * Anything may be in the image of a partition: it is read without an exception and holds no more than the image does. With the
 * environment variable {@code JAZZER_FUZZ=1} this goes on looking, guided by coverage; else it runs its corpus.
 */
class ImageFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void anyImageIsRead(byte[] octets) {
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
    }
}
