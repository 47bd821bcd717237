package org.everbond.adapter.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.everbond.hci.EventLoop;

/**
 * The daemon threads of one adapter: its event loop, and those that do what must not stall it. The latter end when idle, and take
 * tasks silently no more once closed.
 */
final class Threads {
    private final EventLoop.OnThread loop;
    private final ExecutorService callbacks;
    private final ExecutorService workers;

    Threads(String adapter) {
        loop = EventLoop.onThread("everbond-" + adapter);
        callbacks = single("everbond-" + adapter + "-callbacks");
        workers = pool("everbond-" + adapter + "-worker");
    }

    /** Owns all protocol state. */
    EventLoop loop() {
        return loop;
    }

    /** Runs what belongs to others, in order. */
    ExecutorService callbacks() {
        return callbacks;
    }

    /** Runs what blocks or takes long: as many threads as there are such tasks. */
    ExecutorService workers() {
        return workers;
    }

    /** Runs the action on the loop and completes as its stage does. Any thread may call. */
    <T> CompletionStage<T> onLoop(Supplier<CompletionStage<T>> action) {
        if (loop.inLoop()) {
            return action.get();
        }
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
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

    /** Ends the loop; the others still take what it leaves behind, until {@link #close}. */
    void closeLoop() {
        loop.close();
    }

    void close() {
        workers.shutdown();
        callbacks.shutdown();
    }

    private static ExecutorService single(String name) {
        var executor = new ThreadPoolExecutor(
                1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(name), new ThreadPoolExecutor.DiscardPolicy());
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private static ExecutorService pool(String name) {
        var executor = (ThreadPoolExecutor) Executors.newCachedThreadPool(named(name));
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        return executor;
    }

    private static ThreadFactory named(String name) {
        var count = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
