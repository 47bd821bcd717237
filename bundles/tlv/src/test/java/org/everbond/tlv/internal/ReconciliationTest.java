package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.internal.Reconciliation.Join;
import org.everbond.tlv.internal.Reconciliation.Ours;
import org.everbond.tlv.internal.Reconciliation.Outcome;
import org.everbond.tlv.internal.Reconciliation.Refused;
import org.everbond.tlv.internal.Reconciliation.TakeTheirs;
import org.everbond.tlv.internal.Reconciliation.WriteOurs;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.everbond.tlv.spi.TlvBackend.Room;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
    private static final StoreId ID = new StoreId(new UUID(1, 1), new UUID(2, 2));
    private static final StoreId OTHER = new StoreId(new UUID(7, 7), new UUID(8, 8));
    private static final BackendInfo PLACE = new BackendInfo("fake", "the place", 10, 1000, true, true);
    private static final Reconciliation RECONCILIATION = new Reconciliation(Merge.byTag(), 77);
    private static final byte[] A = {1};
    private static final byte[] B = {2};

    @Test
    void theFirstLoadTakesWhatIsThere() {
        assertThat(decide(Map.of(), null, 0, Map.of(1, A), ID, 5, false)).isEqualTo(new TakeTheirs(ID, 5, false));
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
        assertThat(decide(Map.of(1, A), ID, 5, Map.of(1, B), ID, 6, false)).isEqualTo(new TakeTheirs(ID, 6, false));
    }

    @Test
    void whatAnotherProgramAddedToOurNewestStateWins() {
        assertThat(decide(Map.of(1, A), ID, 5, Map.of(1, A, 2, B), ID, 5, true)).isEqualTo(new TakeTheirs(ID, 5, false));
    }

    @Test
    void nothingIsWrittenWhereNothingDiffers() {
        assertThat(decide(Map.of(1, A), ID, 5, Map.of(1, A), ID, 5, false)).isEqualTo(new WriteOurs(List.of(), false));
    }

    @Test
    void whatBothSidesChangedIsAConflict() {
        conflict(decide(Map.of(1, A), ID, 5, Map.of(1, B), ID, 5, false), "another store");
        conflict(decide(Map.of(1, A), ID, 5, Map.of(1, B), ID, 4, true), "another store");
    }

    @Test
    void anotherIdentityIsAConflictThatNamesWhatDiffers() {
        conflict(decide(Map.of(Tags.ER, A), ID, 5, Map.of(Tags.ER, B), OTHER, 9, false), "SMER");
        conflict(decide(Map.of(Tags.ER, A), ID, 5, Map.of(Tags.ER, B), null, 0, true), "SMER");
    }

    @Test
    void recordsOfAnotherLineageThatContradictNothingAreKept() {
        var join = (Join) decide(Map.of(1, A), ID, 5, Map.of(2, B), OTHER, 9, false);
        assertThat(join.values()).containsKeys(1, 2);
        assertThat(names(join.changes())).containsExactlyInAnyOrder("00000001", "history/0");
        // New to both sides, so that either is an ancestor of it.
        assertThat(join.sequence()).isEqualTo(10);
    }

    // Copies that were used apart have counted on from the same number: only the history tells.

    @Test
    void aCopyThatOneRunHasWrittenFurtherIsAnAncestorHoweverManyTransactionsItHas() {
        var ours = written(Map.of(1, A), 100, 4, 200, 5);
        assertThat(decide(ours, ID, 9, written(Map.of(2, B), 100, 4), ID, 4, false)).isInstanceOf(WriteOurs.class);
        assertThat(decide(written(Map.of(2, B), 100, 4), ID, 4, ours, ID, 9, false)).isEqualTo(new TakeTheirs(ID, 9, false));
    }

    @Test
    void copiesThatWereUsedApartAreMergedWhicheverHasTheHigherNumber() {
        var ours = written(Map.of(1, A), 100, 4, 200, 5);
        var theirs = written(Map.of(2, B), 100, 4, 300, 5);
        for (long sequence : new long[] {6, 7, 8}) {
            var join = (Join) decide(ours, ID, 7, theirs, ID, sequence, false);
            assertThat(join.values()).containsKeys(1, 2);
            assertThat(join.sequence()).isGreaterThan(Math.max(7, sequence));
            // Both are ancestors of what came out.
            assertThat(decide(join.values(), ID, join.sequence(), theirs, ID, sequence, false)).isInstanceOf(WriteOurs.class);
            assertThat(decide(ours, ID, 7, join.values(), ID, join.sequence(), false)).isInstanceOf(TakeTheirs.class);
        }
        conflict(decide(ours, ID, 7, written(Map.of(1, B), 100, 4, 300, 5), ID, 8, false), "another store");
    }

    @Test
    void tombstonesOfBothSidesStayEachOnceAndBounded() {
        var ours = written(Map.of(), 100, 4, 200, 5);
        var theirs = written(Map.of(), 100, 4, 300, 5);
        for (int i = 0; i < Tombstone.KEPT; i++) {
            ours.put(Tags.TOMBSTONE | i, new Tombstone(ID.store(), i, 1).encode());
        }
        theirs.put(Tags.TOMBSTONE | 7, new Tombstone(ID.store(), 3, 2).encode());
        theirs.put(Tags.TOMBSTONE | 9, new Tombstone(ID.store(), 9999, 2).encode());
        var place = new BackendInfo("fake", "the place", 100_000, 10_000_000, true, true);
        var join = (Join) RECONCILIATION.decide(new Ours(ours, ID, 7), new Image(theirs, ID, 8, false, List.of()), roughly(place), null, 8);
        var serials = join.values().entrySet().stream()
                .filter(entry -> (entry.getKey() & 0xff000000) == Tags.TOMBSTONE)
                .map(entry -> Tombstone.decode(entry.getValue()).orElseThrow().serial())
                .toList();
        assertThat(serials).hasSize(Tombstone.KEPT).doesNotHaveDuplicates().contains(9999L, 3L);
    }

    @Test
    void aPersonDecidesAConflict() {
        var ours = new Ours(Map.of(1, A), ID, 5);
        var theirs = new Image(Map.of(1, B, 2, B), OTHER, 9, false, List.of());
        assertThat(RECONCILIATION.decide(ours, theirs, roughly(PLACE), Resolution.ADOPT, 6)).isEqualTo(new TakeTheirs(OTHER, 9, true));
        var carry = (WriteOurs) RECONCILIATION.decide(ours, theirs, roughly(PLACE), Resolution.CARRY, 6);
        assertThat(carry.theirsLost()).isTrue();
        assertThat(names(carry.changes())).containsExactly("00000001", "00000002");
    }

    @Test
    void aDamagedHistoryIsNone() {
        var value = new History(new LinkedHashMap<>(Map.of(1L, 2L))).encode();
        assertThat(History.of(value, 9).last()).containsExactly(Map.entry(1L, 9L));
        for (int i = 0; i < value.length; i++) {
            var damaged = value.clone();
            damaged[i] ^= 1;
            assertThat(History.of(damaged, 9)).isEqualTo(History.NONE);
        }
        assertThat(History.of(new byte[5], 9)).isEqualTo(History.NONE);
        assertThat(History.of((byte[]) null, 9)).isEqualTo(History.NONE);
    }

    @Test
    void aHistoryStaysSmallByForgettingTheOldestRuns() {
        var history = History.NONE;
        for (int run = 1; run <= 100; run++) {
            history = history.join(History.NONE, run, run * 10, History.KEPT);
        }
        assertThat(history.last()).hasSize(History.KEPT).containsKeys(100L, 85L).doesNotContainKey(84L);
        assertThat(history.isOf(100)).isTrue();
    }

    @Test
    void aPlaceThatIsTooSmallIsRefusedBeforeAnythingIsWritten() {
        var small = new BackendInfo("fake", "the place", 1, 1000, true, true);
        var outcome = RECONCILIATION.decide(
                new Ours(Map.of(1, A, 2, B), ID, 5), new Image(Map.of(), null, 0, false, List.of()), roughly(small), null, 6);
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.conflict()).isFalse();
            assertThat(refused.sentence()).contains("the place is too small").contains("2 values");
        });
    }

    private static Outcome decide(
            Map<Integer, byte[]> ours, StoreId id, long sequence, Map<Integer, byte[]> theirs, StoreId theirId, long theirSequence,
            boolean foreign) {
        return RECONCILIATION.decide(
                new Ours(ours, id, sequence), new Image(theirs, theirId, theirSequence, foreign, List.of()), roughly(PLACE), null, sequence + 1);
    }

    private static List<String> tags(Outcome outcome) {
        return names(((WriteOurs) outcome).changes());
    }

    private static List<String> names(List<Change> changes) {
        return changes.stream().map(change -> Tags.name(change.tag())).toList();
    }

    private static Map<Integer, byte[]> written(Map<Integer, byte[]> values, long... runsAndSequences) {
        var last = new LinkedHashMap<Long, Long>();
        for (int i = 0; i < runsAndSequences.length; i += 2) {
            last.put(runsAndSequences[i], runsAndSequences[i + 1]);
        }
        var all = new HashMap<>(values);
        all.put(Tags.HISTORY, new History(last).encode());
        return all;
    }

    @Test
    void whatThePlaceItselfKnowsOfItsRoomCountsMoreThanWhatItSaysOfItsSize() {
        var tiny = new BackendInfo("test", "the place", 1, 1, true, true);
        var ours = new Ours(Map.of(1, A, 2, B), ID, 5);
        var theirs = new Image(Map.of(), null, 0, false, List.of());
        assertThat(RECONCILIATION.decide(ours, theirs, new Reconciliation.Place(tiny, values -> Optional.of(new Room(7, 7))), null, 6))
                .isInstanceOf(WriteOurs.class);
        assertThat(RECONCILIATION.decide(ours, theirs, new Reconciliation.Place(PLACE, values -> Optional.of(new Room(8, 7))), null, 6))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.sentence())
                        .contains("is too small: the store has 2 values of ", " which need 8 octets there, but it has 7; configure a larger place"));
    }

    @Test
    void whereBondsDoNotFitOtherwiseTombstonesGiveWayTheOldestFirst() {
        var ours = new HashMap<Integer, byte[]>(Map.of(1, A));
        for (int i = 0; i < 10; i++) {
            ours.put(Tags.TOMBSTONE | i, new Tombstone(ID.store(), i, 100 + i).encode());
        }
        var theirs = new Image(Map.of(), null, 0, false, List.of());
        // A place that takes four values.
        var place = new Reconciliation.Place(PLACE, values -> Optional.of(new Room(values.size(), 4)));
        var outcome = RECONCILIATION.decide(new Ours(ours, ID, 200), theirs, place, null, 201);
        assertThat(outcome).isInstanceOfSatisfying(WriteOurs.class, write ->
                assertThat(write.changes()).extracting(Change::tag).contains(1, Tags.TOMBSTONE | 9).doesNotContain(Tags.TOMBSTONE));
    }

    @Test
    void whatAPlaceNeverTakesIsRefusedInItsOwnWords() {
        var place = new Reconciliation.Place(PLACE, values -> {
            throw new TlvException(TlvException.Reason.FAILED, "the place reads entries of 60 octets only");
        });
        var outcome = RECONCILIATION.decide(
                new Ours(Map.of(1, A), ID, 5), new Image(Map.of(), null, 0, false, List.of()), place, null, 6);
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.sentence())
                .isEqualTo("the place reads entries of 60 octets only"));
    }

    private static Reconciliation.Place roughly(BackendInfo place) {
        return new Reconciliation.Place(place, values -> Optional.empty());
    }

    private static void conflict(Outcome outcome, String sentence) {
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.conflict()).isTrue();
            assertThat(refused.sentence()).contains(sentence);
        });
    }
}
