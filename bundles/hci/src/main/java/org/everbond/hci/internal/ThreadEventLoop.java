package org.everbond.hci.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.everbond.hci.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event loop on a daemon thread of its own. Handing over a task makes no garbage; a timer makes one object. */
public final class ThreadEventLoop implements EventLoop.OnThread {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>(256);
    private final PriorityQueue<Scheduled> timers = new PriorityQueue<>();
    private final Thread thread;
    private long sequence;
    private boolean closed;

    public ThreadEventLoop(String name) {
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        lock.lock();
        try {
            if (!closed) {
                tasks.add(task);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        lock.lock();
        try {
            var timer = new Scheduled(System.nanoTime() + delay.toNanos(), sequence++, task);
            if (!closed) {
                timers.add(timer);
                changed.signal();
            }
            return timer;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            tasks.clear();
            timers.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (var task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                LOG.error("A task on {} failed; the loop goes on", thread.getName(), failure);
            }
        }
    }

    /** Waits for the next task; null at the end. Due timers come before tasks, so that neither can starve the other long. */
    private Runnable next() {
        lock.lock();
        try {
            while (!closed) {
                var timer = timers.peek();
                long wait = timer == null ? Long.MAX_VALUE : timer.due - System.nanoTime();
                if (wait <= 0) {
                    return timers.poll().task;
                }
                var task = tasks.poll();
                if (task != null) {
                    return task;
                }
                if (timer == null) {
                    changed.awaitUninterruptibly();
                } else {
                    changed.awaitNanos(wait);
                }
            }
            return null;
        } catch (InterruptedException interrupted) {
            // Nobody may interrupt this thread but a framework that is going down with it.
            LOG.warn("{} was interrupted and ends", thread.getName());
            return null;
        } finally {
            lock.unlock();
        }
    }

    private final class Scheduled implements Timer, Comparable<Scheduled> {
        private final long due;
        private final long order;
        private final Runnable task;

        Scheduled(long due, long order, Runnable task) {
            this.due = due;
            this.order = order;
            this.task = task;
        }

        @Override
        public void cancel() {
            lock.lock();
            try {
                timers.remove(this);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int compareTo(Scheduled other) {
            int byTime = Long.compare(due - other.due, 0);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }
}
