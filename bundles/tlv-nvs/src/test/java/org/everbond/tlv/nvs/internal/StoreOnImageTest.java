package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store in front and images together: swaps, restarts, and a device that writes in between. */
@Timeout(60)
class StoreOnImageTest {
    private static final int COMPANION = 0xe9000000;
    private static final int BOND = Tags.LE_DEVICE | 15;

    @TempDir
    private Path folder;

    private TlvStoreOwner owner = TlvStore.create("gateway", Options.DEFAULTS);

    @AfterEach
    void stop() {
        owner.close();
    }

    @Test
    void aSwapToALargerImageTakesEverythingAlong() throws Exception {
        owner.bind(image("small.bin", "12K"));
        commit(new Transaction().put(Tags.ER, new byte[16]).put(COMPANION, new byte[500]).put(BOND, new byte[60]));
        var id = owner.store().id();
        var larger = image("larger.bin", "64K");
        owner.bind(larger);
        await(() -> owner.store().backend().resource().endsWith("larger.bin"));
        commit(new Transaction().delete(COMPANION));
        assertThat(tags("larger.bin")).containsKeys(Tags.ER, BOND).doesNotContainKey(COMPANION);
        // What was left behind is an ancestor now: the next swap does not bring anything of it back.
        owner.bind(image("small.bin", "12K"));
        await(() -> owner.store().backend().resource().endsWith("small.bin"));
        commit(new Transaction().put(Tags.IR, new byte[16]));
        assertThat(tags("small.bin")).containsKeys(Tags.ER, Tags.IR, BOND).doesNotContainKey(COMPANION);
        assertThat(owner.store().id()).isEqualTo(id);
    }

    @Test
    void aSwapToAnImageThatIsTooSmallIsRefusedAndTheOldOneServesOn() throws Exception {
        owner.bind(image("large.bin", "64K"));
        for (int i = 0; i < 10; i++) {
            commit(new Transaction().put(COMPANION + i, new byte[1000]));
        }
        owner.bind(image("small.bin", "12K"));
        await(() -> !owner.obstacle().isEmpty());
        assertThat(owner.obstacle()).contains("small.bin").contains("too small");
        commit(new Transaction().put(BOND, new byte[60]));
        assertThat(owner.store().backend().resource()).endsWith("large.bin");
        assertThat(tags("large.bin")).hasSizeGreaterThan(11);
        assertThat(Files.readAllBytes(folder.resolve("small.bin"))).containsOnly(0xff);
    }

    @Test
    void whatFitsByCountButNotIntoThePagesIsRefusedBeforeAnythingIsWritten() throws Exception {
        owner.bind(image("large.bin", "64K"));
        // Each takes 4 entries and wastes most of the second one.
        for (int i = 0; i < 62; i++) {
            commit(new Transaction().put(COMPANION + i, new byte[33]));
        }
        owner.bind(image("small.bin", "12K"));
        await(() -> !owner.obstacle().isEmpty());
        assertThat(owner.obstacle()).contains("small.bin is too small: the store has 63 values of ", "which need 16384 octets there, but it has 12288");
        assertThat(Files.readAllBytes(folder.resolve("small.bin"))).containsOnly(0xff);
        assertThat(owner.store().state()).isEqualTo(TlvState.READY);
    }

    @Test
    void aBondThatTheDeviceHasMadeMeanwhileIsThereAfterTheRestart() throws Exception {
        owner.bind(image("nvs.bin", "24K"));
        commit(new Transaction().put(Tags.ER, new byte[16]).put(BOND, new byte[60]));
        owner.close();
        var file = folder.resolve("nvs.bin");
        var contents = ImageReader.read(Files.readAllBytes(file));
        var kept = contents.stored().stream().flatMap(value -> value.items().stream()).toList();
        Files.write(file, ImageWriter.write(6, Page.VERSION_2, kept, contents.btstack(), Map.of("4254440E", new byte[60])));

        owner = TlvStore.create("again", Options.DEFAULTS);
        owner.bind(image("nvs.bin", "24K"));
        await(() -> owner.store().state() == TlvState.READY);
        assertThat(owner.store().tags()).contains(BOND, Tags.LE_DEVICE | 14, Tags.ER);
        commit(new Transaction().put(COMPANION, new byte[60]));
        assertThat(tags("nvs.bin")).containsKeys(BOND, Tags.LE_DEVICE | 14, COMPANION);
    }

    @Test
    void aFullImageRefusesTheCommitAndStaysReady() throws Exception {
        owner.bind(image("nvs.bin", "12K"));
        var values = new Transaction();
        List.of(0, 1, 2).forEach(i -> values.put(COMPANION + i, new byte[2048]));
        commit(values);
        var refused = owner.store().commit(new Transaction().put(BOND, new byte[2048])).handle((done, failure) -> failure);
        assertThat(refused.toCompletableFuture().get(20, TimeUnit.SECONDS)).hasMessageContaining("is full");
        assertThat(owner.store().state()).isEqualTo(TlvState.READY);
        commit(new Transaction().delete(COMPANION).put(BOND, new byte[60]));
    }

    private TlvBackend image(String name, String size) {
        return new NvsBackendProvider(folder).create(name, Map.of("size", size));
    }

    private Map<Integer, byte[]> tags(String name) throws Exception {
        return LibraryCheck.of(Files.readAllBytes(folder.resolve(name))).tags();
    }

    private void commit(Transaction transaction) throws Exception {
        owner.store().commit(transaction).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Looks again whenever the store says that something has changed. */
    private void await(BooleanSupplier condition) throws Exception {
        while (!condition.getAsBoolean()) {
            var changed = new CountDownLatch(1);
            try (var listening = owner.store().listen((state, generation) -> changed.countDown())) {
                if (!condition.getAsBoolean()) {
                    changed.await(100, TimeUnit.MILLISECONDS);
                }
            }
        }
    }
}
