package org.everbond.tlv;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.everbond.tlv.spi.TlvBackend;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The side of a store that belongs to whoever created it: here backends are bound and unbound, while the {@link #store()}
 * stays the same object for those who use it. Created by {@link TlvStore#create}. All methods may be called from any thread.
 *
 * <p>The backend bound last is the wanted one. It is opened on a thread of its own, again and again with growing pauses when
 * the place cannot be used yet, and takes over as a whole or not at all: while it cannot (not openable, too small, holding
 * another identity), the one bound before goes on serving. Two backends of the same {@link BackendInfo#resource() resource} are
 * never open at the same time.
 */
@ProviderType
public interface TlvStoreOwner extends AutoCloseable {
    /** How long {@link #unbind} and {@link #close} wait at most for a backend that is busy. */
    Duration RELEASE_WAIT = Duration.ofSeconds(5);

    /** What consumers use; the same object from creation to {@link #close()} and beyond. */
    TlvStore store();

    /** Changes the options of the running store; commits that wait already keep their time. */
    void configure(Options options);

    /**
     * Switches tracing: each get, store, delete and commit with the tag's readable name, its size, result and duration as one line
     * each of the logger {@code org.everbond.tlv.trace}, level info. Off at first.
     */
    void trace(Trace mode);

    /** Takes a backend that is not open. Returns at once. Binding a bound one does nothing. */
    default void bind(TlvBackend backend) {
        bind(backend, () -> {});
    }

    /**
     * Likewise.
     *
     * @param beforeItServes runs when the backend holds all that the store does, and before anything is acknowledged that only it holds:
     *     where to find it after a crash has to be written down then. Runs on the store's thread, may block; a failure of it is one of
     *     the backend
     */
    void bind(TlvBackend backend, Runnable beforeItServes);

    /**
     * Gives a backend back: waits until the operation that it is in has ended and it was closed, at most {@link #RELEASE_WAIT}.
     * One that hangs for longer is left to close itself when it comes back; what it was committing is reported as
     * {@link TlvException.Reason#IN_DOUBT}. Commits that it had not begun wait for another backend.
     */
    void unbind(TlvBackend backend);

    /**
     * Why the backend bound last does not serve although another one does: too small, in conflict, not there; one sentence for
     * people with the cure, empty when there is nothing to say.
     */
    String obstacle();

    /**
     * Decides a conflict: the state CONFLICT, or one that is told by {@link #obstacle()} while another backend serves on.
     *
     * @return completes when the backend serves, with the place where what lost is kept; exceptionally with a {@link TlvException}
     *     when there is nothing to decide or it could not be done, then both sides are as they were
     */
    CompletionStage<String> resolve(Resolution resolution);

    /** Gives all backends back, refuses what still waits, ends the threads. Waits at most {@link #RELEASE_WAIT}. Idempotent. */
    @Override
    void close();

    /** What is traced. */
    enum Trace {
        /** Nothing; costs nothing. */
        OFF,
        /** Each access, without values. */
        ON,
        /** With values: whoever reads the log has the keys. */
        VALUES
    }

    /**
     * How a store behaves when its backend does not.
     *
     * @param commitWait how long a commit waits for a backend when there is none, 0 s (it is refused at once) to 20 s
     * @param answerWait how long a commit waits for a backend that is loading or writing before it is reported as failed (not
     *     begun) or in doubt (begun), more than 0 s to 20 s
     * @param retryFirst the pause after the first failed attempt to open a backend, more than 0 s; doubles with each attempt
     * @param retryLongest the longest such pause, not below {@code retryFirst}
     */
    record Options(Duration commitWait, Duration answerWait, Duration retryFirst, Duration retryLongest) {
        /** The longest time that a commit may wait, so that a pairing ends before its 30 s timer (Vol 3, Part H, 3.4). */
        public static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

        /** Wait for a backend up to 20 s; try to open it every 100 ms to 10 s. */
        public static final Options DEFAULTS =
                new Options(LONGEST_WAIT, LONGEST_WAIT, Duration.ofMillis(100), Duration.ofSeconds(10));

        /** @throws IllegalArgumentException for a value out of range, with a sentence that names it */
        public Options {
            if (commitWait.isNegative() || commitWait.compareTo(LONGEST_WAIT) > 0) {
                throw new IllegalArgumentException("commitWait is " + commitWait.toMillis() + " ms, but 0..20000 ms is allowed");
            }
            if (answerWait.isNegative() || answerWait.isZero() || answerWait.compareTo(LONGEST_WAIT) > 0) {
                throw new IllegalArgumentException("answerWait is " + answerWait.toMillis() + " ms, but 1..20000 ms is allowed");
            }
            if (retryFirst.isNegative() || retryFirst.isZero() || retryLongest.compareTo(retryFirst) < 0) {
                throw new IllegalArgumentException(
                        "the pause between attempts to open a backend must be more than 0 ms and its limit not below it");
            }
        }

        /** These options with another {@code commitWait}. */
        public Options withCommitWait(Duration wait) {
            return new Options(wait, answerWait, retryFirst, retryLongest);
        }
    }
}
