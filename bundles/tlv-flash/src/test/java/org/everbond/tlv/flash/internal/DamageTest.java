package org.everbond.tlv.flash.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.flash.spi.RamFlash;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that no flash store would leave: what can be read is read, and nothing throws. */
class DamageTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final int SIZE = 1024;
    private static final int MUTANTS = 20_000;

    static List<Layout> layouts() {
        var layouts = new ArrayList<Layout>();
        for (var mode : FlashMode.values()) {
            for (int alignment = 1; alignment <= 16; alignment *= 2) {
                layouts.add(new Layout(mode, alignment, SIZE));
            }
        }
        return layouts;
    }

    /** A store of ours, with its history in both banks. */
    private static RamFlash store(Layout layout, boolean olderBank) throws TlvException {
        var flash = new RamFlash(layout.size(), layout.alignment(), 1);
        var backend = new FlashBackend(flash, layout.mode());
        backend.open();
        if (olderBank) {
            backend.commit(new Batch(ID, 1, List.of(new Change(0x41414141, new byte[] {1}), new Change(Tags.ER, new byte[16]))));
        }
        var random = new Random(1);
        var values = new ArrayList<Change>();
        int[][] tags = {
            {Tags.ER, 16}, {Tags.IR, 16}, {0xe9000000, 77}, {Tags.LE_DEVICE + 15, 60}, {0x41414141, 5}, {Tags.CCC + 3, 8},
            {0x41414142, 21}, {0xe8000001, 8}
        };
        for (var tag : tags) {
            var value = new byte[tag[1]];
            random.nextBytes(value);
            values.add(new Change(tag[0], value));
        }
        backend.commit(new Batch(ID, 1, values));
        backend.commit(new Batch(ID, 2, List.of(new Change(Tags.CCC + 4, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}))));
        backend.commit(new Batch(ID, 3, List.of(new Change(0x41414141, new byte[] {9, 9, 9}))));
        return flash;
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void aDamagedOctetCostsNothingButTheValueThatItIsIn(Layout layout) throws TlvException {
        damageEveryOctet(layout, false);
        damageEveryOctet(layout, true);
    }

    private static void damageEveryOctet(Layout layout, boolean olderBank) throws TlvException {
        var flash = store(layout, olderBank);
        var image = flash.image();
        var sound = new FlashBackend(flash, layout.mode()).open().values();
        var contents = FlashContents.read(layout, new byte[][] {Arrays.copyOf(image, SIZE), Arrays.copyOfRange(image, SIZE, 2 * SIZE)});
        int current = contents.bank();
        assertThat(contents.contents().sequence()).isEqualTo(3);
        var entries = BankWalk.entries(layout, Arrays.copyOfRange(image, current * SIZE, (current + 1) * SIZE));
        int cases = 0;
        for (int at = 0; at < entries.end(); at++) {
            for (int mask : new int[] {0xff, 0x01, 0x80, 0x10}) {
                var damaged = image.clone();
                damaged[current * SIZE + at] ^= (byte) mask;
                int hit = at;
                var tag = entries.entries().stream()
                        .filter(entry -> entry.at() <= hit && hit < entry.at() + layout.entry(entry.length()))
                        .map(Entry::tag).findFirst().orElse(0);
                var found = new FlashBackend(flash.load(damaged), layout.mode()).open();
                var expected = new LinkedHashMap<>(sound);
                expected.remove(tag);
                var read = Golden.hex(found.values());
                assertThat(read).as(layout + ", octet " + at + " xor " + mask + " in " + Tags.name(tag))
                        .containsAllEntriesOf(Golden.hex(expected));
                cases++;
            }
        }
        System.out.println("flash damage: " + layout.mode() + ", alignment " + layout.alignment() + ": " + cases + " damaged octets");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "epochs-0-0", "epochs-0-2", "corrupt-length", "corrupt-length-otherbank-epoch0", "corrupt-length-otherbank-epoch2",
        "torn-bank-header-old-epoch1", "torn-bank-header-old-epoch3", "overwrite-a1-cut-store-2b4"
    })
    void aCutWhileADamagedStoreIsWrittenAnewLosesNothingMore(String name) throws TlvException {
        var golden = Golden.of(name);
        var before = new FlashBackend(golden.flash(), golden.mode()).open().values();
        var change = new Change(0x42424243, new byte[] {4, 2});
        var after = new LinkedHashMap<>(before);
        after.put(change.tag(), change.value());
        int operation = 0;
        boolean acknowledged = false;
        while (!acknowledged) {
            for (int octets : new int[] {0, 1, 3, 4, 7, 9, 40, 200, 511, 512}) {
                var flash = golden.flash();
                var backend = new FlashBackend(flash, golden.mode());
                backend.open();
                flash.cutAfter(operation, octets);
                try {
                    backend.commit(new Batch(ID, 1, List.of(change)));
                    acknowledged = true;
                } catch (TlvException e) {
                    assertThat(e.reason()).isIn(Reason.FAILED, Reason.IN_DOUBT);
                }
                var found = new FlashBackend(flash.load(flash.image()), golden.mode()).open();
                assertThat(Golden.hex(found.values())).as(name + ", operation " + operation + ", octets " + octets)
                        .isIn(Golden.hex(before), Golden.hex(after));
            }
            operation++;
        }
        assertThat(operation).isGreaterThan(5);
    }

    @Test
    void mutantsNeverThrowAndHoldNoMoreThanTheirImages() throws TlvException {
        var seeds = new ArrayList<Golden>();
        Golden.names().map(Golden::of).filter(golden -> golden.size() == 512).forEach(seeds::add);
        for (var layout : layouts()) {
            seeds.add(new Golden("ours", store(layout, true).image(), layout.mode(), layout.alignment(), layout.size(), ""));
        }
        var random = new Random(20_000);
        int opened = 0;
        int refused = 0;
        int damaged = 0;
        for (int i = 0; i < MUTANTS; i++) {
            var seed = seeds.get(random.nextInt(seeds.size()));
            var image = mutate(seed, random);
            var flash = new RamFlash(seed.size(), seed.alignment(), random.nextBoolean() ? 1 : seed.alignment()).load(image);
            var backend = new FlashBackend(flash, seed.mode());
            try {
                var found = backend.open();
                opened++;
                damaged += found.setAside().isEmpty() ? 0 : 1;
                long octets = found.values().values().stream().mapToLong(value -> value.length).sum();
                assertThat(octets).isLessThan(2L * seed.size());
                assertThat(found.setAside()).hasSizeLessThan(40);
                assertThat(flash.image()).isEqualTo(image);
                commit(backend, flash, seed, new LinkedHashMap<>(found.values()), found.sequence());
            } catch (TlvException e) {
                assertThat(e.reason()).isIn(Reason.UNUSABLE, Reason.FULL);
                assertThat(flash.image()).isEqualTo(image);
                refused++;
            }
        }
        System.out.println("flash mutants: " + MUTANTS + ", opened " + opened + ", with damage " + damaged + ", refused or full " + refused);
        assertThat(opened).isGreaterThan(MUTANTS / 2);
    }

    private static void commit(
            FlashBackend backend, RamFlash flash, Golden seed, LinkedHashMap<Integer, byte[]> values, long sequence)
            throws TlvException {
        if (sequence > Long.MAX_VALUE - 2) {
            return;
        }
        var change = new Change(0x42424242, new byte[] {4, 2});
        backend.commit(new Batch(ID, sequence + 1, List.of(change)));
        values.put(change.tag(), change.value());
        var again = new FlashBackend(flash, seed.mode()).open();
        assertThat(Golden.hex(again.values())).isEqualTo(Golden.hex(values));
        assertThat(again.setAside()).isEmpty();
        var model = BtstackModel.open(seed.mode(), seed.alignment(), seed.size(), flash.image());
        assertThat(Golden.hex(model.values())).containsAllEntriesOf(Golden.hex(values));
    }

    private static byte[] mutate(Golden seed, Random random) {
        var image = seed.image().clone();
        int rounds = 1 + random.nextInt(4);
        for (int i = 0; i < rounds; i++) {
            int at = random.nextInt(image.length);
            int length = Math.min(image.length - at, 1 + random.nextInt(32));
            switch (random.nextInt(7)) {
                case 0 -> image[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> image[at] = (byte) random.nextInt();
                case 2 -> Arrays.fill(image, at, at + length, (byte) 0);
                case 3 -> Arrays.fill(image, at, at + length, (byte) 0xff);
                case 4 -> System.arraycopy(image, random.nextInt(image.length - length + 1), image, at, length);
                case 5 -> {
                    // A length field gone wild.
                    int field = at / 4 * 4;
                    int[] wild = {-1, 0, 0x7fffffff, 0x80000000, seed.size(), seed.size() - 8, 0xff, 0x00ffffff};
                    int value = wild[random.nextInt(wild.length)];
                    for (int octet = 0; octet < 4; octet++) {
                        image[field + octet] = (byte) (value >>> 24 - 8 * octet);
                    }
                }
                default -> {
                    var noise = new byte[length];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, image, at, length);
                }
            }
        }
        return image;
    }
}
