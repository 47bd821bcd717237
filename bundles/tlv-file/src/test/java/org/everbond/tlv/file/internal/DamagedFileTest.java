package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.everbond.faults.BtstackModel;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.Confirmed;
import org.everbond.tlv.spi.Remains;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.junit.jupiter.api.Test;

/** A log that was cut off or damaged costs what it must, and no more. */
class DamagedFileTest extends FileBench {
    @Test
    void whereverATransactionIsCutOffTheStoreIsOldOrNewByRecordAndTheNextCommitHolds() throws Exception {
        backend.open();
        commit(1, put(Tags.ER, 16), put(COMPANION, 50), put(BOND, 60));
        int acknowledged = octets().length;
        var next = List.of(put(COMPANION, 220), put(BOND, 100), put(0x42544301, 8), new Change(Tags.ER, null));
        commit(2, next.toArray(Change[]::new));
        var whole = octets();

        for (int cut = acknowledged; cut <= whole.length; cut++) {
            var torn = Arrays.copyOf(whole, cut);
            checkOldOrNew(torn, next);
            // BTstack may come first, recover the file and go on with a bond of its own.
            var recovered = BtstackModel.open(torn).fileAfterOpen(torn);
            checkOldOrNew(recovered, next);
            var continued = concat(recovered, BtstackModel.record(Tags.LE_DEVICE | 9, new byte[60]));
            assertThat(checkOldOrNew(continued, next).values()).as("cut at " + cut).containsKey(Tags.LE_DEVICE | 9);
        }
    }

    private Image checkOldOrNew(byte[] file, List<Change> next) throws Exception {
        backend.close();
        place(file);
        backend = new FileBackend(disk, PLACE);
        var image = backend.open();
        assertThat(image.id()).isEqualTo(ID);
        boolean old = false;
        for (var change : next) {
            var found = image.values().get(change.tag());
            boolean isNew = change.isDelete() ? found == null : Arrays.equals(found, change.value());
            // In order: once a change is missing, all later ones are.
            old |= !isNew;
            assertThat(isNew).isEqualTo(!old);
            if (old && change.tag() == COMPANION) {
                assertThat(found).isEqualTo(put(COMPANION, 50).value());
            }
            if (old && change.tag() == BOND) {
                assertThat(found).isEqualTo(put(BOND, 60).value());
            }
        }
        commit(10, put(0x58585858, 33));
        var again = reopen();
        assertThat(again.values()).containsKey(0x58585858);
        assertThat(again.values().keySet()).containsAll(image.values().keySet());
        assertThat(again.setAside()).isEmpty();
        assertThat(BtstackModel.open(octets()).valid).isTrue();
        assertThat(BtstackModel.open(octets()).live.keySet()).containsAll(image.values().keySet());
        return image;
    }

    /** So is a store sealed anew: under the number of its newest transaction. */
    @Test
    void aTransactionThatIsCutOffUnderTheNumberOfAWholeOneIsNoLoss() throws Exception {
        backend.open();
        commit(1, put(Tags.ER, 16));
        backend.note(new Confirmed(ID, 0, 1).encode());
        int whole = octets().length;
        commit(1, put(Tags.IR, 16));
        place(Arrays.copyOf(octets(), octets().length - 5));

        var image = reopen();

        assertThat(octets().length).isGreaterThan(whole);
        assertThat(image.values()).containsOnlyKeys(Tags.ER);
        assertThat(backend.remains().transaction()).isZero();
        assertThat(new Remains(backend.remains().unfinished(), backend.remains().transaction(), false, new Confirmed(ID, 0, 1).encode())
                .findings("bonds.tlv", image).lost()).isEmpty();
    }

    @Test
    void aFlippedBitCostsTheRecordItIsInAndNeverChangesAValue() throws Exception {
        backend.open();
        commit(1, put(Tags.ER, 16), put(COMPANION, 50), put(BOND, 60));
        commit(2, put(COMPANION + 1, 50), put(BOND - 1, 60));
        commit(3, put(Tags.SEALED, 61), put(Tags.SEALED + 1, 93), put(Tags.SEALED + 2, 61));
        var whole = octets();
        var sound = LogReader.read(whole).values();
        int harmed = 0;
        for (int bit = 8 * 8; bit < whole.length * 8; bit++) {
            var damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            var contents = LogReader.read(damaged);
            int lost = 0;
            for (var expected : sound.entrySet()) {
                var value = contents.values().get(expected.getKey());
                lost += value == null ? 1 : 0;
                assertThat(value).as("bit " + bit).isIn(null, expected.getValue());
            }
            assertThat(lost).as("bit " + bit + ": " + contents.damage()).isLessThanOrEqualTo(1);
            harmed += lost;
        }
        assertThat(harmed).isPositive();
    }

    @Test
    void damageIsKeptAsideAndRewrittenBeforeTheFirstAppend() throws Exception {
        backend.open();
        commit(1, put(Tags.ER, 16), put(COMPANION, 50), put(BOND, 60));
        var damaged = octets();
        damaged[damaged.length - 1] ^= 1;
        backend.close();
        place(damaged);

        var image = backend.open();
        assertThat(image.values()).containsOnlyKeys(Tags.ER, COMPANION);
        assertThat(image.setAside()).singleElement().asString().contains("bonds.tlv").contains("68 octets");
        assertThat(octets()).isEqualTo(damaged);

        commit(2, put(BOND, 60));
        assertThat(disk.get(PLACE.resolveSibling("bonds.tlv.damaged-1"))).isEqualTo(damaged);
        var after = reopen();
        assertThat(after.values()).containsOnlyKeys(Tags.ER, COMPANION, BOND);
        assertThat(after.setAside()).isEmpty();
    }

    @Test
    void aFileWithoutItsMagicIsDamaged() throws Exception {
        place(GoldenFilesTest.file("recover-bad-magic.tlv"));
        assertThat(backend.open().setAside()).isNotEmpty();
        commit(1, put(COMPANION, 10));
        assertThat(disk.get(PLACE.resolveSibling("bonds.tlv.damaged-1")))
                .isEqualTo(GoldenFilesTest.file("recover-bad-magic.tlv"));
    }

    /** Where this gateway has kept nothing yet. */
    @Test
    void aFileThatIsNoStoreIsLeftAlone() throws Exception {
        var text = "Dear diary, today I configured the wrong file.\n".getBytes(StandardCharsets.UTF_8);
        place(text);
        refused(Reason.UNUSABLE, "is no store");
        assertThat(octets()).isEqualTo(text);
    }

    @Test
    void zerosOfALostSectorAreAHoleAndNoDeletions() throws Exception {
        place(concat(concat(GoldenFilesTest.file("er-ir-only.tlv"), new byte[512]),
                BtstackModel.record(BOND, new byte[60])));
        var image = backend.open();
        assertThat(image.values()).containsOnlyKeys(Tags.ER, Tags.IR, BOND);
        assertThat(image.setAside()).hasSize(1);
    }

    @Test
    void anImpossibleLengthCostsOneRecordNotTheRest() throws Exception {
        var broken = BtstackModel.record(Tags.LE_DEVICE | 14, new byte[60]);
        broken[4] = (byte) 0xff;
        place(concat(concat(GoldenFilesTest.file("er-ir-only.tlv"), broken), BtstackModel.record(BOND, new byte[60])));
        assertThat(backend.open().values()).containsOnlyKeys(Tags.ER, Tags.IR, BOND);
    }
}
