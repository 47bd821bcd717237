package org.everbond.tlv.spi;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.everbond.tlv.internal.SystemThreads;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The threads and the clock of a store, so that it runs in simulated time as well. A store takes one of its own: it is ended by
 * {@link #end} when the store is closed.
 */
@ConsumerType
public interface StoreThreads {
    /**
     * Daemon threads and the clock of the system.
     *
     * @param name what the names of the threads begin with
     */
    static StoreThreads system(String name) {
        return new SystemThreads(name);
    }

    /**
     * Runs work that may block on a thread of its own.
     *
     * @param purpose for the name of the thread
     */
    void start(String purpose, Runnable work);

    /** A clock that only goes forward, in nanoseconds from any beginning. */
    long nanoTime();

    /**
     * Gives up the monitor, which the caller holds, until {@link #signal} or the end of the time; may return earlier.
     *
     * @param nanos {@code Long.MAX_VALUE} for no limit
     */
    void await(Object monitor, long nanos) throws InterruptedException;

    /** Wakes all that wait for the monitor, which the caller holds. */
    void signal(Object monitor);

    /**
     * Runs a short task after the others that were handed over, one at a time.
     *
     * @throws RejectedExecutionException after {@link #end}
     */
    void execute(Runnable task);

    /** Like {@link #execute}, later, unless it is cancelled. Returns what cancels it. */
    Runnable schedule(Duration delay, Runnable task);

    /** Takes no more tasks; what was handed over already is done. */
    void end();
}
