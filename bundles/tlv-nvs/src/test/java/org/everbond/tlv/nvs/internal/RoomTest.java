package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.everbond.faults.RamDisk;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.everbond.tlv.spi.TlvBackend.Room;
import org.junit.jupiter.api.Test;

/** Before a swap the image says whether a content fits: yes exactly when writing it then succeeds, and no without anything changing. */
class RoomTest {
    private static final int CASES = Integer.getInteger("everbond.rooms", 3_000);
    private static final int APART = 0x41410000;

    private int fits;
    private int full;

    @Test
    void itSaysYesExactlyWhenTheWriteThenSucceeds() throws Exception {
        var goldens = GoldenImagesTest.readable();
        for (int seed = 0; seed < CASES; seed++) {
            var random = new Random(seed);
            var golden = random.nextInt(4) == 0 ? null : goldens.get(random.nextInt(goldens.size()));
            var image = golden == null ? ImageWriter.erased(2 + random.nextInt(6)) : Golden.image(golden);
            check("seed " + seed + " on " + golden, image, random);
        }
        System.out.println("room of NVS images: " + fits + " random contents fit, " + full + " did not");
        assertThat(fits).isGreaterThan(CASES / 4);
        assertThat(full).isGreaterThan(CASES / 4);
    }

    private void check(String name, byte[] image, Random random) throws Exception {
        var disk = new RamDisk();
        disk.put(NvsBackendTest.PLACE, image);
        var backend = new NvsBackend(disk, NvsBackendTest.PLACE, 3);
        var found = backend.open();
        // Two contents one after the other: the second one finds what the first one has left.
        for (int round = 0; round < 2; round++) {
            var present = round == 0 ? found : reopened(backend);
            var content = content(random, present.values(), image.length);
            var room = backend.room(content).orElseThrow();
            var before = disk.get(NvsBackendTest.PLACE);
            assertThat(room.available()).as(name).isEqualTo(before.length / Page.SIZE * Page.SIZE + (before.length % Page.SIZE == 0 ? 0 : Page.SIZE));
            boolean written = isWritten(backend, present, content);
            assertThat(written).as(name + ", round " + round + ": " + room).isEqualTo(room.suffices());
            if (written) {
                fits++;
                var now = reopened(backend).values();
                assertThat(now.keySet()).as(name).isEqualTo(content.keySet());
                content.forEach((tag, value) -> assertThat(now.get(tag)).as(name).isEqualTo(value));
                assertThat(backend.room(now)).as("what is there needs what it needed").contains(room);
            } else {
                full++;
                assertThat(disk.get(NvsBackendTest.PLACE)).as(name).isEqualTo(before);
            }
        }
    }

    private static Image reopened(NvsBackend backend) throws TlvException {
        backend.close();
        return backend.open();
    }

    /** Some of what is there, some of it changed, and new values until about as much is taken as the image has. */
    private static Map<Integer, byte[]> content(Random random, Map<Integer, byte[]> present, int size) {
        var content = new HashMap<Integer, byte[]>();
        present.forEach((tag, value) -> {
            if (random.nextInt(3) > 0) {
                content.put(tag, random.nextBoolean() ? value : octets(random, isEntry(tag) ? value.length : length(random)));
            }
        });
        double wanted = size * random.nextDouble() * 1.2;
        double taken = content.values().stream().mapToInt(value -> 96 + value.length).sum();
        int longest = random.nextBoolean() ? 60 : 2048;
        for (int tag = APART; taken < wanted; tag++) {
            var value = octets(random, 1 + random.nextInt(Math.min(longest, length(random) + 1)));
            content.put(tag, value);
            taken += 96 + value.length;
        }
        return content;
    }

    private static boolean isEntry(int tag) {
        return (tag & 0xffffff00) == Tags.LE_DEVICE;
    }

    private static int length(Random random) {
        return List.of(1, 8, 16, 33, 60, 100, 176, 400, 401, 1000, 2048).get(random.nextInt(11));
    }

    private static byte[] octets(Random random, int length) {
        var octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    private static boolean isWritten(NvsBackend backend, Image present, Map<Integer, byte[]> content) throws TlvException {
        var changes = new ArrayList<Change>();
        content.forEach((tag, value) -> {
            if (!Arrays.equals(value, present.values().get(tag))) {
                changes.add(new Change(tag, value));
            }
        });
        present.values().keySet().stream().filter(tag -> !content.containsKey(tag)).forEach(tag -> changes.add(new Change(tag, null)));
        try {
            backend.commit(new Batch(NvsBackendTest.ID, present.sequence() + 1, changes));
            return true;
        } catch (TlvException e) {
            assertThat(e.reason()).isEqualTo(Reason.FULL);
            return false;
        }
    }

    /** So that a full image never refuses a bond to be forgotten. */
    @Test
    void lessNeverNeedsMore() throws Exception {
        var backend = new NvsBackend(new RamDisk(), NvsBackendTest.PLACE, 3);
        backend.open();
        for (int seed = 0; seed < CASES / 30; seed++) {
            var content = content(new Random(seed), Map.of(), 8 * Page.SIZE);
            long needed = backend.room(content).map(Room::needed).orElseThrow();
            for (int tag : List.copyOf(content.keySet())) {
                var value = content.remove(tag);
                assertThat(backend.room(content).map(Room::needed).orElseThrow()).as("seed " + seed).isLessThanOrEqualTo(needed);
                content.put(tag, value);
            }
        }
    }

    @Test
    void whatTheImageNeverTakesItSaysInItsOwnWords() throws Exception {
        var disk = new RamDisk();
        disk.put(NvsBackendTest.PLACE, Golden.image("lib61-er-ir-1bond"));
        var backend = new NvsBackend(disk, NvsBackendTest.PLACE, 3);
        var content = new HashMap<>(backend.open().values());
        content.put(Tags.LE_DEVICE | 3, new byte[100]);
        assertThatThrownBy(() -> backend.room(content)).isInstanceOf(TlvException.class)
                .hasMessageContaining("bond entries of 60 octets").hasMessageContaining("btstack.entrySize=60");
    }
}
