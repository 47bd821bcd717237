package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.internal.Reconciliation.Ours;
import org.everbond.tlv.internal.Reconciliation.Outcome;
import org.everbond.tlv.internal.Reconciliation.Refused;
import org.everbond.tlv.internal.Reconciliation.TakeTheirs;
import org.everbond.tlv.internal.Reconciliation.WriteOurs;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
    private static final StoreId ID = new StoreId(new UUID(1, 1), new UUID(2, 2));
    private static final StoreId OTHER = new StoreId(new UUID(7, 7), new UUID(8, 8));
    private static final BackendInfo PLACE = new BackendInfo("fake", "the place", 10, 1000, true, true);
    private static final byte[] A = {1};
    private static final byte[] B = {2};

    @Test
    void theFirstLoadTakesWhatIsThere() {
        assertThat(decide(Map.of(), null, 0, Map.of(1, A), ID, 5, false)).isEqualTo(new TakeTheirs(ID, 5));
    }

    @Test
    void anEmptyPlaceOrOneOfBtstackGetsAFreshLineageAtTheFirstLoad() {
        var one = (TakeTheirs) decide(Map.of(), null, 0, Map.of(), null, 0, false);
        var other = (TakeTheirs) decide(Map.of(), null, 0, Map.of(Tags.ER, A), null, 0, true);
        assertThat(one.id()).isNotEqualTo(other.id());
        assertThat(one.sequence()).isZero();
    }

    @Test
    void anEmptyPlaceGetsEverythingCompanionsFirst() {
        var outcome = decide(Map.of(Tags.LE_DEVICE, A, 0xe8000001, B, Tags.ER, A), ID, 5, Map.of(), null, 0, false);
        assertThat(tags(outcome)).hasSize(3).startsWith("bonds/1");
    }

    @Test
    void overAnAncestorOursWinsWholeDeletionsToo() {
        var outcome = decide(Map.of(1, A, 2, B), ID, 5, Map.of(1, B, 2, B, 3, A), ID, 4, false);
        assertThat(((WriteOurs) outcome).changes()).extracting(change -> change.tag() + (change.isDelete() ? " deleted" : ""))
                .containsExactly("1", "3 deleted");
    }

    @Test
    void aDescendantWins() {
        assertThat(decide(Map.of(1, A), ID, 5, Map.of(1, B), ID, 6, false)).isEqualTo(new TakeTheirs(ID, 6));
    }

    @Test
    void whatAnotherProgramAddedToOurNewestStateWins() {
        assertThat(decide(Map.of(1, A), ID, 5, Map.of(1, A, 2, B), ID, 5, true)).isEqualTo(new TakeTheirs(ID, 5));
    }

    @Test
    void nothingIsWrittenWhereNothingDiffers() {
        assertThat(decide(Map.of(1, A), ID, 5, Map.of(1, A), ID, 5, false)).isEqualTo(new WriteOurs(List.of()));
    }

    @Test
    void whatBothSidesChangedIsAConflict() {
        conflict(decide(Map.of(1, A), ID, 5, Map.of(1, B), ID, 5, false), "both been changed");
        conflict(decide(Map.of(1, A), ID, 5, Map.of(1, B), ID, 4, true), "both been changed");
    }

    @Test
    void anotherIdentityIsAConflictThatNamesWhatDiffers() {
        conflict(decide(Map.of(Tags.ER, A), ID, 5, Map.of(Tags.ER, B), OTHER, 9, false), "SMER");
        conflict(decide(Map.of(Tags.ER, A), ID, 5, Map.of(Tags.ER, B), null, 0, true), "SMER");
    }

    @Test
    void recordsOfAnotherLineageThatContradictNothingAreKept() {
        var outcome = decide(Map.of(1, A), ID, 5, Map.of(2, B), OTHER, 9, false);
        assertThat(tags(outcome)).containsExactly("00000001");
    }

    @Test
    void aPlaceThatIsTooSmallIsRefusedBeforeAnythingIsWritten() {
        var small = new BackendInfo("fake", "the place", 1, 1000, true, true);
        var outcome = Reconciliation.decide(new Ours(Map.of(1, A, 2, B), ID, 5), new Image(Map.of(), null, 0, false, List.of()), small);
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.conflict()).isFalse();
            assertThat(refused.sentence()).contains("the place is too small").contains("2 values");
        });
    }

    private static Outcome decide(
            Map<Integer, byte[]> ours, StoreId id, long sequence, Map<Integer, byte[]> theirs, StoreId theirId, long theirSequence,
            boolean foreign) {
        return Reconciliation.decide(
                new Ours(ours, id, sequence), new Image(theirs, theirId, theirSequence, foreign, List.of()), PLACE);
    }

    private static List<String> tags(Outcome outcome) {
        return ((WriteOurs) outcome).changes().stream().map(change -> Tags.name(change.tag())).toList();
    }

    private static void conflict(Outcome outcome, String sentence) {
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.conflict()).isTrue();
            assertThat(refused.sentence()).contains(sentence);
        });
    }
}
