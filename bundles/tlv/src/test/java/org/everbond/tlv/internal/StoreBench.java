package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.Forgotten;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.StoreThreads;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A store front in the hand of the test, a backend that does as it is told, and the time to wait for both. */
@Timeout(60)
abstract class StoreBench {
    static final Duration LONG = Duration.ofSeconds(20);
    static final Duration SHORT = Duration.ofMillis(50);
    static final Options OPTIONS = new Options(LONG, LONG, Duration.ofMillis(1), Duration.ofMillis(5));

    final List<TlvBackend.Batch> attic = new CopyOnWriteArrayList<>();
    StoreFront store = front(StoreFront.RELEASE_WAIT);
    final FakeBackend backend = new FakeBackend("place");

    @AfterEach
    void close() {
        store.close();
    }

    StoreFront front(Duration releaseWait) {
        return new StoreFront("test", OPTIONS, Merge.byTag(), content -> {
            attic.add(content);
            return "the attic";
        }, Forgotten.NOTHING, StoreThreads.system("everbond-store-test"), releaseWait);
    }

    void bindAndLoad(FakeBackend backend) throws Exception {
        store.bind(backend);
        await(() -> store.state() == TlvState.READY);
    }

    /** From now on commits wait until it is opened. */
    CountDownLatch gate() {
        var gate = new CountDownLatch(1);
        backend.beforeCommit = () -> awaitQuietly(gate);
        return gate;
    }

    static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for a condition; the store tells of most changes, the rest is looked for every 5 ms. */
    void await(BooleanSupplier condition) throws Exception {
        var changed = new Semaphore(0);
        try (var subscription = store.listen((state, generation) -> changed.release())) {
            while (!condition.getAsBoolean()) {
                changed.tryAcquire(5, TimeUnit.MILLISECONDS);
            }
        }
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    static void fails(CompletionStage<?> stage, Reason reason, String sentence) {
        assertThatThrownBy(() -> get(stage)).isInstanceOf(ExecutionException.class).cause()
                .isInstanceOfSatisfying(TlvException.class, e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e).hasMessageContaining(sentence);
                });
    }

    static Transaction put(int tag) {
        return new Transaction().put(tag, new byte[] {(byte) tag});
    }
}
