package org.everbond.tlv.sealed.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.flash.FlashStore;
import org.everbond.tlv.nvs.NvsStore;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sealed place says whether a content fits: yes exactly when sealing and writing it then succeeds. */
class SealedRoomTest {
    private static final byte[] KEY = new byte[32];

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"nvs, 12K, 8192", "nvs, 24K, 20480", "flash, 4096, 4096", "flash, 16384, 16384"})
    void itSaysYesExactlyWhenTheWriteThenSucceeds(String kind, String size, int octets) throws Exception {
        int fits = 0;
        int cases = 25;
        for (int seed = 0; seed < cases; seed++) {
            var random = new Random(seed);
            var backend = sealed(kind, size, seed);
            // What comes second finds values of the first one there; its store is the same one, or another one.
            for (int round = 0; round < 3; round++) {
                backend.close();
                var present = backend.open();
                var content = content(random, present.values(), octets);
                var room = backend.room(content).orElseThrow();
                var id = round == 1 && random.nextBoolean() ? present.id() : new StoreId(new UUID(1, 2), new UUID(seed, round));
                boolean written = isWritten(backend, id == null ? new StoreId(new UUID(1, 2), new UUID(3, 4)) : id, present, content);
                assertThat(written).as("seed " + seed + ", round " + round + ": " + room).isEqualTo(room.suffices());
                fits += written ? 1 : 0;
                if (written) {
                    backend.close();
                    var now = backend.open().values();
                    assertThat(now.keySet()).isEqualTo(content.keySet());
                    content.forEach((tag, value) -> assertThat(now.get(tag)).isEqualTo(value));
                    assertThat(backend.room(now)).as("what is there needs what it needed").contains(room);
                }
            }
            backend.close();
        }
        System.out.println("room of sealed " + kind + " of " + size + ": of " + 3 * cases + " random contents " + fits + " fit");
        assertThat(fits).isBetween(cases / 2, 3 * cases - cases / 2);
    }

    @Test
    void whereThePlaceInsideDoesNotKnowTheSealedOneDoesNotEither() throws Exception {
        var memory = new org.everbond.tlv.memory.internal.MemoryBackendProvider().create("m", Map.of());
        var backend = new SealedBackend("memory:m", memory, () -> memory, source(), "everbond", null);
        assertThat(backend.room(Map.of(1, new byte[9]))).isEmpty();
        backend.open();
        assertThat(backend.room(Map.of(1, new byte[9]))).isEmpty();
    }

    private SealedBackend sealed(String kind, String size, int seed) throws Exception {
        var file = folder.resolve(kind + size + seed);
        Files.deleteIfExists(file);
        TlvBackend below = kind.equals("nvs")
                ? NvsStore.on(Disk.system(), new DataFolder(folder)).create(file.toString(), Map.of("size", size))
                : FlashStore.on(Disk.system(), new DataFolder(folder)).create(file.toString(), Map.of("bank-size", size));
        return new SealedBackend(file.toString(), below, () -> below, source(), "everbond", null);
    }

    private static KeySource source() {
        return new KeySource() {
            @Override
            public byte[] key(String alias) {
                return KEY.clone();
            }

            @Override
            public String describe(String alias) {
                return alias;
            }
        };
    }

    private static Map<Integer, byte[]> content(Random random, Map<Integer, byte[]> present, int size) {
        var content = new HashMap<Integer, byte[]>();
        present.forEach((tag, value) -> {
            if (random.nextBoolean()) {
                content.put(tag, value);
            }
        });
        int taken = content.values().stream().mapToInt(value -> 60 + value.length).sum();
        int wanted = (int) (size * 1.4 * random.nextDouble());
        for (int tag = 0x41410000 + random.nextInt(100); taken < wanted; tag++) {
            var value = new byte[random.nextInt(4) == 0 ? 1 + random.nextInt(2048) : List.of(8, 16, 100, 176, 2015, 2016).get(random.nextInt(6))];
            random.nextBytes(value);
            content.put(tag, value);
            taken += 60 + value.length;
        }
        return content;
    }

    private static boolean isWritten(SealedBackend backend, StoreId id, Image present, Map<Integer, byte[]> content) throws TlvException {
        var changes = new ArrayList<Change>();
        content.forEach((tag, value) -> {
            if (!Arrays.equals(value, present.values().get(tag))) {
                changes.add(new Change(tag, value));
            }
        });
        present.values().keySet().stream().filter(tag -> !content.containsKey(tag)).forEach(tag -> changes.add(new Change(tag, null)));
        try {
            backend.commit(new Batch(id, present.sequence() + 1, changes));
            return true;
        } catch (TlvException e) {
            assertThat(e.reason()).isEqualTo(Reason.FULL);
            return false;
        }
    }
}
