package org.everbond.gatt.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Runs tasks one after another on an executor that may have many threads. Any thread may call. */
public final class InOrder {
    private record Task(Runnable work, Consumer<Throwable> failed) {
        void run() {
            try {
                work.run();
            } catch (Throwable failure) {
                failed.accept(failure);
            }
        }
    }

    private final Executor executor;
    private final Queue<Task> tasks = new ArrayDeque<>();
    private boolean running;

    public InOrder(Executor executor) {
        this.executor = executor;
    }

    /** @param failed gets what the work threw, or that the executor takes no more work */
    public void execute(Runnable work, Consumer<Throwable> failed) {
        synchronized (tasks) {
            tasks.add(new Task(work, failed));
            if (running) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this::runAll);
        } catch (RejectedExecutionException shutDown) {
            refuseAll(shutDown);
        }
    }

    private void runAll() {
        for (var task = next(); task != null; task = next()) {
            task.run();
        }
    }

    private void refuseAll(RejectedExecutionException shutDown) {
        for (var task = next(); task != null; task = next()) {
            task.failed().accept(shutDown);
        }
    }

    private Task next() {
        synchronized (tasks) {
            var task = tasks.poll();
            running = task != null;
            return task;
        }
    }
}
