package org.everbond.hci.virtual;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.everbond.hci.EventLoop;

/**
 * An event loop whose clock stands still until somebody moves it, so that whole stacks run in simulated time, the same way
 * every time. The thread that calls {@link #runUntilIdle}, {@link #advance} or {@link #runUntil} is the loop while it does
 * so. What a task throws comes out of that call. Tasks may be handed over by any thread.
 */
public final class SimulatedLoop implements EventLoop {
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    private final PriorityQueue<Task> timers =
            new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::order));
    private long now;
    private long order;
    private Thread runner;

    @Override
    public synchronized void execute(Runnable task) {
        ready.add(task);
    }

    @Override
    public synchronized Timer schedule(Duration delay, Runnable task) {
        long nanos = delay.isNegative() ? 0 : delay.toNanos();
        var timer = new Task(now + nanos, order++, task);
        timers.add(timer);
        return () -> cancel(timer);
    }

    private synchronized void cancel(Task timer) {
        timers.remove(timer);
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized boolean inLoop() {
        return runner == Thread.currentThread();
    }

    /** Runs every task that is due now, and what these hand over, without moving the clock. Returns how many ran. */
    public int runUntilIdle() {
        int count = 0;
        for (Runnable task = nextReady(); task != null; task = nextReady()) {
            run(task);
            count++;
        }
        return count;
    }

    /** Moves the clock on by {@code time}, running every task at its moment. */
    public void advance(Duration time) {
        long end;
        synchronized (this) {
            end = now + time.toNanos();
        }
        runUntilIdle();
        while (moveToNextTimer(end)) {
            runUntilIdle();
        }
        synchronized (this) {
            now = end;
        }
    }

    /**
     * Runs tasks and moves the clock from timer to timer until the condition holds.
     *
     * @param limit how far the clock may move
     * @return whether the condition holds; false when the limit was reached, or nothing is left to run
     */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        long end;
        synchronized (this) {
            end = now + limit.toNanos();
        }
        while (!condition.getAsBoolean()) {
            var task = nextReady();
            if (task != null) {
                run(task);
            } else if (!moveToNextTimer(end)) {
                return false;
            }
        }
        return true;
    }

    private synchronized Runnable nextReady() {
        while (!timers.isEmpty() && timers.peek().due <= now) {
            ready.add(timers.poll().action);
        }
        return ready.poll();
    }

    private synchronized boolean moveToNextTimer(long end) {
        if (timers.isEmpty() || timers.peek().due > end) {
            return false;
        }
        now = Math.max(now, timers.peek().due);
        return true;
    }

    private void run(Runnable task) {
        Thread before;
        synchronized (this) {
            before = runner;
            runner = Thread.currentThread();
        }
        try {
            task.run();
        } finally {
            synchronized (this) {
                runner = before;
            }
        }
    }

    private record Task(long due, long order, Runnable action) {}
}
