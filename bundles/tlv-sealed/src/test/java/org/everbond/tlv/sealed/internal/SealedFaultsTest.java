package org.everbond.tlv.sealed.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.everbond.faults.BackendSweep;
import org.everbond.faults.BackendSweep.Commit;
import org.everbond.faults.BackendSweep.Run;
import org.everbond.faults.BackendSweep.Step;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.file.FileStore;
import org.everbond.tlv.flash.FlashStore;
import org.everbond.tlv.nvs.NvsStore;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.junit.jupiter.api.DynamicTest;
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

    private static Stream<Kind> kinds() {
        var folder = new DataFolder(Path.of("/data"));
        return Stream.of(
                new Kind("file", disk -> FileStore.on(disk, folder), Map.of(), 100),
                new Kind("flash", disk -> FlashStore.on(disk, folder), Map.of("bank-size", "12288"), 100),
                new Kind("flash write-once", disk -> FlashStore.on(disk, folder), Map.of("bank-size", "12288", "mode", "write-once"), 100),
                new Kind("NVS", disk -> NvsStore.on(disk, folder), Map.of("size", "24K"), 60));
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
}
