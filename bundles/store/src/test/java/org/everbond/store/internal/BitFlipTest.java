package org.everbond.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.everbond.bonds.keys.BondImport;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.faults.CrashDisk;
import org.everbond.faults.FaultSweep;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each bit of a store with five bonds is flipped, in each kind of file: at most the bond it is in is missed, no bond has a key that it had
 * not, root keys and identity address are those that were there, and what is damaged is kept before anything is written. In a sealed store AES-GCM refuses what was changed: one value at most is missing, every other is as it was, and
 * what opens it is there twice.
 */
class BitFlipTest {
    private static final Path FROM = Path.of("/data/from");
    static final Path FILE = Path.of("/data/store");
    /** In files of some size every few bits, unless everything is tried. */
    private static final int MOST = FaultSweep.EXHAUSTIVE ? Integer.MAX_VALUE : 12_000;

    @TestFactory
    Stream<DynamicTest> aFlippedBitCostsAtMostOneBondAndNeverYieldsAnotherKey() {
        return Stream.of(
                test("file", "--format", "file"),
                test("flash overwrite", "--format", "flash", "--bank-size", "4096"),
                test("flash write-once", "--format", "flash", "--mode", "write-once", "--alignment", "4", "--bank-size", "4096"),
                test("flash delete-field", "--format", "flash", "--mode", "delete-field", "--alignment", "8", "--bank-size", "4096"),
                test("NVS", "--format", "nvs", "--size", "24K"));
    }

    private static DynamicTest test(String name, String... options) {
        return DynamicTest.dynamicTest(name, () -> new Flips(name, List.of(options)).run());
    }

    @TestFactory
    Stream<DynamicTest> aFlippedBitInASealedStoreCostsAtMostTheValueItIsIn() {
        return Stream.of(
                sealed("sealed file", "--format", "file"),
                sealed("sealed flash", "--format", "flash", "--bank-size", "8192"),
                sealed("sealed NVS", "--format", "nvs", "--size", "24K"));
    }

    private static DynamicTest sealed(String name, String... options) {
        return DynamicTest.dynamicTest(name, () -> new SealedFlips(name, Stream.concat(Stream.of(options), Stream.of("--from-address", "D9:BB:EF:AB:94:F9/random")).toList()).run());
    }

    private static final class Flips {
        private final String name;
        private final Arguments.Kind kind;
        private final byte[] whole;
        private final Map<DeviceAddress, String> bonds;
        private final String identity;
        private int flipped;
        private int missed;
        private int told;
        private int refused;

        Flips(String name, List<String> options) throws Exception {
            this.name = name;
            whole = imported(words(options)).get(FILE);
            kind = Arguments.parse(words(options)).target();
            var store = open(whole);
            bonds = bonds(store);
            identity = identity(store);
            assertThat(bonds).hasSizeGreaterThan(3);
            assertThat(store.findings()).isEmpty();
        }

        void run() throws Exception {
            int bits = whole.length * 8;
            int step = Math.max(1, bits / MOST) | 1;
            for (int bit = 0; bit < bits; bit += step) {
                flip(bit);
            }
            System.out.println("bit flips: " + name + ": " + flipped + " of " + bits + " bits, " + missed + " cost a bond, " + told
                    + " are told of, none costs our identity, " + refused + " make it no store");
            assertThat(missed).as("cost a bond").isLessThan(flipped / 2);
        }

        private void flip(int bit) throws Exception {
            var octets = whole.clone();
            octets[bit / 8] ^= (byte) (1 << bit % 8);
            var when = name + ", bit " + bit % 8 + " of octet " + bit / 8;
            flipped++;
            StoreFile store;
            try {
                store = open(octets);
            } catch (TlvException e) {
                refused++;
                return;
            }
            var found = bonds(store);
            var missing = new HashSet<>(bonds.keySet());
            missing.removeAll(found.keySet());
            assertThat(missing).as(when + ": " + store.findings()).hasSizeLessThanOrEqualTo(1);
            found.forEach((identity, keys) -> assertThat(keys).as(when + ": " + identity + " " + store.findings()).isEqualTo(bonds.get(identity)));
            missed += missing.size();
            told += store.findings().isEmpty() ? 0 : 1;
            assertThat(identity(store)).as(when + ": " + store.findings()).isEqualTo(identity);
            if (!store.image().setAside().isEmpty() && flipped % 50 == 0) {
                isKept(octets, when);
            }
        }

        /** The gateway's own backend opens it and writes. */
        private void isKept(byte[] octets, String when) throws Exception {
            var disk = new CrashDisk();
            disk.put(FILE, octets);
            var backend = kind.format().orElseThrow().backend(disk, FILE, kind.options(), kind.key());
            var image = backend.open();
            backend.commit(new Batch(image.id() == null ? open(whole).image().id() : image.id(), image.sequence() + 1,
                    List.of(new Change(0x41414141, new byte[] {1}))));
            backend.close();
            assertThat(disk.names()).as(when).anyMatch(path -> Arrays.equals(disk.get(path), octets));
        }

        private StoreFile open(byte[] octets) throws Exception {
            return StoreFile.of(FILE, octets, kind.format().orElseThrow(), kind.options(), kind.key(), "");
        }
    }

    static List<String> words(List<String> options) {
        return Stream.concat(Stream.of("import", FROM.toString(), FILE.toString()), options.stream()).toList();
    }

    static CrashDisk imported(List<String> words) throws Exception {
        var disk = new CrashDisk();
        disk.put(FROM, golden());
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        Importing.run(Arguments.parse(words), disk, nowhere, nowhere);
        return disk;
    }

    private static byte[] golden() throws IOException {
        try (var golden = BitFlipTest.class.getResourceAsStream("/golden/5bonds-history.tlv")) {
            return golden.readAllBytes();
        }
    }

    static Map<DeviceAddress, String> bonds(StoreFile store) {
        var found = new HashMap<DeviceAddress, String>();
        for (var kept : store.bonds().bonds()) {
            var keys = kept.keys();
            found.put(kept.bond().identity(), Words.hex(keys.ltk()) + " " + Words.hex(keys.irk()) + " " + kept.bond().security() + " "
                    + kept.subscriptions().map(Subscriptions::values));
        }
        return found;
    }

    static String keysOf(String bond) {
        return bond.substring(0, bond.indexOf(" BondSecurity"));
    }

    /** As whom the gateway would go on with it: root keys and address as they count then. */
    static String identity(StoreFile store) throws TlvException {
        var image = store.image();
        var content = Merge.Content.of(image.values(), image.id(), image.sequence(), image.setAside());
        var nothing = new Merge.Content(null, 0, Map.of(), List.of(), List.of());
        var options = new BondImport.Options(false, false, BondImport.Identity.KEEP, Optional.empty(), Optional.empty(), 0);
        var id = image.id() == null ? new StoreId(new UUID(1, 2), new UUID(3, 4)) : image.id();
        var keys = BondImport.plan(content, id, nothing, options).keys();
        return keys.map(roots -> Words.hex(roots.er()) + " " + Words.hex(roots.ir())).orElse("none") + " " + store.bonds().identityAddress();
    }
}
