package org.everbond.tlv.sealed.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.everbond.faults.BackendSweep;
import org.everbond.faults.BackendSweep.Commit;
import org.everbond.faults.BackendSweep.Run;
import org.everbond.faults.BackendSweep.Step;
import org.everbond.faults.CrashDisk;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.file.FileStore;
import org.everbond.tlv.flash.FlashStore;
import org.everbond.tlv.nvs.NvsStore;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A sealed store on a disk that loses power and fails, in each kind of file: while it is sealed for the first time, while bonds come and go,
 * while it gets another key, and while another store takes its place.
 */
class SealedFaultsTest {
    private static final Path PLACE = Path.of("/data/bonds");
    private static final StoreId OTHER = new StoreId(BackendSweep.ID.lineage(), new UUID(5, 6));

    private static final KeySource KEYS = new KeySource() {
        @Override
        public byte[] key(String alias) {
            return (alias + " key of the test").getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String describe(String alias) {
            return alias;
        }
    };

    private record Kind(String name, Function<Disk, TlvBackendProvider> provider, Map<String, String> options, int entry) {
        /** @param old null for none */
        Function<Disk, TlvBackend> under(String key, String old) {
            return disk -> {
                var below = provider.apply(disk).create(PLACE.toString(), options);
                return new SealedBackend(PLACE.toString(), below, () -> below, KEYS, key, old);
            };
        }
    }

    private static final DataFolder FOLDER = new DataFolder(Path.of("/data"));
    private static final Kind FILE = new Kind("file", disk -> FileStore.on(disk, FOLDER), Map.of(), 100);

    private static Stream<Kind> kinds() {
        return Stream.of(
                FILE,
                new Kind("flash", disk -> FlashStore.on(disk, FOLDER), Map.of("bank-size", "12288"), 100),
                new Kind("NVS", disk -> NvsStore.on(disk, FOLDER), Map.of("size", "24K"), 60));
    }

    @TestFactory
    Stream<DynamicTest> whateverSurvivesEachValueIsTheOldOrTheNewOne() {
        return kinds().flatMap(kind -> Stream.of(
                test(kind, "bonds", BackendSweep.usual(kind.under("first", null), kind.entry())),
                test(kind, "another key and another store", moving(kind))));
    }

    private static DynamicTest test(Kind kind, String story, List<Step> steps) {
        var name = "sealed " + kind.name() + ", " + story;
        return DynamicTest.dynamicTest(name, () -> {
            var sweep = new BackendSweep(name, PLACE, null, steps);
            sweep.powerLoss();
            sweep.failures();
        });
    }

    private static List<Step> moving(Kind kind) {
        int bond = Tags.LE_DEVICE + 15;
        return List.of(
                new Run(kind.under("first", null)),
                BackendSweep.commit(BackendSweep.put(bond, 1, kind.entry()), BackendSweep.put(0x41414141, 2, 2048)),
                new Run(kind.under("second", "first")),
                BackendSweep.commit(BackendSweep.put(Tags.CCC, 3, 8), BackendSweep.put(0x41414141, 4, 2040)),
                new Commit(OTHER, List.of(BackendSweep.put(bond - 1, 5, kind.entry()))),
                new Commit(OTHER, List.of(BackendSweep.delete(bond))),
                new Run(kind.under("third", "second")));
    }

    /** Found by the sweep: such a store could not be opened any more. */
    @Test
    void aStoreWhoseFirstCommitWasCutOffBehindItsIdIsEmpty() throws Exception {
        var disk = new CrashDisk();
        var clear = FILE.provider().apply(disk).create(PLACE.toString(), Map.of());
        clear.open();
        clear.commit(new Batch(BackendSweep.ID, 1, List.of()));
        clear.close();

        var sealed = FILE.under("first", null).apply(disk);
        assertThat(sealed.open().values()).isEmpty();
        var value = BackendSweep.put(Tags.CCC, 1, 8);
        sealed.commit(new Batch(BackendSweep.ID, 2, List.of(value)));
        sealed.close();
        assertThat(FILE.under("first", null).apply(disk).open().values()).containsOnlyKeys(Tags.CCC);
    }

    /** A log keeps what is behind a lost sector: what others rely on must not be in the same batch. */
    @Test
    void theSecondPartOfAValueIsDurableBeforeTheFirst() throws Exception {
        var batches = new ArrayList<Batch>();
        var below = new Recording(FILE.provider().apply(new CrashDisk()).create(PLACE.toString(), Map.of()), batches);
        var sealed = new SealedBackend(PLACE.toString(), below, () -> below, KEYS, "first", null);
        sealed.open();
        sealed.commit(new Batch(BackendSweep.ID, 1, List.of(BackendSweep.put(Tags.CCC, 1, 8))));
        assertThat(batches).extracting(batch -> batch.changes().size()).as("the seal, the value, the copy of the seal").containsExactly(1, 1, 1);

        batches.clear();
        sealed.commit(new Batch(BackendSweep.ID, 2, List.of(BackendSweep.put(0x41414141, 2, 2048))));
        sealed.commit(new Batch(BackendSweep.ID, 3, List.of(BackendSweep.put(0x41414141, 3, 2048))));
        assertThat(batches).extracting(Batch::sequence).as("second part, first part; the same, and the old second part goes").containsExactly(1L, 2L, 2L, 3L, 3L);
        assertThat(batches).allSatisfy(batch -> assertThat(batch.changes()).hasSize(1));
        assertThat(batches.get(4).changes().get(0).tag()).isEqualTo(batches.get(0).changes().get(0).tag());

        batches.clear();
        sealed.commit(new Batch(BackendSweep.ID, 4, List.of(BackendSweep.put(0x41414141, 4, 2048), BackendSweep.put(0x41414141, 5, 2048))));
        sealed.close();
        assertThat(sealed.open().values().get(0x41414141)).isEqualTo(BackendSweep.put(0x41414141, 5, 2048).value());
    }

    private record Recording(TlvBackend below, List<Batch> batches) implements TlvBackend {
        @Override
        public BackendInfo info() {
            return below.info();
        }

        @Override
        public Image open() throws TlvException {
            return below.open();
        }

        @Override
        public void commit(Batch batch) throws TlvException {
            below.commit(batch);
            batches.add(batch);
        }

        @Override
        public void close() {
            below.close();
        }
    }
}
