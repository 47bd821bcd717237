package org.everbond.tlv.flash.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.flash.FlashStore;
import org.everbond.tlv.flash.spi.RamFlash;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Commits, capacity and wear, in every mode and alignment. */
class FlashBackendTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final int APP = 0x464c0001;

    static List<Layout> layouts() {
        return DamageTest.layouts();
    }

    private static Batch batch(long sequence, Change... changes) {
        return new Batch(ID, sequence, List.of(changes));
    }

    private static Change put(int tag, int length) {
        var value = new byte[length];
        new Random(tag + 31L * length).nextBytes(value);
        return new Change(tag, value);
    }

    /** What BTstack reads without a repair, and without our own records. */
    private static Map<String, String> btstack(Layout layout, RamFlash flash) {
        var model = BtstackModel.open(layout.mode(), layout.alignment(), layout.size(), flash.image());
        assertThat(model.wasReset()).isFalse();
        assertThat(model.image()).as("nothing for BTstack to repair").isEqualTo(flash.image());
        var values = Golden.hex(model.values());
        values.keySet().removeIf(tag -> tag.startsWith("e0") || tag.startsWith("e1"));
        return values;
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void aLongHistoryIsReadByBtstackAtEveryMoment(Layout layout) throws TlvException {
        for (int granularity : layout.alignment() == 1 ? new int[] {1} : new int[] {1, layout.alignment()}) {
            var flash = new RamFlash(layout.size(), layout.alignment(), granularity);
            var random = new Random(layout.hashCode());
            var expected = new LinkedHashMap<Integer, byte[]>();
            var backend = new FlashBackend(flash, layout.mode());
            backend.open();
            for (int i = 1; i <= 400; i++) {
                var changes = new ArrayList<Change>();
                for (int count = random.nextInt(5) == 0 ? 3 : 1; count > 0; count--) {
                    int[] tags = {APP, APP + 1, Tags.CCC + 1, Tags.LE_DEVICE + 15, Tags.LE_DEVICE + 14, 0xe9000002};
                    int tag = tags[random.nextInt(tags.length)];
                    int length = Tags.isKnownLength(tag, 60) ? 60 : Tags.isKnownLength(tag, 8) ? 8 : 1 + random.nextInt(40);
                    changes.add(random.nextInt(4) == 0 ? new Change(tag, null) : put(tag, length));
                }
                backend.commit(new Batch(ID, i, changes));
                changes.forEach(change -> {
                    expected.remove(change.tag());
                    if (!change.isDelete()) {
                        expected.put(change.tag(), change.value());
                    }
                });
                assertThat(btstack(layout, flash)).isEqualTo(Golden.hex(expected));
                if (random.nextInt(10) == 0) {
                    backend.housekeeping();
                    assertThat(btstack(layout, flash)).isEqualTo(Golden.hex(expected));
                }
                if (random.nextInt(10) == 0) {
                    var image = backend.open();
                    assertThat(Golden.hex(image.values())).isEqualTo(Golden.hex(expected));
                    assertThat(image.sequence()).isEqualTo(i);
                    assertThat(image.foreign()).isFalse();
                }
                if (random.nextInt(20) == 0) {
                    var model = BtstackModel.open(layout.mode(), layout.alignment(), layout.size(), flash.image());
                    var foreign = put(APP + 2, 1 + random.nextInt(20));
                    assertThat(model.store(foreign.tag(), foreign.value())).isTrue();
                    expected.put(foreign.tag(), foreign.value());
                    flash.load(model.image());
                    assertThat(Golden.hex(backend.open().values())).isEqualTo(Golden.hex(expected));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void aFullBankIsToldAndNothingIsChanged(Layout layout) throws TlvException {
        var flash = new RamFlash(layout.size(), layout.alignment());
        var backend = new FlashBackend(flash, layout.mode());
        backend.open();
        var expected = new LinkedHashMap<Integer, byte[]>();
        int index = 0;
        TlvException full = null;
        while (full == null) {
            var change = put(APP + index++, 20);
            var before = flash.image();
            int erasures = flash.erasures();
            try {
                backend.commit(batch(index, change));
                expected.put(change.tag(), change.value());
            } catch (TlvException e) {
                full = e;
                assertThat(flash.image()).isEqualTo(before);
                assertThat(flash.erasures()).as("no wear by what does not fit").isEqualTo(erasures);
            }
        }
        assertThat(full.reason()).isEqualTo(Reason.FULL);
        assertThat(full).hasMessageContaining("RAM is full").hasMessageContaining("nothing in it was changed");
        assertThat(btstack(layout, flash)).isEqualTo(Golden.hex(expected));
        // What replaces or deletes still fits.
        backend.commit(batch(100, put(APP, 19)));
        backend.commit(batch(101, new Change(APP + 1, null), put(APP + 500, 20)));
        assertThat(backend.open().sequence()).isEqualTo(101);
        assertThat(backend.open().values()).hasSize(expected.size()).containsKeys(APP, APP + 500).doesNotContainKey(APP + 1);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void whatTheBackendPromisesToHoldFits(Layout layout) throws TlvException {
        var large = new Layout(layout.mode(), layout.alignment(), 8192);
        var flash = new RamFlash(large.size(), large.alignment());
        var backend = new FlashBackend(flash, large.mode());
        var info = backend.info();
        assertThat(info.kind()).isEqualTo("flash");
        assertThat(info.atomicBatch()).isTrue();
        assertThat(info.maxTags()).isPositive();
        assertThat(info.maxOctets()).isGreaterThan(4096);
        backend.open();
        var changes = new ArrayList<Change>();
        long left = info.maxOctets();
        for (int i = 0; i < info.maxTags(); i++) {
            int length = (int) (left / (info.maxTags() - i));
            changes.add(put(APP + i, length));
            left -= length;
        }
        backend.commit(new Batch(ID, 1, changes));
        assertThat(backend.open().values()).hasSize((int) info.maxTags());
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void deletedKeysLeaveTheFlashByHousekeeping(Layout layout) throws TlvException {
        var key = put(Tags.LE_DEVICE + 15, 60);
        for (boolean restarted : new boolean[] {false, true}) {
            var flash = new RamFlash(layout.size(), layout.alignment());
            var backend = new FlashBackend(flash, layout.mode());
            backend.open();
            backend.commit(batch(1, put(APP, 9), key));
            backend.commit(batch(2, new Change(key.tag(), null)));
            assertThat(hex(flash)).contains(HexFormat.of().formatHex(key.value()));
            if (restarted) {
                backend.open();
                backend.housekeeping();
                backend.commit(batch(3, put(APP, 8)));
            }
            backend.housekeeping();
            assertThat(hex(flash)).doesNotContain(HexFormat.of().formatHex(key.value()).substring(40, 100));
            assertThat(backend.open().values()).containsOnlyKeys(APP);
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void anIdleCompanionGoesWithItsBondAndErasesNothingBefore(Layout layout) throws TlvException {
        var flash = new RamFlash(layout.size(), layout.alignment());
        var backend = new FlashBackend(flash, layout.mode());
        backend.open();
        var idle = put(Tags.COMPANION, 60);
        var entry = put(Tags.LE_DEVICE + 15, 60);
        backend.commit(batch(1, idle, entry));
        backend.commit(batch(2, put(Tags.COMPANION | 1, 50), new Change(idle.tag(), null)));
        var before = hex(flash);
        backend.housekeeping();
        assertThat(hex(flash)).isEqualTo(before).contains(HexFormat.of().formatHex(idle.value()));

        backend.commit(batch(3, new Change(entry.tag(), null), new Change(Tags.COMPANION | 1, null)));
        backend.housekeeping();
        for (var forgotten : List.of(idle, entry, put(Tags.COMPANION | 1, 50))) {
            assertThat(hex(flash)).doesNotContain(HexFormat.of().formatHex(forgotten.value()).substring(40, 90));
        }
        assertThat(backend.open().values()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void whatAnotherProgramTakesBackIsKnownAsItsChange(Layout layout) throws TlvException {
        var flash = new RamFlash(layout.size(), layout.alignment());
        var backend = new FlashBackend(flash, layout.mode());
        backend.open();
        backend.commit(batch(1, put(APP, 9)));
        backend.commit(batch(2, put(APP + 1, 9)));
        var model = BtstackModel.open(layout.mode(), layout.alignment(), layout.size(), flash.image());
        model.delete(APP + 1);
        flash.load(model.image());
        var image = backend.open();
        assertThat(image.values()).containsOnlyKeys(APP);
        assertThat(image.sequence()).isEqualTo(2);
        assertThat(image.foreign()).isTrue();
    }

    private static String hex(RamFlash flash) {
        return HexFormat.of().formatHex(flash.image());
    }

    @Test
    void singleChangesDoNotWearTheFlash() throws TlvException {
        var flash = new RamFlash(16384, 8);
        var backend = FlashStore.on(flash, FlashMode.OVERWRITE);
        backend.open();
        for (int i = 1; i <= 1000; i++) {
            backend.commit(batch(i, put(APP, 8)));
        }
        assertThat(flash.erasures()).isLessThan(6);
    }

    @Test
    void anotherIdentityIsWrittenDown() throws TlvException {
        var flash = new RamFlash(1024, 1);
        var backend = new FlashBackend(flash, FlashMode.OVERWRITE);
        backend.open();
        backend.commit(batch(1, put(APP, 9)));
        var other = new StoreId(new UUID(5, 6), new UUID(7, 8));
        backend.commit(new Batch(other, 7, List.of()));
        var image = backend.open();
        assertThat(image.id()).isEqualTo(other);
        assertThat(image.sequence()).isEqualTo(7);
        assertThat(image.values()).containsOnlyKeys(APP);
    }

    @Test
    void aValueThatNoOtherBackendHoldsStaysWithoutBeingUsed() throws TlvException {
        var model = BtstackModel.open(FlashMode.OVERWRITE, 1, 4096, new RamFlash(4096, 1).image());
        var longValue = put(APP, 3000);
        assertThat(model.store(APP, longValue.value())).isTrue();
        var flash = new RamFlash(4096, 1).load(model.image());
        var backend = new FlashBackend(flash, FlashMode.OVERWRITE);
        var image = backend.open();
        assertThat(image.values()).isEmpty();
        assertThat(image.setAside()).hasSize(1).allMatch(sentence -> sentence.contains("3000 octets"));
        backend.commit(batch(1, put(APP + 1, 9), put(APP + 2, 9)));
        var after = BtstackModel.open(FlashMode.OVERWRITE, 1, 4096, flash.image());
        assertThat(after.get(APP)).isEqualTo(longValue.value());
        assertThat(new HashMap<>(backend.open().values())).containsOnlyKeys(APP + 1, APP + 2);
    }

    @Test
    void banksThatHoldNothingAreRefused() {
        var backend = new FlashBackend(new RamFlash(64, 1), FlashMode.OVERWRITE);
        assertThatThrownBy(backend::open).isInstanceOf(TlvException.class).hasMessageContaining("banks of 64 octets");
    }

    @Test
    void onlyAnOpenStoreTakesAnything() throws TlvException {
        var backend = new FlashBackend(new RamFlash(1024, 1), FlashMode.OVERWRITE);
        backend.housekeeping();
        assertThatThrownBy(() -> backend.commit(batch(1, put(APP, 1)))).hasMessageContaining("is not open");
        backend.open();
        backend.close();
        backend.close();
        assertThatThrownBy(() -> backend.commit(batch(1, put(APP, 1)))).hasMessageContaining("is not open");
    }
}
