package org.everbond.faults;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** An event loop on the thread of the test: it runs while the test waits for something. */
public final class LoopInHand implements Executor {
    private static final long PATIENCE = 30;

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Supplier<String> story;

    public LoopInHand() {
        this(() -> "");
    }

    /** @param story what has happened, for the message of a failure */
    public LoopInHand(Supplier<String> story) {
        this.story = story;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs until the condition holds, which is asked after each task. */
    public void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            var task = tasks.poll(PATIENCE, TimeUnit.SECONDS);
            if (task == null) {
                throw new AssertionError("nothing has come for " + PATIENCE + " s; " + story.get());
            }
            task.run();
        }
    }

    public <T> T await(CompletionStage<T> stage) throws Exception {
        var future = stage.toCompletableFuture();
        until(future::isDone);
        return future.get();
    }

    /** Forgets what has not run, as a process that has ended does. */
    public void clear() {
        tasks.clear();
    }
}
