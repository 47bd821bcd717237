package org.everbond.hci;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.everbond.hci.internal.ThreadEventLoop;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one thread that owns all protocol state of an adapter, and its only source of time. Tasks run one after another in
 * the order in which they were handed over; none may block. Tests run the whole stack on a simulated loop.
 */
@ConsumerType
public interface EventLoop extends Executor {
    /** Runs the task on the loop, after all that were handed over before. Any thread may call. */
    @Override
    void execute(Runnable task);

    /** Runs the task on the loop once the delay has passed. Any thread may call. */
    Timer schedule(Duration delay, Runnable task);

    /** Monotonic time in nanoseconds; only differences mean something. */
    long nanoTime();

    /** Whether the caller is running on this loop. */
    boolean inLoop();

    /** A loop on a daemon thread of its own, for real time. A task that throws is logged, and the loop goes on. */
    static OnThread onThread(String name) {
        return new ThreadEventLoop(name);
    }

    /** A loop that can be ended. */
    @ProviderType
    interface OnThread extends EventLoop, AutoCloseable {
        /**
         * Ends the loop after the task that is running, if any; does not wait for it. Tasks and timers that have not started,
         * and those handed over later, do not run. Any thread may call, more than once.
         */
        @Override
        void close();
    }

    /** A scheduled task. */
    @ConsumerType
    interface Timer {
        /** Keeps the task from running if it has not started; harmless afterwards. Any thread may call. */
        void cancel();
    }
}
