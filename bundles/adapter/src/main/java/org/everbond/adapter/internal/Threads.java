package org.everbond.adapter.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.everbond.hci.EventLoop;
import org.everbond.tlv.spi.StoreThreads;

/** The event loop of one adapter, and the threads that do what must not stall it. */
interface Threads {
    /** Owns all protocol state. */
    EventLoop loop();

    /** Runs what belongs to others, in order. */
    Executor callbacks();

    /** Runs what blocks or takes long: as many threads as there are such tasks. */
    Executor workers();

    /** The threads of the store. */
    StoreThreads store();

    /** Ends the loop; the others still take what it leaves behind, until {@link #close}. */
    void closeLoop();

    /** From now on tasks are taken silently and not run. */
    void close();

    /** Runs the action on the loop and completes as its stage does. Any thread may call. */
    default <T> CompletionStage<T> onLoop(Supplier<CompletionStage<T>> action) {
        if (loop().inLoop()) {
            return action.get();
        }
        var result = new CompletableFuture<T>();
        loop().execute(() -> {
            try {
                action.get().whenComplete((value, failure) -> {
                    if (failure != null) {
                        result.completeExceptionally(failure);
                    } else {
                        result.complete(value);
                    }
                });
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
