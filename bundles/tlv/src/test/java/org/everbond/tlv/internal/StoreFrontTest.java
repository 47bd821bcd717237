package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.Transaction;
import org.junit.jupiter.api.Test;

/** A store with a backend, with one that comes late, and with none. */
class StoreFrontTest extends StoreBench {
    @Test
    void aNewStoreHasNoBackendAndNothingInIt() {
        assertThat(store.state()).isEqualTo(TlvState.NO_BACKEND);
        assertThat(store.generation()).isZero();
        assertThat(store.id()).isNull();
        assertThat(store.tags()).isEmpty();
        assertThat(store.backend()).isEqualTo(BackendInfo.NONE);
    }

    @Test
    void whenABackendIsLoadedTheStoreIsReadyAndHasAGeneration() throws Exception {
        backend.values.put(5, new byte[] {1});
        backend.values.put(-1, new byte[] {2});
        var heard = new CopyOnWriteArrayList<String>();
        store.listen((state, generation) -> heard.add(state + " " + generation));
        bindAndLoad(backend);
        assertThat(store.generation()).isEqualTo(1);
        assertThat(store.id()).isNotNull();
        assertThat(store.stateReason()).isEmpty();
        assertThat(store.tags()).containsExactly(5, -1);
        assertThat(store.get(5)).containsExactly(1);
        assertThat(store.get(6)).isNull();
        await(() -> heard.contains("READY 1"));
        assertThat(heard).containsExactly("LOADING 0", "READY 1");
        assertThat(backend.batches).isEmpty();
    }

    @Test
    void aPlaceThatAppearsLateIsOpenedInTheEndAndTheReasonIsToldMeanwhile() throws Exception {
        var refusals = new CountDownLatch(3);
        backend.onOpen = () -> {
            if (refusals.getCount() > 0) {
                refusals.countDown();
                throw new TlvException(Reason.UNUSABLE, "the disk is not mounted; mount it");
            }
        };
        var reasons = new CopyOnWriteArrayList<String>();
        store.listen((state, generation) -> reasons.add(state + ": " + store.stateReason()));
        store.bind(backend);
        var commit = store.commit(put(1));
        assertThat(get(commit).durable()).isTrue();
        assertThat(refusals.getCount()).isZero();
        assertThat(reasons).contains("DEGRADED: the disk is not mounted; mount it");
        assertThat(backend.done).startsWith("open place", "close place", "open place");
    }

    @Test
    void aBackendThatThrowsWhatItMayNotIsSurvived() throws Exception {
        var calls = new ArrayList<Integer>();
        backend.onOpen = () -> {
            calls.add(1);
            if (calls.size() == 1) {
                throw new IllegalStateException("bug");
            }
        };
        bindAndLoad(backend);
        backend.beforeCommit = () -> {
            throw new UnsupportedOperationException("bug");
        };
        fails(store.commit(put(1)), Reason.IN_DOUBT, "failed unexpectedly");
        backend.beforeCommit = () -> {};
        get(store.commit(put(2)));
        assertThat(store.tags()).containsExactly(2);
    }

    @Test
    void withoutABackendACommitWaitsForOne() throws Exception {
        var commit = store.commit(put(1));
        store.bind(backend);
        get(commit);
        assertThat(backend.values).containsOnlyKeys(1);
    }

    @Test
    void aCommitThatWaitedInVainSaysWhy() {
        store.configure(OPTIONS.withCommitWait(SHORT));
        fails(store.commit(put(1)), Reason.NO_BACKEND, "no storage backend is bound");
    }

    @Test
    void withTheOptionToRefuseACommitFailsAtOnce() {
        store.configure(OPTIONS.withCommitWait(Duration.ZERO));
        assertThat(store.commit(put(1)).toCompletableFuture()).failsWithin(LONG);
    }

    @Test
    void readsServeFromMemoryWhileThereIsNone() throws Exception {
        bindAndLoad(backend);
        get(store.commit(put(1)));
        store.unbind(backend);
        assertThat(backend.done).last().isEqualTo("close place");
        assertThat(store.state()).isEqualTo(TlvState.NO_BACKEND);
        assertThat(store.get(1)).containsExactly(1);
        assertThat(store.generation()).isEqualTo(1);
    }

    @Test
    void whoeverWaitsWhenTheStoreIsClosedIsTold() {
        var commit = store.commit(put(1));
        store.close();
        fails(commit, Reason.NO_BACKEND, "was closed");
        fails(store.commit(put(2)), Reason.NO_BACKEND, "is closed");
        assertThatThrownBy(() -> store.bind(backend)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theTagsOfTheStoreItselfAreNotForOthersToWrite() {
        assertThatThrownBy(() -> new Transaction().put(Tags.STORE_HEADER, new byte[1])).hasMessageContaining("store/0");
        assertThatThrownBy(() -> new Transaction().delete(Tags.TOMBSTONE)).hasMessageContaining("tombstone");
    }
}
