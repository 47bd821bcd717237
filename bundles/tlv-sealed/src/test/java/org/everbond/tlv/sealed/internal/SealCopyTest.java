package org.everbond.tlv.sealed.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.everbond.faults.CrashDisk;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.file.FileStore;
import org.everbond.tlv.flash.FlashStore;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.junit.jupiter.api.Test;

/** What opens a sealed store is there twice: either record does, the other one is written again, and neither ever names a key that was given up. */
class SealCopyTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final StoreId OTHER = new StoreId(new UUID(1, 2), new UUID(5, 6));

    private final KeySource keys = new TestKeys();
    private final Map<Integer, byte[]> content = Map.of(1, new byte[] {1}, 2, new byte[2048], 3, new byte[] {3});

    private SealedBackend over(TlvBackend below, String key, String old) {
        return new SealedBackend("x", below, () -> below, keys, key, old);
    }

    private Recorder sealed(boolean atomic) throws Exception {
        var below = new Recorder(atomic);
        var backend = over(below, "a", null);
        backend.open();
        var changes = new ArrayList<Change>();
        content.forEach((tag, value) -> changes.add(new Change(tag, value)));
        backend.commit(new Batch(ID, 1, changes));
        backend.close();
        below.batches.clear();
        return below;
    }

    private void isWhole(Image image, String when) {
        assertThat(image.id()).as(when).isEqualTo(ID);
        assertThat(image.values().keySet()).as(when).isEqualTo(content.keySet());
        image.values().forEach((tag, value) -> assertThat(value).as(when).isEqualTo(content.get(tag)));
    }

    private Image opened(TlvBackend below, String key, String old) throws TlvException {
        var backend = over(below, key, old);
        try {
            return backend.open();
        } finally {
            backend.close();
        }
    }

    @Test
    void eachFlippedBitOfSealOrCopyIsMendedAndTold() throws Exception {
        var whole = sealed(true).values;
        for (int tag : new int[] {Tags.SEAL, Tags.SEAL_COPY}) {
            for (int bit = 0; bit < whole.get(tag).length * 8; bit++) {
                var below = new Recorder(true, ID, whole);
                var damaged = whole.get(tag).clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                below.values.put(tag, damaged);
                var when = Tags.name(tag) + ", bit " + bit;
                var image = opened(below, "a", null);
                isWhole(image, when);
                assertThat(image.setAside()).as(when).hasSize(1).first().asString().contains("seal was damaged");
                assertThat(below.values).as(when).containsExactlyEntriesOf(whole);
                assertThat(opened(below, "a", null).setAside()).as(when).isEmpty();
                assertRefused(below, "b", null);
            }
        }
    }

    @Test
    void aLostRecordIsWrittenAgain() throws Exception {
        for (int tag : new int[] {Tags.SEAL, Tags.SEAL_COPY}) {
            var below = sealed(false);
            var before = below.values.remove(tag);
            isWhole(opened(below, "a", null), Tags.name(tag));
            assertThat(below.values.get(tag)).isEqualTo(before);
        }
    }

    @Test
    void aLostStoreIdIsTakenFromTheCopy() throws Exception {
        var below = sealed(true);
        below.id = null;
        var image = opened(below, "a", null);
        isWhole(image, "without id");
        assertThat(image.setAside()).hasSize(1).first().asString().contains("id was lost");
        assertThat(below.id).isEqualTo(ID);
        assertThat(opened(below, "a", null).setAside()).isEmpty();
    }

    /** As Everbond wrote it before there were copies. */
    @Test
    void aStoreWithoutACopyGetsOneAndSaysNothing() throws Exception {
        var below = sealed(true);
        var copy = below.values.remove(Tags.SEAL_COPY);
        var image = opened(below, "a", null);
        isWhole(image, "old store");
        assertThat(image.setAside()).isEmpty();
        assertThat(below.values.get(Tags.SEAL_COPY)).isEqualTo(copy);
    }

    @Test
    void whatCannotBeWrittenAgainKeepsTheStoreOpen() throws Exception {
        for (var reason : List.of(Reason.FULL, Reason.NO_SPACE, Reason.FAILED, Reason.IN_DOUBT, Reason.CHANGED)) {
            for (int tag : new int[] {Tags.SEAL, Tags.SEAL_COPY}) {
                var below = sealed(true);
                below.values.remove(tag);
                below.failure = new TlvException(reason, "not now");
                isWhole(opened(below, "a", null), reason + ", " + Tags.name(tag));
                below.failure = null;
                isWhole(opened(below, "a", null), reason + ", " + Tags.name(tag));
                assertThat(below.values).containsKey(tag);
            }
        }
    }

    @Test
    void afterAnotherKeyNeitherRecordOpensByTheOneBefore() throws Exception {
        for (boolean atomic : new boolean[] {true, false}) {
            var below = sealed(atomic);
            isWhole(opened(below, "b", "a"), "another key");
            var whole = new TreeMap<>(below.values);
            assertRefused(below, "a", null);
            for (int tag : new int[] {Tags.SEAL, Tags.SEAL_COPY}) {
                for (int bit = -1; bit < whole.get(tag).length * 8; bit++) {
                    var damaged = new Recorder(atomic, ID, whole);
                    damaged.values.remove(tag);
                    if (bit >= 0) {
                        var value = whole.get(tag).clone();
                        value[bit / 8] ^= (byte) (1 << bit % 8);
                        damaged.values.put(tag, value);
                    }
                    assertRefused(damaged, "a", null);
                    isWhole(opened(damaged, "b", null), Tags.name(tag) + ", bit " + bit);
                }
            }
        }
    }

    /** Whatever of each batch survives: with both keys it is whole, with one of them, too, and with nothing in it but what was there. */
    @Test
    void whileItGetsAnotherKeyItOpensWholeWithWhateverSurvives() throws Exception {
        var start = sealed(false);
        var before = new TreeMap<>(start.values);
        isWhole(opened(start, "b", "a"), "another key");
        int states = 0;
        for (var batch : List.copyOf(start.batches)) {
            var changes = batch.changes();
            assertThat(changes.size()).isLessThan(10);
            for (int survives = 0; survives < 1 << changes.size(); survives++) {
                var values = new Recorder(false, ID, before);
                for (int i = 0; i < changes.size(); i++) {
                    if ((survives >> i & 1) == 1) {
                        values.apply(changes.get(i));
                    }
                }
                anyKeyOpens(values.values);
                states++;
            }
            changes.forEach(new Recorder(false, ID, Map.of())::apply);
            var now = new Recorder(false, ID, before);
            changes.forEach(now::apply);
            before = new TreeMap<>(now.values);
        }
        assertThat(states).isGreaterThan(20);
    }

    private void anyKeyOpens(Map<Integer, byte[]> survived) throws Exception {
        isWhole(opened(new Recorder(false, ID, survived), "b", "a"), "both keys");
        int open = 0;
        for (var key : List.of("a", "b")) {
            try {
                isWhole(opened(new Recorder(false, ID, survived), key, null), "key " + key);
                open++;
            } catch (TlvException e) {
                assertThat(e.reason()).isEqualTo(Reason.UNUSABLE);
            }
        }
        assertThat(open).isPositive();
        for (int lost : new int[] {Tags.SEAL, Tags.SEAL_COPY}) {
            var damaged = new Recorder(false, ID, survived);
            damaged.values.remove(lost);
            isWhole(opened(damaged, "b", "a"), "without " + Tags.name(lost));
        }
    }

    @Test
    void anotherStoresIdIsInTheCopyToo() throws Exception {
        var below = sealed(true);
        var backend = over(below, "a", null);
        backend.open();
        backend.commit(new Batch(OTHER, 2, List.of()));
        backend.close();
        below.id = null;
        below.values.remove(Tags.SEAL);
        var image = opened(below, "a", null);
        assertThat(image.id()).isEqualTo(OTHER);
        assertThat(image.values().keySet()).isEqualTo(content.keySet());
    }

    /** A lost sector takes 512 octets. */
    @Test
    void inAWholeFileSealAndCopyStandAtItsTwoEnds() throws Exception {
        var disk = new CrashDisk();
        var path = Path.of("/data/bonds");
        var below = FileStore.on(disk, new DataFolder(Path.of("/data"))).create(path.toString(), Map.of());
        var backend = over(below, "a", null);
        backend.open();
        backend.commit(new Batch(ID, 1, List.of(new Change(1, new byte[1000]), new Change(2, new byte[1000]))));
        backend.close();
        backend = over(below, "b", "a");
        backend.open();
        backend.housekeeping();
        backend.close();
        var file = new String(disk.get(path), StandardCharsets.ISO_8859_1);
        int seal = file.indexOf("\u00e4\u0000\u0000\u0000");
        int copy = file.indexOf("\u00e4\u0000\u0000\u0003");
        assertThat(seal).as("one").isEqualTo(file.lastIndexOf("\u00e4\u0000\u0000\u0000")).isPositive();
        assertThat(copy - seal).isGreaterThan(2000);
        assertRefused(below, "a", null);
    }

    /** A full place has no room for the copy, and what it holds counts more. */
    @Test
    void theCopyGivesWayWhereThereIsNoRoom() throws Exception {
        var disk = new CrashDisk();
        var path = Path.of("/data/bonds");
        var below = FlashStore.on(disk, new DataFolder(Path.of("/data"))).create(path.toString(), Map.of("bank-size", "4096"));
        var backend = over(below, "a", null);
        backend.open();
        var held = new HashMap<Integer, byte[]>();
        for (int tag = 1; ; tag++) {
            var value = new byte[40];
            value[0] = (byte) tag;
            var then = new HashMap<>(held);
            then.put(tag, value);
            boolean fits = backend.room(then).orElseThrow().suffices();
            try {
                backend.commit(new Batch(ID, tag, List.of(new Change(tag, value))));
                assertThat(fits).isTrue();
                held = then;
            } catch (TlvException e) {
                assertThat(e.reason()).isEqualTo(Reason.FULL);
                assertThat(fits).isFalse();
                break;
            }
        }
        backend.close();
        assertThat(below.open().values()).containsKey(Tags.SEAL).doesNotContainKey(Tags.SEAL_COPY);
        below.close();
        assertThat(opened(below, "a", null).values().keySet()).isEqualTo(held.keySet());
        assertThat(opened(below, "b", "a").values().keySet()).isEqualTo(held.keySet());
        assertRefused(below, "a", null);
        backend = over(below, "b", null);
        backend.open();
        backend.commit(new Batch(ID, 1000, List.of(new Change(1, null), new Change(2, null), new Change(3, null))));
        backend.close();
        assertThat(opened(below, "b", null).setAside()).isEmpty();
        assertThat(below.open().values()).as("with room again").containsKey(Tags.SEAL_COPY);
        below.close();
    }

    private void assertRefused(TlvBackend below, String key, String old) {
        assertThatThrownBy(() -> opened(below, key, old)).isInstanceOfSatisfying(
                TlvException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNUSABLE));
    }
}
