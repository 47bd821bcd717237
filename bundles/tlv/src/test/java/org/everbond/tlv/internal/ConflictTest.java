package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.Forgotten;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.StoreThreads;
import org.junit.jupiter.api.Test;

/** A backend with another content than the store: what is decided by people, and what is not. */
class ConflictTest extends StoreBench {
    @Test
    void aBackendWithAnotherIdentityIsAConflictAndNeitherSideIsWritten() throws Exception {
        bindAndLoad(backend);
        get(store.commit(new Transaction().put(Tags.ER, new byte[16])));
        store.unbind(backend);
        var other = new FakeBackend("other");
        other.id = new StoreId(new UUID(1, 1), new UUID(2, 2));
        other.values.put(Tags.ER, new byte[] {1});
        store.bind(other);
        await(() -> store.state() == TlvState.CONFLICT);
        assertThat(store.stateReason()).contains("other holds another store").contains("SMER");
        fails(store.commit(put(1)), Reason.FAILED, "holds another store");
        assertThat(other.batches).isEmpty();
        assertThat(store.get(Tags.ER)).hasSize(16);
        store.unbind(other);
        store.bind(backend);
        get(store.commit(put(1)));
    }

    @Test
    void aConflictIsDecidedAndWhatLosesIsKeptAside() throws Exception {
        bindAndLoad(backend);
        get(store.commit(put(1)));
        fails(store.resolve(Resolution.ADOPT), Reason.FAILED, "no conflict");
        var other = new FakeBackend("other");
        other.id = new StoreId(new UUID(1, 1), new UUID(2, 2));
        other.values.put(1, new byte[] {99});
        store.bind(other);
        await(() -> store.obstacle().contains("other holds another store"));
        get(store.commit(put(2)));
        assertThat(get(store.resolve(Resolution.ADOPT))).isEqualTo("the attic");
        await(() -> store.backend().resource().equals("other"));
        assertThat(store.get(1)).containsExactly(99);
        assertThat(store.tags()).containsExactly(1);
        assertThat(store.id()).isEqualTo(other.id);
        assertThat(attic).singleElement().satisfies(kept -> {
            assertThat(kept.id()).isEqualTo(backend.id);
            assertThat(kept.changes()).extracting(change -> Tags.name(change.tag())).contains("00000001", "00000002");
        });
        attic.clear();

        store.unbind(other);
        store.unbind(backend);
        store.bind(backend);
        await(() -> store.state() == TlvState.CONFLICT);
        get(store.resolve(Resolution.CARRY));
        await(() -> store.state() == TlvState.READY);
        assertThat(backend.values).containsOnlyKeys(1);
        assertThat(backend.values.get(1)).containsExactly(99);
        assertThat(attic).singleElement().satisfies(kept -> assertThat(kept.changes()).hasSize(3));
    }

    @Test
    void nothingGivesWayThatCannotBeKept() throws Exception {
        store.close();
        store = new StoreFront("test", OPTIONS, Merge.byTag(), content -> {
            throw new TlvException(Reason.FULL, "the disk for the attic is full");
        }, Forgotten.NOTHING, StoreThreads.system("everbond-store-test"));
        bindAndLoad(backend);
        get(store.commit(put(1)));
        store.unbind(backend);
        var other = new FakeBackend("other");
        other.id = new StoreId(new UUID(1, 1), new UUID(2, 2));
        other.values.put(1, new byte[] {99});
        store.bind(other);
        await(() -> store.state() == TlvState.CONFLICT);
        fails(store.resolve(Resolution.CARRY), Reason.FAILED, "the disk for the attic is full");
        assertThat(other.batches).isEmpty();
        assertThat(store.get(1)).containsExactly(1);
    }

    @Test
    void twoCopiesOfOneStoreThatWereUsedApartBecomeOne() throws Exception {
        bindAndLoad(backend);
        get(store.commit(put(1)));
        store.close();
        var copy = new FakeBackend("copy");
        copy.values.putAll(backend.values);
        copy.history = backend.history;
        copy.id = backend.id;
        copy.sequence = backend.sequence;
        store = front(LONG);
        bindAndLoad(copy);
        get(store.commit(put(2)));
        store.close();
        store = front(LONG);
        bindAndLoad(backend);
        get(store.commit(put(3)));
        get(store.commit(put(4)));
        store.bind(copy);
        await(() -> store.backend().resource().equals("copy"));
        assertThat(copy.values).containsOnlyKeys(1, 2, 3, 4);
        assertThat(store.tags()).containsExactly(1, 2, 3, 4);
        // And the one that was left behind is an ancestor now.
        store.unbind(backend);
        store.bind(backend);
        await(() -> store.backend().resource().equals("place"));
        assertThat(backend.values).containsOnlyKeys(1, 2, 3, 4);
    }
}
