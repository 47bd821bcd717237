package org.everbond.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.everbond.faults.CrashDisk;
import org.everbond.faults.FaultSweep;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.sealed.internal.KeySource;
import org.everbond.tlv.sealed.internal.SealedBackend;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;

/** Bits of a sealed store, flipped one at a time: the store is read with its key, up to the bonds. */
final class SealedFlips {
    private static final KeySource KEY = new KeySource() {
        @Override
        public byte[] key(String alias) {
            return new byte[32];
        }

        @Override
        public String describe(String alias) {
            return alias;
        }
    };
    /** Each try derives the keys and opens every value. */
    private static final int MOST = FaultSweep.EXHAUSTIVE ? Integer.MAX_VALUE : 3_000;

    private final String name;
    private final Arguments.Kind kind;
    private final byte[] octets;
    private final StoreFile whole;
    private final String identity;
    private int flipped;
    private int values;
    private int most;
    private int bonds;
    private int told;

    SealedFlips(String name, List<String> options) throws Exception {
        this.name = name;
        kind = Arguments.parse(BitFlipTest.words(options)).target();
        var clear = StoreFile.open(BitFlipTest.imported(BitFlipTest.words(options)), BitFlipTest.FILE, kind);
        var disk = new CrashDisk();
        var backend = backend(disk);
        backend.open();
        backend.commit(new Batch(clear.image().id(), clear.image().sequence(),
                clear.image().values().entrySet().stream().map(entry -> new Change(entry.getKey(), entry.getValue())).toList()));
        backend.close();
        octets = disk.get(BitFlipTest.FILE);
        whole = open(octets);
        assertThat(BitFlipTest.bonds(whole)).isEqualTo(BitFlipTest.bonds(clear)).hasSizeGreaterThan(3);
        assertThat(whole.findings()).isEmpty();
        assertThat(whole.bonds().identityAddress()).isPresent();
        identity = BitFlipTest.identity(whole);
    }

    void run() throws Exception {
        int bits = octets.length * 8;
        int step = Math.max(1, bits / MOST) | 1;
        for (int bit = 0; bit < bits; bit += step) {
            flip(bit);
        }
        System.out.println("bit flips: " + name + ": " + flipped + " of " + bits + " bits, " + values + " cost a value (" + most + " at most), " + bonds + " a bond, none our identity, " + told + " are told of, none leaves the store closed");
        assertThat(values).as("cost a value").isPositive();
    }

    private void flip(int bit) throws Exception {
        var damaged = octets.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        var when = name + ", bit " + bit % 8 + " of octet " + bit / 8;
        flipped++;
        StoreFile store;
        try {
            store = open(damaged);
        } catch (TlvException e) {
            throw new AssertionError(when + " leaves the store closed", e);
        }
        var found = store.image().values();
        found.forEach((tag, value) -> assertThat(value).as(when + ": " + Integer.toHexString(tag)).isEqualTo(whole.image().values().get(tag)));
        int missing = whole.image().values().size() - found.size();
        // In flash the value behind a damaged length may be lost as well: there are no checksums.
        assertThat(missing).as(when + ": values missing, " + store.findings()).isLessThanOrEqualTo(name.contains("flash") ? 2 : 1);
        most = Math.max(most, missing);
        var had = BitFlipTest.bonds(whole);
        var has = BitFlipTest.bonds(store);
        has.forEach((identity, keys) -> assertThat(BitFlipTest.keysOf(keys)).as(when + ": " + identity).isEqualTo(BitFlipTest.keysOf(had.get(identity))));
        assertThat(had.size() - has.size()).as(when + ": bonds missing, " + store.findings()).isLessThanOrEqualTo(missing);
        if (missing > 0) {
            assertThat(store.findings()).as(when).isNotEmpty();
        }
        assertThat(BitFlipTest.identity(store)).as(when + ": " + store.findings()).isEqualTo(identity);
        values += missing > 0 ? 1 : 0;
        bonds += had.size() > has.size() ? 1 : 0;
        told += store.findings().isEmpty() ? 0 : 1;
        if (!store.image().setAside().isEmpty() && flipped % 50 == 0) {
            staysWhenWritten(damaged, found, when);
        }
    }

    /** The gateway's own backend opens it and writes: what is damaged is kept as it was, what opened opens. */
    private void staysWhenWritten(byte[] damaged, Map<Integer, byte[]> found, String when) throws Exception {
        var disk = new CrashDisk();
        disk.put(BitFlipTest.FILE, damaged);
        var backend = backend(disk);
        var image = backend.open();
        backend.commit(new Batch(image.id(), image.sequence() + 1, List.of(new Change(0x41414141, new byte[] {1}))));
        backend.close();
        var after = backend(disk).open().values();
        assertThat(after.remove(0x41414141)).as(when).containsExactly(1);
        assertThat(after).as(when).containsExactlyInAnyOrderEntriesOf(found);
    }

    private StoreFile open(byte[] octets) throws Exception {
        return StoreFile.of(BitFlipTest.FILE, octets, kind.format().orElseThrow(), kind.options(), Optional.empty(),
                backend(MemoryDisk.with(BitFlipTest.FILE, octets)));
    }

    private TlvBackend backend(Disk disk) throws ToolException {
        var below = kind.format().orElseThrow().backend(disk, BitFlipTest.FILE, kind.options(), Optional.empty());
        return new SealedBackend(BitFlipTest.FILE.toString(), below, () -> below, KEY, "key", null);
    }
}
