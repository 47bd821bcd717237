package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore.Commit;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.StoreThreads;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StoreFrontTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Options OPTIONS = new Options(LONG, LONG, Duration.ofMillis(1), Duration.ofMillis(5));

    private final List<TlvBackend.Batch> attic = new CopyOnWriteArrayList<>();
    private StoreFront store = front(StoreFront.RELEASE_WAIT);
    private final FakeBackend backend = new FakeBackend("place");

    @AfterEach
    void close() {
        store.close();
    }

    // Readiness.

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

    // Commits.

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
    void aHangingCommitIsReportedInDoubtAndTheViewFollowsWhenItEndsAfterAll() throws Exception {
        store.configure(new Options(SHORT, SHORT, Duration.ofMillis(1), Duration.ofMillis(5)));
        bindAndLoad(backend);
        var gate = gate();
        fails(store.commit(put(1)), Reason.IN_DOUBT, "has not answered for 50 ms");
        assertThat(store.state()).isEqualTo(TlvState.DEGRADED);
        assertThat(store.get(1)).isNull();
        fails(store.commit(put(2)), Reason.NO_BACKEND, "nothing was written within 50 ms");
        gate.countDown();
        await(() -> store.state() == TlvState.READY);
        assertThat(store.get(1)).isNotNull();
        assertThat(store.generation()).isEqualTo(2);
        assertThat(store.get(2)).isNull();
    }

    // Without a backend.

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

    // Swaps.

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
    void twoBackendsOfOnePlaceAreNeverOpenTogether() throws Exception {
        bindAndLoad(backend);
        var again = new FakeBackend("place", backend.done);
        store.bind(again);
        await(() -> again.openings.availablePermits() > 0);
        assertThat(backend.done).startsWith("open place", "close place", "open place");
    }

    @Test
    void aBackendThatHangsIsLeftAloneAndAnotherOneTakesOver() throws Exception {
        store.close();
        store = front(SHORT);
        bindAndLoad(backend);
        get(store.commit(put(1)));
        var gate = gate();
        var hanging = store.commit(put(2));
        await(() -> backend.done.stream().filter("commit place"::equals).count() == 2);
        var waiting = store.commit(put(3));
        store.unbind(backend);
        fails(hanging, Reason.IN_DOUBT, "did not answer");

        var other = new FakeBackend("other");
        store.bind(other);
        assertThat(get(waiting).sequence()).isGreaterThan(2);
        assertThat(other.values).containsOnlyKeys(1, 3);
        gate.countDown();
        await(() -> backend.done.contains("close place"));
        assertThat(store.get(2)).isNull();
    }

    @Test
    void aSwapToABackendThatHangsIsGivenUpAndTheOldOneServesOn() throws Exception {
        store.close();
        store = front(SHORT);
        bindAndLoad(backend);
        var never = new CountDownLatch(1);
        var hanging = new FakeBackend("hanging");
        hanging.onOpen = () -> awaitQuietly(never);
        store.bind(hanging);
        hanging.openings.acquire();
        store.unbind(hanging);
        assertThat(store.state()).isEqualTo(TlvState.READY);
        get(store.commit(put(1)));
        assertThat(backend.values).containsKey(1);
        never.countDown();
        await(() -> hanging.done.contains("close hanging"));
        get(store.commit(put(2)));
        assertThat(backend.done).doesNotContain("close place");
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
    void whileAnotherBackendHangsInOpenTheOneThatServesCommitsOn() throws Exception {
        bindAndLoad(backend);
        var never = new CountDownLatch(1);
        var hanging = new FakeBackend("hanging");
        hanging.onOpen = () -> awaitQuietly(never);
        store.bind(hanging);
        hanging.openings.acquire();
        for (int i = 1; i <= 20; i++) {
            get(store.commit(put(i)));
        }
        assertThat(store.backend().resource()).isEqualTo("place");
        // When it comes to itself, it gets everything.
        never.countDown();
        await(() -> store.backend().resource().equals("hanging"));
        assertThat(hanging.values).hasSize(20);
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

    @Test
    void aBackendThatHangsInTheLastStepOfTheSwapIsLeftAloneAndTheOldOneServesOn() throws Exception {
        store.close();
        store = front(SHORT);
        bindAndLoad(backend);
        get(store.commit(put(1)));
        var never = new CountDownLatch(1);
        var hanging = new FakeBackend("hanging");
        // A merge is written in the last step: both sides have something.
        hanging.id = new StoreId(new UUID(1, 1), new UUID(2, 2));
        hanging.values.put(9, new byte[] {9});
        hanging.beforeCommit = () -> awaitQuietly(never);
        store.bind(hanging);
        hanging.committing.await();
        get(store.commit(put(2)));
        await(() -> store.obstacle().contains("hanging did not answer"));
        assertThat(store.backend().resource()).isEqualTo("place");
        assertThat(store.get(9)).isNull();
        // What it wrote in the end is no descendant of what was committed meanwhile: it is merged again, nothing is lost.
        hanging.beforeCommit = () -> {};
        never.countDown();
        await(() -> store.backend().resource().equals("hanging"));
        assertThat(hanging.values).containsOnlyKeys(1, 2, 9);
    }

    @Test
    void aBackendThatHangsInFlushIsReplacedByAnotherOneWithoutBeingUnbound() throws Exception {
        store.close();
        store = front(SHORT);
        store.configure(new Options(LONG, SHORT, Duration.ofMillis(1), Duration.ofMillis(5)));
        bindAndLoad(backend);
        get(store.commit(put(1)));
        var gate = gate();
        fails(store.commit(put(2)), Reason.IN_DOUBT, "has not answered");
        var other = new FakeBackend("other");
        store.bind(other);
        await(() -> store.backend().resource().equals("other") && store.state() == TlvState.READY);
        get(store.commit(put(3)));
        assertThat(other.values).containsOnlyKeys(1, 3);
        gate.countDown();
        await(() -> backend.done.contains("close place"));
        assertThat(store.tags()).containsExactly(1, 3);
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
        }, StoreThreads.system("everbond-store-test"));
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

    // Bookkeeping.

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

    @Test
    void theTagsOfTheStoreItselfAreNotForOthersToWrite() {
        assertThatThrownBy(() -> new Transaction().put(Tags.STORE_HEADER, new byte[1])).hasMessageContaining("store/0");
        assertThatThrownBy(() -> new Transaction().delete(Tags.TOMBSTONE)).hasMessageContaining("tombstone");
    }

    private StoreFront front(Duration releaseWait) {
        return new StoreFront("test", OPTIONS, Merge.byTag(), content -> {
            attic.add(content);
            return "the attic";
        }, StoreThreads.system("everbond-store-test"), releaseWait);
    }

    private void bindAndLoad(FakeBackend backend) throws Exception {
        store.bind(backend);
        await(() -> store.state() == TlvState.READY);
    }

    /** From now on commits wait until it is opened. */
    private CountDownLatch gate() {
        var gate = new CountDownLatch(1);
        backend.beforeCommit = () -> awaitQuietly(gate);
        return gate;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for a condition; the store tells of most changes, the rest is looked for every 5 ms. */
    private void await(BooleanSupplier condition) throws Exception {
        var changed = new Semaphore(0);
        try (var subscription = store.listen((state, generation) -> changed.release())) {
            while (!condition.getAsBoolean()) {
                changed.tryAcquire(5, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static void fails(CompletionStage<?> stage, Reason reason, String sentence) {
        assertThatThrownBy(() -> get(stage)).isInstanceOf(ExecutionException.class).cause()
                .isInstanceOfSatisfying(TlvException.class, e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e).hasMessageContaining(sentence);
                });
    }

    private static Transaction put(int tag) {
        return new Transaction().put(tag, new byte[] {(byte) tag});
    }
}
