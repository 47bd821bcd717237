package org.everbond.adapter.internal;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.everbond.hci.EventLoop;
import org.everbond.tlv.spi.StoreThreads;

/** Daemon threads of the system; those that are not needed all the time end when idle. */
final class SystemThreads implements Threads {
    private final EventLoop.OnThread loop;
    private final ExecutorService callbacks;
    private final ExecutorService workers;
    private final StoreThreads store;

    SystemThreads(String adapter) {
        loop = EventLoop.onThread("everbond-" + adapter);
        callbacks = single("everbond-" + adapter + "-callbacks");
        workers = pool("everbond-" + adapter + "-worker");
        store = StoreThreads.system("everbond-store-" + adapter);
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public ExecutorService callbacks() {
        return callbacks;
    }

    @Override
    public ExecutorService workers() {
        return workers;
    }

    @Override
    public StoreThreads store() {
        return store;
    }

    @Override
    public void closeLoop() {
        loop.close();
    }

    @Override
    public void close() {
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
