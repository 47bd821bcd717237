package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.everbond.hci.virtual.SimulatedLoop;

/** The people of a story: each does one thing after the other and waits for what comes of it, several at a time, in simulated time. */
final class People {
    private final SimulatedLoop world;
    private final Strands.Process all;
    /** What everybody listens to who waits. */
    private final Object bell = new Object();

    private int busy;

    People(SimulatedLoop world, Strands strands) {
        this.world = world;
        all = strands.new Process();
    }

    void begin(Runnable deeds) {
        busy++;
        all.start(() -> {
            deeds.run();
            busy--;
        });
    }

    boolean isIdle() {
        return busy == 0;
    }

    /** Something happened that somebody may wait for. */
    void ring() {
        all.signal(bell);
    }

    /** Whoever does something waits until the condition holds, which whoever makes it true rings for. Returns whether it does. */
    boolean until(BooleanSupplier condition, Duration limit) {
        long end = world.nanoTime() + limit.toNanos();
        try {
            synchronized (bell) {
                while (!condition.getAsBoolean()) {
                    long left = end - world.nanoTime();
                    if (left <= 0) {
                        return false;
                    }
                    all.await(bell, left);
                }
                return true;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void pause(Duration time) {
        until(() -> false, time);
    }

    /** Rings when it is done. */
    <T> void listen(CompletionStage<T> stage) {
        stage.whenComplete((value, failure) -> ring());
    }

    /** They go home. */
    void end() {
        all.kill();
    }
}
