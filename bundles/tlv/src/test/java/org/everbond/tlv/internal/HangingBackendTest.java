package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.junit.jupiter.api.Test;

/** Backends that do not answer, at each moment of their lives. */
class HangingBackendTest extends StoreBench {
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
}
