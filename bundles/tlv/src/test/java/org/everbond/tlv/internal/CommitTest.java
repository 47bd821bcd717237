package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore.Commit;
import org.everbond.tlv.Transaction;
import org.junit.jupiter.api.Test;

/** What a commit promises, and what becomes of one that fails. */
class CommitTest extends StoreBench {
    @Test
    void readsSeeACommitOnlyWhenItIsConfirmed() throws Exception {
        bindAndLoad(backend);
        var gate = gate();
        var commit = store.commit(put(1));
        backend.committing.await();
        assertThat(store.get(1)).isNull();
        assertThat(commit.toCompletableFuture()).isNotDone();
        gate.countDown();
        assertThat(get(commit)).isEqualTo(new Commit(1, 9, true));
        assertThat(store.get(1)).containsExactly(1);
        assertThat(store.sequence()).isEqualTo(1);
    }

    @Test
    void whatWaitsTogetherSharesOneFlush() throws Exception {
        bindAndLoad(backend);
        var gate = gate();
        var commits = new ArrayList<CompletionStage<Commit>>();
        commits.add(store.commit(put(0)));
        backend.committing.await();
        for (int i = 1; i <= 64; i++) {
            commits.add(store.commit(put(i)));
        }
        gate.countDown();
        for (int i = 0; i <= 64; i++) {
            assertThat(get(commits.get(i)).sequence()).isEqualTo(i + 1);
        }
        assertThat(backend.batches).hasSize(2);
        assertThat(backend.batches.get(1).sequence()).isEqualTo(65);
        assertThat(backend.batches.get(1).changes()).extracting(change -> change.tag()).isSorted().hasSize(64);
        assertThat(store.statistics().commits()).isEqualTo(65);
        assertThat(store.statistics().batches()).isEqualTo(2);
    }

    @Test
    void answersComeInOrderOnTheStoresThreadAndMayCommitAgain() throws Exception {
        bindAndLoad(backend);
        var gate = gate();
        var order = new CopyOnWriteArrayList<String>();
        var second = store.commit(put(1)).thenCompose(first -> {
            order.add(Thread.currentThread().getName());
            return store.commit(put(2));
        });
        gate.countDown();
        assertThat(get(second).sequence()).isEqualTo(2);
        assertThat(order).containsExactly("everbond-store-test");
    }

    @Test
    void aFailedCommitIsToldWithItsCauseAndLeavesNothing() throws Exception {
        bindAndLoad(backend);
        backend.beforeCommit = () -> {
            throw new TlvException(Reason.FAILED, "the disk is gone");
        };
        var states = new CopyOnWriteArrayList<TlvState>();
        store.listen((state, generation) -> states.add(state));
        fails(store.commit(put(1)), Reason.FAILED, "the disk is gone");
        assertThat(store.get(1)).isNull();
        assertThat(states).contains(TlvState.DEGRADED);
        assertThat(store.statistics().failures()).isEqualTo(1);
        // It becomes ready by itself again: those who wait for that do not commit.
        await(() -> store.state() == TlvState.READY);
        backend.beforeCommit = () -> {};
        get(store.commit(put(2)));
        assertThat(store.tags()).containsExactly(2);
    }

    @Test
    void aBackendThatCannotTidyUpIsOpenedAgainButNotForEver() throws Exception {
        backend.onHousekeeping = () -> {
            throw new TlvException(Reason.CHANGED, "the file was replaced");
        };
        store.bind(backend);
        backend.openings.acquire(2);
        get(store.commit(put(1)));
        backend.openings.acquire(1);
        get(store.commit(put(2)));
        backend.openings.acquire(1);
        assertThat(store.tags()).containsExactly(1, 2);
        assertThat(backend.openings.tryAcquire()).isFalse();
    }

    @Test
    void oneThatDoesNotFitDoesNotTakeOthersWithIt() throws Exception {
        bindAndLoad(backend);
        backend.room = 1000;
        var gate = gate();
        var first = store.commit(put(0));
        backend.committing.await();
        var large = store.commit(new Transaction().put(1, new byte[2000]));
        var small = store.commit(put(2));
        gate.countDown();
        get(first);
        fails(large, Reason.FULL, "no room");
        get(small);
        assertThat(store.tags()).containsExactly(0, 2);
        assertThat(store.state()).isEqualTo(TlvState.READY);
    }

    @Test
    void anOutcomeInDoubtShowsWhenTheBackendIsOpenedAgain() throws Exception {
        bindAndLoad(backend);
        get(store.commit(put(1)));
        backend.afterCommit = () -> {
            throw new TlvException(Reason.IN_DOUBT, "the flush failed");
        };
        fails(store.commit(put(2)), Reason.IN_DOUBT, "the flush failed");
        backend.afterCommit = () -> {};
        await(() -> store.generation() == 2);
        assertThat(store.state()).isEqualTo(TlvState.READY);
        assertThat(store.get(2)).isNotNull();
        // A number that is in doubt is not given to another transaction.
        assertThat(get(store.commit(put(3))).sequence()).isEqualTo(3);
    }

    @Test
    void aCommitThatWaitedThroughALoadIsRefusedWhenItWasPlannedOnSomethingElse() throws Exception {
        bindAndLoad(backend);
        get(store.commit(put(1)));
        store.unbind(backend);
        // Meanwhile somebody else has used the place.
        backend.values.put(2, new byte[] {99});
        backend.sequence = 9;
        backend.history = null;
        var onOther = store.commit(put(2));
        var onSame = store.commit(put(3));
        store.bind(backend);
        fails(onOther, Reason.FAILED, "another value of 00000002 is there now");
        get(onSame);
        assertThat(store.get(2)).containsExactly(99);
    }

    @Test
    void whatAnotherProgramChangedIsReadAndWhatItTouchedIsNotOverwritten() throws Exception {
        bindAndLoad(backend);
        get(store.commit(put(1)));
        backend.beforeCommit = () -> {
            backend.beforeCommit = () -> {};
            backend.values.put(2, new byte[] {99});
            backend.foreign = true;
            throw new TlvException(Reason.CHANGED, "the file was written to by another program");
        };
        var commit = store.commit(put(3));
        assertThat(get(commit).durable()).isTrue();
        assertThat(store.get(2)).containsExactly(99);
        assertThat(store.generation()).isEqualTo(2);

        backend.beforeCommit = () -> {
            backend.beforeCommit = () -> {};
            backend.values.put(2, new byte[] {100});
            throw new TlvException(Reason.CHANGED, "the file was written to by another program");
        };
        fails(store.commit(put(2)), Reason.FAILED, "written to by another program");
        assertThat(store.get(2)).containsExactly(100);
    }
}
