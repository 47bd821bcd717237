package org.everbond.tlv.internal;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.everbond.tlv.spi.StoreThreads;

/** Daemon threads and the clock of the system. */
public final class SystemThreads implements StoreThreads {
    private final String name;
    private final ScheduledThreadPoolExecutor events;

    public SystemThreads(String name) {
        this.name = name;
        events = new ScheduledThreadPoolExecutor(1, task -> daemon(name, task));
        events.setRemoveOnCancelPolicy(true);
    }

    private static Thread daemon(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void start(String purpose, Runnable work) {
        daemon(name + "-" + purpose, work).start();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void await(Object monitor, long nanos) throws InterruptedException {
        if (nanos == Long.MAX_VALUE) {
            monitor.wait();
        } else {
            TimeUnit.NANOSECONDS.timedWait(monitor, Math.max(nanos, 1_000_000));
        }
    }

    @Override
    public void signal(Object monitor) {
        monitor.notifyAll();
    }

    @Override
    public void execute(Runnable task) {
        events.execute(task);
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        var future = events.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void end() {
        events.shutdown();
    }
}
