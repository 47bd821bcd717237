package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.Transaction;
import org.junit.jupiter.api.Test;

/** What is remembered of what was deleted, and for how long. */
class TombstoneTest extends StoreBench {
    @Test
    void tombstonesAreWrittenLastHiddenFromReadersAndBounded() throws Exception {
        backend.info = new BackendInfo("fake", "place", 100_000, 2_000_000, true, true);
        bindAndLoad(backend);
        var id = new UUID(5, 6);
        get(store.commit(new Transaction().delete(1).bury(id, 17)));
        assertThat(store.tombstones()).containsExactly(new Tombstone(id, 17, 1));
        assertThat(store.tags()).isEmpty();
        assertThat(store.get(Tags.TOMBSTONE)).isNull();
        assertThat(backend.batches.get(0).changes()).extracting(change -> Tags.name(change.tag()))
                .containsExactly("history/0", "00000001", "tombstone/0");

        var many = new Transaction();
        for (int i = 0; i < Tombstone.KEPT; i++) {
            many.bury(id, 1000 + i);
        }
        get(store.commit(many));
        assertThat(store.tombstones()).hasSize(Tombstone.KEPT).noneMatch(tombstone -> tombstone.serial() == 17);
    }

    @Test
    void inASmallPlaceFewerTombstonesAreKept() throws Exception {
        backend.info = new BackendInfo("fake", "place", 80, 8000, true, true);
        bindAndLoad(backend);
        for (int i = 0; i < 30; i++) {
            get(store.commit(new Transaction().bury(new UUID(5, 6), i)));
        }
        assertThat(store.tombstones()).extracting(Tombstone::serial).containsExactlyInAnyOrder(20L, 21L, 22L, 23L, 24L, 25L, 26L, 27L, 28L, 29L);
    }

    @Test
    void tombstonesGiveWayToWhatDoesNotFitOtherwiseTheOldestFirst() throws Exception {
        bindAndLoad(backend);
        for (int i = 0; i < 8; i++) {
            get(store.commit(new Transaction().bury(new UUID(5, 6), i)));
        }
        backend.capacity = backend.octets() + 100 - 3 * Tombstone.LENGTH;
        get(store.commit(new Transaction().put(1, new byte[100])));
        assertThat(store.tombstones()).extracting(Tombstone::serial).containsExactlyInAnyOrder(4L, 5L, 6L, 7L);
        assertThat(backend.values.keySet()).as("there, too").hasSize(5);

        backend.capacity = backend.octets() + 100 - 3 * Tombstone.LENGTH;
        get(store.commit(new Transaction().put(2, new byte[100])));
        assertThat(store.tombstones()).isEmpty();

        // Where not even one fits beside the bond that was made, the deletion of the other is not remembered.
        backend.capacity = backend.octets() + 20;
        get(store.commit(new Transaction().delete(1).put(3, new byte[120]).bury(new UUID(5, 6), 9)));
        assertThat(store.tombstones()).isEmpty();
        assertThat(store.tags()).containsExactly(2, 3);
    }

    @Test
    void whatDoesNotFitAtAllIsRefusedAndTakesNoTombstone() throws Exception {
        bindAndLoad(backend);
        get(store.commit(new Transaction().put(1, new byte[50]).bury(new UUID(5, 6), 1)));
        backend.capacity = backend.octets();
        fails(store.commit(new Transaction().put(2, new byte[500])), Reason.FULL, "it is full");
        assertThat(store.tombstones()).hasSize(1);
        assertThat(store.state()).isEqualTo(TlvState.READY);
    }

    @Test
    void aStoreWithManyTombstonesMovesToASmallPlaceWithTheNewest() throws Exception {
        bindAndLoad(backend);
        for (int i = 0; i < 100; i++) {
            get(store.commit(new Transaction().bury(new UUID(5, 6), i)));
        }
        var small = new FakeBackend("small");
        small.info = new BackendInfo("fake", "small", 80, 1320, true, true);
        store.bind(small);
        await(() -> store.backend().resource().equals("small"));
        assertThat(store.tombstones()).extracting(Tombstone::serial).containsExactlyInAnyOrder(95L, 96L, 97L, 98L, 99L);
        assertThat(small.values).hasSize(5);
    }
}
