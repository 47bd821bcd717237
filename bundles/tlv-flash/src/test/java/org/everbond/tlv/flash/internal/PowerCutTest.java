package org.everbond.tlv.flash.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.flash.spi.RamFlash;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The power goes at every flash operation and at every octet in it: of first commits to a store of BTstack's, stores, overwrites,
 * deletions, batches and migrations, in every mode, alignment and epoch. What was acknowledged is there, what was not is there as
 * a whole or not at all, for us and for BTstack.
 */
class PowerCutTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final int SIZE = 1024;
    private static final int APP = 0x464c0001;
    private static final int BOND = Tags.LE_DEVICE + 15;
    private static final int OTHER_BOND = Tags.LE_DEVICE + 14;

    private static final Map<String, Long> COUNTS = new TreeMap<>();

    private record Config(FlashMode mode, int alignment, int granularity) {}

    private record Step(String name, List<Change> changes) {}

    static List<Config> configs() {
        var configs = new ArrayList<Config>();
        for (var mode : FlashMode.values()) {
            for (int alignment = 1; alignment <= 16; alignment *= 2) {
                configs.add(new Config(mode, alignment, alignment));
            }
            configs.add(new Config(mode, 8, 1));
            configs.add(new Config(mode, 16, 1));
            configs.add(new Config(mode, 16, 8));
        }
        return configs;
    }

    @AfterAll
    static void print() {
        for (int epoch = 0; epoch < 4; epoch++) {
            assertThat(COUNTS).containsKey("migrations from epoch " + epoch);
        }
        COUNTS.forEach((what, count) -> System.out.println("flash power cuts: " + what + ": " + count));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void oldOrNewAfterEveryCut(Config config) throws TlvException {
        var image = btstack(config);
        long sequence = 0;
        for (int round = 0; round < 2; round++) {
            for (var step : steps(round)) {
                image = cutEverywhere(config, image, step, ++sequence);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void oldOrNewWhereOperationsReachTheMediumInAnyOrder(Config config) throws TlvException {
        var image = btstack(config);
        var random = new Random(config.hashCode());
        long sequence = 0;
        for (int round = 0; round < 2; round++) {
            for (var step : steps(round)) {
                sequence++;
                for (int sample = 0; sample < 60; sample++) {
                    var flash = flash(config, image);
                    int operations = operations(config, image, step, sequence);
                    flash.cutAfter(random.nextInt(operations + 1), random.nextInt(64));
                    boolean acknowledged = commit(flash, config, step, sequence);
                    check(config, image, flash.survivors(random), step, sequence, acknowledged, false);
                    count("cases with operations in any order", 1);
                }
                image = apply(config, image, step, sequence);
            }
        }
    }

    private static List<Step> steps(int round) {
        int salt = round * 50;
        return List.of(
                new Step("first", List.of(put(APP, 9, salt))),
                new Step("overwrite", List.of(put(APP, 9, salt + 1))),
                new Step("overwrite, longer", List.of(put(APP, 300, salt + 2))),
                new Step("no change", List.of()),
                new Step("new bond", List.of(put(OTHER_BOND, 60, salt + 3))),
                new Step("overwrite, shorter", List.of(put(APP, 1, salt + 4))),
                new Step("batch", List.of(put(0xe9000001, 70, salt + 5), put(BOND, 60, salt + 6), delete(Tags.CCC))),
                new Step("overwrite bond", List.of(put(BOND, 60, salt + 7))),
                new Step("delete", List.of(delete(APP))),
                new Step("put", List.of(put(Tags.CCC, 8, salt + 8))),
                new Step("delete bond", List.of(delete(OTHER_BOND))),
                new Step("delete what is not there", List.of(delete(0x12345678))),
                new Step("value of ff", List.of(new Change(APP, ff(255)))),
                new Step("overwrite value of ff", List.of(new Change(APP, ff(7)))));
    }

    private static byte[] ff(int length) {
        var value = new byte[length];
        Arrays.fill(value, (byte) 0xff);
        return value;
    }

    private static Change put(int tag, int length, int salt) {
        var value = new byte[length];
        new Random(tag * 31L + salt).nextBytes(value);
        return new Change(tag, value);
    }

    private static Change delete(int tag) {
        return new Change(tag, null);
    }

    /** A store as BTstack leaves it, with an interrupted migration behind it. */
    private static byte[] btstack(Config config) {
        var empty = new RamFlash(SIZE, config.alignment).image();
        var model = BtstackModel.open(config.mode, config.alignment, SIZE, empty);
        var random = new Random(5);
        for (int tag : new int[] {Tags.ER, Tags.IR, BOND, Tags.CCC, BOND}) {
            var value = new byte[tag == BOND ? 60 : tag == Tags.CCC ? 8 : 16];
            random.nextBytes(value);
            assertThat(model.store(tag, value)).isTrue();
        }
        return model.image();
    }

    private static RamFlash flash(Config config, byte[] image) {
        return new RamFlash(SIZE, config.alignment, config.granularity).load(image);
    }

    private static Image open(Config config, byte[] image) throws TlvException {
        return new FlashBackend(flash(config, image), config.mode).open();
    }

    /** Whether it was acknowledged. */
    private static boolean commit(RamFlash flash, Config config, Step step, long sequence) {
        var backend = new FlashBackend(flash, config.mode);
        try {
            backend.open();
            backend.commit(new Batch(ID, sequence, step.changes));
            backend.housekeeping();
            return true;
        } catch (TlvException e) {
            assertThat(e.reason()).isIn(TlvException.Reason.FAILED, TlvException.Reason.IN_DOUBT);
            return false;
        }
    }

    private static int operations(Config config, byte[] image, Step step, long sequence) {
        var flash = flash(config, image);
        assertThat(commit(flash, config, step, sequence)).isTrue();
        return flash.operations();
    }

    private static byte[] apply(Config config, byte[] image, Step step, long sequence) {
        var flash = flash(config, image);
        assertThat(commit(flash, config, step, sequence)).isTrue();
        return flash.image();
    }

    private static byte[] cutEverywhere(Config config, byte[] image, Step step, long sequence) throws TlvException {
        int operations = operations(config, image, step, sequence);
        for (int operation = 0; operation < operations; operation++) {
            byte[] last = null;
            for (int octets = 0; ; octets++) {
                var flash = flash(config, image);
                flash.cutAfter(operation, octets);
                commit(flash, config, step, sequence);
                var cut = flash.image();
                if (Arrays.equals(cut, last)) {
                    // Either all octets of the operation are there, or this one changed nothing.
                    if (octets > SIZE || octets % 16 == 0 && isComplete(config, image, step, sequence, operation, cut)) {
                        break;
                    }
                    continue;
                }
                last = cut;
                boolean inUnit = octets % config.granularity != 0;
                check(config, image, cut, step, sequence, false, inUnit);
                count("cuts, " + config.mode, 1);
            }
        }
        var after = apply(config, image, step, sequence);
        if (contents(config, image).bank() != contents(config, after).bank()) {
            count("migrations from epoch " + contents(config, image).epoch(), 1);
        }
        check(config, image, after, step, sequence, true, false);
        return after;
    }

    private static FlashContents contents(Config config, byte[] image) {
        var banks = new byte[][] {Arrays.copyOf(image, SIZE), Arrays.copyOfRange(image, SIZE, 2 * SIZE)};
        return FlashContents.read(new Layout(config.mode, config.alignment, SIZE), banks);
    }

    private static boolean isComplete(Config config, byte[] image, Step step, long sequence, int operation, byte[] cut) {
        var flash = flash(config, image);
        flash.cutAfter(operation + 1, 0);
        commit(flash, config, step, sequence);
        return Arrays.equals(flash.image(), cut);
    }

    private static void check(
            Config config, byte[] before, byte[] cut, Step step, long sequence, boolean acknowledged, boolean inUnit)
            throws TlvException {
        var old = open(config, before);
        var next = new LinkedHashMap<>(old.values());
        for (var change : step.changes) {
            if (change.isDelete()) {
                next.remove(change.tag());
            } else {
                next.put(change.tag(), change.value());
            }
        }
        var oldValues = Golden.hex(old.values());
        var newValues = Golden.hex(next);
        var what = config + " " + step.name;

        var opened = new FlashBackend(flash(config, cut), config.mode);
        var found = opened.open();
        told(before, cut, opened.remains().unfinished(), found.sequence() == sequence, acknowledged, what);
        var values = Golden.hex(found.values());
        if (acknowledged) {
            assertThat(values).as(what).isEqualTo(newValues);
            assertThat(found.sequence()).as(what).isEqualTo(sequence);
        } else {
            assertThat(values).as(what).isIn(oldValues, newValues);
            assertThat(found.sequence()).as(what).isIn(sequence - 1, sequence);
            assertThat(found.sequence() == sequence || values.equals(oldValues)).as(what + " is new by its number").isTrue();
        }
        assertThat(found.setAside()).as(what).isEmpty();
        boolean byUs = found.id() != null;
        assertThat(found.foreign()).as(what).isEqualTo(!byUs);
        btstack(config, cut, oldValues, newValues, acknowledged, inUnit, what);
        goOn(config, cut, found, sequence, what);
    }

    /** What was programmed and is not used is told, and nothing else is. */
    private static void told(byte[] before, byte[] cut, String unfinished, boolean isNew, boolean acknowledged, String what) {
        boolean programmed = false;
        boolean anything = false;
        for (int i = 0; i < cut.length; i++) {
            programmed |= before[i] == -1 && cut[i] != -1;
            anything |= before[i] != cut[i];
        }
        if (acknowledged || !anything) {
            assertThat(unfinished).as(what).isEmpty();
        } else if (!isNew && programmed) {
            assertThat(unfinished).as(what).contains(" octets in bank ").endsWith("of a change that was not finished and were left out");
            count("cuts that leave octets out, which is told", 1);
        }
    }

    /** BTstack opens it with what is old or new; but where it cannot be helped, it loses everything as after its own writing. */
    private static void btstack(Config config, byte[] cut, Map<String, String> oldValues, Map<String, String> newValues,
            boolean acknowledged, boolean inUnit, String what) throws TlvException {
        var model = BtstackModel.open(config.mode, config.alignment, SIZE, cut);
        if (model.wasReset()) {
            assertThat(config.granularity).as(what).isGreaterThan(4);
            assertThat(inUnit).as(what).isTrue();
            count("total losses of BTstack inside a unit of 8 or 16 octets", 1);
            return;
        }
        var values = ours(Golden.hex(model.values()), oldValues, newValues);
        if (acknowledged) {
            assertThat(values).as(what + ", BTstack").isEqualTo(newValues);
        } else if (!inUnit || config.granularity <= 4) {
            assertThat(values).as(what + ", BTstack").isIn(oldValues, newValues);
        }
        var back = open(config, model.image());
        if (!inUnit || config.granularity <= 4) {
            assertThat(ours(Golden.hex(back.values()), oldValues, newValues)).as(what + ", after BTstack").isIn(oldValues, newValues);
        }
    }

    /** Without our own records and without torn tags, which mean nothing to anybody. */
    private static Map<String, String> ours(
            Map<String, String> values, Map<String, String> oldValues, Map<String, String> newValues) {
        var ours = new LinkedHashMap<>(values);
        ours.keySet().removeIf(tag -> tag.startsWith("e0") || tag.startsWith("e1")
                || !oldValues.containsKey(tag) && !newValues.containsKey(tag));
        return ours;
    }

    private static void goOn(Config config, byte[] cut, Image found, long sequence, String what) throws TlvException {
        var flash = flash(config, cut);
        var backend = new FlashBackend(flash, config.mode);
        backend.open();
        var change = put(0x464c0009, 5, 3);
        backend.commit(new Batch(ID, sequence + 1, List.of(change)));
        var expected = new LinkedHashMap<>(found.values());
        expected.put(change.tag(), change.value());
        var again = open(config, flash.image());
        assertThat(Golden.hex(again.values())).as(what + ", and on").isEqualTo(Golden.hex(expected));
        assertThat(again.sequence()).isEqualTo(sequence + 1);
        assertThat(again.foreign()).isFalse();
    }

    private static void count(String what, long by) {
        COUNTS.merge(what, by, Long::sum);
    }
}
