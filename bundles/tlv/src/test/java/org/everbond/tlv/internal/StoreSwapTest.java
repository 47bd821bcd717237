package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore.Commit;
import org.everbond.tlv.Transaction;
import org.junit.jupiter.api.Test;

/** From one backend to another while the store is in use. */
class StoreSwapTest extends StoreBench {
    @Test
    void anotherBackendGetsEverythingBeforeTheFirstIsGivenUp() throws Exception {
        var other = new FakeBackend("other", backend.done);
        bindAndLoad(backend);
        get(store.commit(put(1).put(2, new byte[] {2})));
        backend.done.clear();
        store.bind(other);
        await(() -> store.backend().resource().equals("other"));
        assertThat(store.state()).isEqualTo(TlvState.READY);
        assertThat(other.values).containsOnlyKeys(1, 2);
        assertThat(other.id).isEqualTo(store.id());
        await(() -> backend.done.size() == 3);
        assertThat(backend.done).containsExactly("open other", "commit other", "close place");
        store.unbind(backend);
        get(store.commit(put(3)));
        assertThat(other.values).containsKey(3);
        assertThat(backend.values).doesNotContainKey(3);
    }

    @Test
    void fromFileToMemoryAndBackNothingIsLostAndNothingForgottenComesBack() throws Exception {
        bindAndLoad(backend);
        get(store.commit(put(1).put(2, new byte[] {2})));
        store.unbind(backend);
        var memory = new FakeBackend("memory");
        store.bind(memory);
        await(() -> store.state() == TlvState.READY);
        get(store.commit(new Transaction().delete(2).put(3, new byte[] {3})));
        store.unbind(memory);
        store.bind(backend);
        await(() -> store.state() == TlvState.READY);
        assertThat(backend.values).containsOnlyKeys(1, 3);
        assertThat(store.tags()).containsExactly(1, 3);
    }

    @Test
    void aSwapThatDoesNotFitIsRefusedAndTheOldBackendServesOn() throws Exception {
        bindAndLoad(backend);
        get(store.commit(new Transaction().put(1, new byte[100]).put(2, new byte[100])));
        var small = new FakeBackend("small", backend.done);
        small.info = new BackendInfo("fake", "small", 10, 150, true, true);
        store.bind(small);
        small.openings.acquire(2);
        get(store.commit(new Transaction().put(3, new byte[100])));
        assertThat(store.backend().resource()).isEqualTo("place");
        assertThat(small.batches).isEmpty();
        // When the old one goes, the reason shows.
        store.unbind(backend);
        await(() -> store.state() == TlvState.DEGRADED);
        assertThat(store.stateReason()).contains("small is too small");
    }

    @Test
    void twoBackendsOfOnePlaceAreNeverOpenTogether() throws Exception {
        bindAndLoad(backend);
        var again = new FakeBackend("place", backend.done);
        store.bind(again);
        await(() -> again.openings.availablePermits() > 0);
        assertThat(backend.done).startsWith("open place", "close place", "open place");
    }

    /** Or the next process would look for it in the place before, and go on air without it. */
    @Test
    void whereToFindItIsWrittenDownBeforeAnythingIsAcknowledgedThatOnlyTheNewBackendHolds() throws Exception {
        bindAndLoad(backend);
        get(store.commit(put(1)));
        var next = new FakeBackend("next", backend.done);
        var acknowledged = new CompletableFuture<Commit>();
        store.bind(next, () -> {
            var commit = store.commit(put(2));
            commit.whenComplete((done, failure) -> acknowledged.complete(done));
            try {
                acknowledged.get(SHORT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                backend.done.add("noted");
            }
        });
        assertThat(acknowledged.get().durable()).isTrue();
        assertThat(backend.done)
                .filteredOn(what -> !what.equals("close place"))
                .containsExactly("open place", "commit place", "open next", "commit next", "noted", "commit next");
    }

    @Test
    void whatIsCommittedWhileTheBulkIsCopiedReachesTheNewBackend() throws Exception {
        bindAndLoad(backend);
        get(store.commit(put(1)));
        var copying = new CountDownLatch(1);
        var other = new FakeBackend("other");
        other.beforeCommit = () -> awaitQuietly(copying);
        store.bind(other);
        other.committing.await();
        get(store.commit(put(2).delete(1)));
        copying.countDown();
        await(() -> store.backend().resource().equals("other"));
        assertThat(other.values).containsOnlyKeys(2);
        assertThat(store.obstacle()).isEmpty();
    }
}
