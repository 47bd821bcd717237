package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.everbond.faults.RamDisk;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Anything may be in an image. */
class HostileImagesTest {
    /** More with {@code -Deverbond.fuzz.cases=}. */
    private static final int CASES = Integer.getInteger("everbond.fuzz.cases", 20_000);

    @Test
    void noMutatedImageIsMoreThanUnreadable() throws Exception {
        var seeds = new ArrayList<byte[]>();
        for (var name : Golden.names()) {
            seeds.add(Golden.image(name));
        }
        var reasons = new HashMap<String, Integer>();
        for (int seed = 0; seed < CASES; seed++) {
            var random = new Random(seed);
            var image = mutated(seeds, random);
            try {
                reasons.merge(openAndWrite(image), 1, Integer::sum);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        System.out.println("NVS backend, " + CASES + " mutated images: " + reasons);
        assertThat(reasons.get("written")).isGreaterThan(CASES / 2);
    }

    /** What is read is bounded by the image, and what was read is there after it was written. */
    private static String openAndWrite(byte[] image) {
        var disk = new RamDisk();
        disk.put(NvsBackendTest.PLACE, image);
        var backend = new NvsBackend(disk, NvsBackendTest.PLACE, 3);
        try {
            var found = backend.open();
            assertThat(found.setAside()).hasSizeLessThanOrEqualTo(200);
            long octets = found.values().values().stream().mapToLong(value -> value.length).sum();
            assertThat(octets).isLessThanOrEqualTo(image.length);
            backend.commit(new Batch(NvsBackendTest.ID, 1, List.of(new Change(0x41414141, new byte[] {1, 2, 3}))));
            backend.close();
            var again = backend.open().values();
            assertThat(again).containsEntry(0x41414141, new byte[] {1, 2, 3});
            found.values().forEach((tag, value) -> assertThat(tag == 0x41414141 || Arrays.equals(again.get(tag), value)).isTrue());
            return "written";
        } catch (TlvException e) {
            assertThat(e.reason()).isIn(Reason.UNUSABLE, Reason.FULL);
            assertThat(disk.get(NvsBackendTest.PLACE)).isEqualTo(image);
            return e.reason().toString();
        }
    }

    private static byte[] mutated(List<byte[]> seeds, Random random) {
        var image = seeds.get(random.nextInt(seeds.size())).clone();
        int mutations = 1 + random.nextInt(8);
        for (int i = 0; i < mutations; i++) {
            image = mutate(image, seeds, random);
        }
        return image;
    }

    private static byte[] mutate(byte[] image, List<byte[]> seeds, Random random) {
        if (image.length == 0) {
            return image;
        }
        int at = random.nextInt(image.length);
        switch (random.nextInt(7)) {
            case 0 -> image[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> image[at] = (byte) random.nextInt();
            case 2 -> Arrays.fill(image, at, Math.min(image.length, at + random.nextInt(300)), (byte) (random.nextBoolean() ? 0 : 0xff));
            case 3 -> {
                // A page of another image.
                var other = seeds.get(random.nextInt(seeds.size()));
                int from = random.nextInt(other.length / Page.SIZE) * Page.SIZE;
                System.arraycopy(other, from, image, at / Page.SIZE * Page.SIZE, Math.min(Page.SIZE, image.length - at / Page.SIZE * Page.SIZE));
            }
            case 4 -> {
                return Arrays.copyOf(image, at);
            }
            case 5 -> {
                // The bitmap of a page.
                int page = at / Page.SIZE * Page.SIZE;
                for (int i = 32; i < 64 && page + i < image.length; i++) {
                    image[page + i] = (byte) random.nextInt();
                }
            }
            default -> resealed(image, at / Page.SIZE * Page.SIZE, random);
        }
        return image;
    }

    /** Changes a head and makes its checksum right again. */
    private static void resealed(byte[] image, int page, Random random) {
        int at = page + 64 + 32 * random.nextInt(Page.ENTRIES);
        if (at + 32 > image.length) {
            return;
        }
        int[] interesting = {0, 1, 2, 3, 24, 25, 28, 29, 8, 23};
        for (int i = 0; i < 2; i++) {
            image[at + interesting[random.nextInt(interesting.length)]] = (byte) random.nextInt();
        }
        int crc = new NvsCrc().add(image, at, 4).add(image, at + 8, 24).value();
        ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 4, crc);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lib61-history", "lib51-history", "gen-v1-btstack"})
    void noFlippedBitCostsMoreThanOneValue(String name) throws Exception {
        var golden = Golden.image(name);
        var before = ImageReader.read(golden);
        var expected = before.values(before.btstack());
        int costly = 0;
        int silent = 0;
        for (int bit = 0; bit < Page.SIZE * 8; bit++) {
            var image = golden.clone();
            image[bit / 8] ^= (byte) (1 << bit % 8);
            var contents = ImageReader.read(image);
            var found = contents.values(contents.btstack());
            found.forEach((tag, value) -> assertThat(value).isEqualTo(expected.get(tag)));
            assertThat(found.size()).as("bit " + bit).isGreaterThanOrEqualTo(expected.size() - 1);
            if (found.size() < expected.size()) {
                costly++;
                silent += contents.damage().isEmpty() ? 1 : 0;
            }
        }
        System.out.println("NVS backend, " + name + ": of " + Page.SIZE * 8 + " bits " + costly + " cost a value, " + silent
                + " of them look like a deletion");
        // The two bits that say whether an item is there: all of those in a version 1 image, where an item has a bit pair for each
        // of its entries, the index in a version 2 image.
        int pairs = before.stored().stream().filter(Stored::isBlob).mapToInt(value -> value.head().span()).sum();
        assertThat(silent).isLessThanOrEqualTo(2 * pairs);
        assertThat(costly).isGreaterThan(1000);
    }

    @Test
    void manyIndicesOfTheSameChunksAreReadInTime() throws Exception {
        // Each page is full of indices that name 127 chunks; all of them say the same.
        var items = new ArrayList<Item>();
        items.add(Item.namespace("BTstack", 1));
        for (int i = 0; i < 127; i++) {
            items.add(Item.of(1, Item.CHUNK, i, "41414141", new byte[1], 0, 1));
        }
        for (int i = 0; i < 126 * 200; i++) {
            items.add(Item.index(1, "41414141", 127, 127));
        }
        var image = ImageWriter.write(210, Page.VERSION_2, items, 1, Map.of());
        var contents = ImageReader.read(image);
        assertThat(contents.values(1)).hasSize(1);
        assertThat(contents.values(1).get(0x41414141)).hasSize(127);
    }
}
