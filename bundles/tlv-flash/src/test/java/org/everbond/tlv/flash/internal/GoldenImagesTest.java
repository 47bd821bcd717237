package org.everbond.tlv.flash.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images written by BTstack, what BTstack itself reads in them, and what both make of what the other one goes on with. */
class GoldenImagesTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final int OURS = 0x41424344;

    @ParameterizedTest
    @MethodSource("org.everbond.tlv.flash.internal.Golden#names")
    void theModelOfBtstackReadsAndChangesAnImageAsBtstackDoes(String name) {
        var golden = Golden.of(name);
        var model = BtstackModel.open(golden.mode(), golden.alignment(), golden.size(), golden.image());
        assertThat(Golden.hex(model.values())).containsExactlyInAnyOrderEntriesOf(golden.live());
        assertThat(model.currentBank()).isEqualTo(golden.currentBank());
        assertThat(model.writeOffset()).isEqualTo(golden.writeOffset());
        if (golden.afterOpen() != null) {
            assertThat(model.image()).isEqualTo(golden.afterOpen());
        } else if (!golden.openChanges() && !name.startsWith("corrupt")) {
            assertThat(model.image()).isEqualTo(golden.image());
        }
    }

    @ParameterizedTest
    @MethodSource("org.everbond.tlv.flash.internal.Golden#names")
    void everythingIsReadThatBtstackReads(String name) throws TlvException {
        var golden = Golden.of(name);
        var flash = golden.flash();
        var image = new FlashBackend(flash, golden.mode()).open();
        assertThat(flash.image()).as("opening changes nothing").isEqualTo(golden.image());
        assertThat(image.id()).isNull();
        assertThat(image.sequence()).isZero();
        if (BtstackModel.open(golden.mode(), golden.alignment(), golden.size(), golden.image()).wasReset()) {
            return; // What BTstack loses is below.
        }
        assertThat(Golden.hex(image.values())).containsExactlyInAnyOrderEntriesOf(golden.live());
        assertThat(image.setAside()).isEmpty();
        assertThat(image.foreign()).isEqualTo(!golden.live().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "overwrite-a1-cut-store-2b2, overwrite-a1-writes", "overwrite-a1-cut-store-2b4, overwrite-a1-writes",
        "overwrite-a1-cut-store-2b6, overwrite-a1-writes", "write_once-a1-cut-store-2b2, write_once-a1-writes",
        "write_once-a1-cut-store-2b4, write_once-a1-writes", "write_once-a1-cut-store-2b6, write_once-a1-writes",
        "delete_field-a1-cut-store-2b2, delete_field-a1-writes", "delete_field-a1-cut-store-2b4, delete_field-a1-writes",
        "delete_field-a1-cut-store-2b6, delete_field-a1-writes",
        "torn-bank-header-old-epoch1, torn-bank-header-old-epoch0", "torn-bank-header-old-epoch3, torn-bank-header-old-epoch0"
    })
    void aTornHeaderCostsOnlyTheRecordThatWasBeingWritten(String torn, String before) throws TlvException {
        var golden = Golden.of(torn);
        assertThat(golden.live()).as("BTstack loses everything").isEmpty();
        var image = new FlashBackend(golden.flash(), golden.mode()).open();
        assertThat(Golden.hex(image.values())).containsExactlyInAnyOrderEntriesOf(Golden.of(before).live());
        assertThat(image.setAside()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"corrupt-length", "corrupt-length-otherbank-epoch0", "corrupt-length-otherbank-epoch2"})
    void aWrongLengthCostsNothingWhereTheTagTellsTheRightOne(String name) throws TlvException {
        var golden = Golden.of(name);
        assertThat(golden.live()).as("BTstack loses everything").isEmpty();
        var image = new FlashBackend(golden.flash(), golden.mode()).open();
        assertThat(Golden.hex(image.values())).containsExactlyInAnyOrderEntriesOf(Golden.of("overwrite-a1-writes").live());
        assertThat(image.setAside()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"epochs-0-0", "epochs-0-2"})
    void whereTheEpochsContradictOneAnotherBothBanksAreRead(String name) throws TlvException {
        var golden = Golden.of(name);
        assertThat(golden.live()).as("BTstack loses everything").isEmpty();
        var image = new FlashBackend(golden.flash(), golden.mode()).open();
        assertThat(Golden.hex(image.values())).containsOnlyKeys("41414141", "42424242");
        assertThat(image.setAside()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("org.everbond.tlv.flash.internal.Golden#names")
    void btstackReadsEverythingAfterWeHaveWritten(String name) throws TlvException {
        var golden = Golden.of(name);
        var flash = golden.flash();
        var backend = new FlashBackend(flash, golden.mode());
        var expected = Golden.hex(backend.open().values());
        try {
            commitOne(backend, 1, new byte[] {1});
            commitOne(backend, 2, new byte[] {2, 3});
            expected.put("41424344", "0203");
        } catch (TlvException e) {
            assertThat(e.reason()).isEqualTo(TlvException.Reason.FULL);
            assertThat(flash.image()).isEqualTo(golden.image());
            assertThat(name).containsAnyOf("full", "exact-fit");
            return;
        }
        assertThat(read(flash.image(), golden)).containsExactlyInAnyOrderEntriesOf(expected);
        var again = new FlashBackend(flash, golden.mode()).open();
        assertThat(Golden.hex(again.values())).containsExactlyInAnyOrderEntriesOf(expected);
        assertThat(again.sequence()).isEqualTo(2);
        assertThat(again.id()).isEqualTo(ID);
        assertThat(again.foreign()).isFalse();
        assertThat(again.setAside()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("org.everbond.tlv.flash.internal.Golden#names")
    void whatBtstackWritesAfterUsIsReadAndKnownAsForeign(String name) throws TlvException {
        var golden = Golden.of(name);
        var flash = golden.flash();
        var backend = new FlashBackend(flash, golden.mode());
        var expected = Golden.hex(backend.open().values());
        try {
            commitOne(backend, 1, new byte[] {1});
        } catch (TlvException e) {
            return; // Full: above.
        }
        backend.close();
        var model = BtstackModel.open(golden.mode(), golden.alignment(), golden.size(), flash.image());
        var first = expected.keySet().stream().findFirst().orElse(null);
        if (first != null) {
            model.delete(Integer.parseUnsignedInt(first, 16));
            expected.remove(first);
        }
        assertThat(model.store(OURS, new byte[] {7, 7})).isTrue();
        expected.put("41424344", "0707");
        var image = new FlashBackend(flash.load(model.image()), golden.mode()).open();
        assertThat(Golden.hex(image.values())).containsExactlyInAnyOrderEntriesOf(expected);
        assertThat(image.foreign()).isTrue();
        assertThat(image.sequence()).isEqualTo(1);
        assertThat(image.id()).isEqualTo(ID);
        assertThat(image.setAside()).isEmpty();
    }

    /** What BTstack reads, without our own records. */
    private static Map<String, String> read(byte[] image, Golden golden) {
        var model = BtstackModel.open(golden.mode(), golden.alignment(), golden.size(), image);
        assertThat(model.wasReset()).isFalse();
        assertThat(model.image()).as("nothing for BTstack to repair").isEqualTo(image);
        var values = Golden.hex(model.values());
        values.keySet().removeIf(tag -> tag.startsWith("e0") || tag.startsWith("e1"));
        return values;
    }

    private static void commitOne(FlashBackend backend, long sequence, byte[] value) throws TlvException {
        backend.commit(new Batch(ID, sequence, List.of(new Change(OURS, value))));
    }
}
