package org.everbond.tlv.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.spi.StoreThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What consumers hear, on the thread for answers, in the order in which it happened. Any thread may call. */
final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    private final StoreThreads threads;
    private final List<TlvStore.Listener> listeners = new CopyOnWriteArrayList<>();

    Deliveries(StoreThreads threads) {
        this.threads = threads;
    }

    AutoCloseable listen(TlvStore.Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void tell(Status now) {
        threads.execute(() -> listeners.forEach(listener -> tell(listener, now)));
    }

    private static void tell(TlvStore.Listener listener, Status status) {
        try {
            listener.changed(status.state(), status.generation());
        } catch (RuntimeException e) {
            LOG.warn("A listener of the store failed", e);
        }
    }

    <T> void answer(CompletableFuture<T> result, T value, Throwable failure) {
        Runnable completion = () -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else {
                result.complete(value);
            }
        };
        try {
            threads.execute(completion);
        } catch (RejectedExecutionException e) {
            // Closed: nobody is held up any more.
            completion.run();
        }
    }
}
