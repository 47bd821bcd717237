package org.everbond.tlv.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.spi.Attic;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.TlvBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends of a store and who works on them: a {@link Writer} commits to the one that serves, an {@link Opener} brings the next
 * one up beside it, so that one which hangs holds up nobody. Either is left alone when it hangs for too long and another one takes
 * its place; it changes nothing any more then and closes its backend when the call returns. All methods are called with the
 * front's monitor held, all fields are guarded by it.
 */
final class Backends {
    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

    final StoreFront front;
    final Attempts attempts = new Attempts();
    final Attic attic;
    private final Merge merge;
    private final long releaseNanos;
    private final List<TlvBackend> bound = new ArrayList<>();
    private final Map<TlvBackend, Runnable> beforeItServes = new IdentityHashMap<>();
    /** Those that a thread which was left alone has not come back from. */
    private final Set<TlvBackend> stuck = new HashSet<>();

    private TlvBackend active;
    /** Whether the writer is inside a call of the active one. */
    private boolean busy;
    /** Whether the opener takes over, so that the writer begins nothing. */
    private boolean held;

    private long heldUntil;
    private Writer writer;
    private Opener opener;
    private final Conflict conflict;
    private volatile long run = ThreadLocalRandom.current().nextLong();

    Backends(StoreFront front, Merge merge, Attic attic, long releaseNanos) {
        this.front = front;
        conflict = new Conflict(front);
        this.merge = merge;
        this.attic = attic;
        this.releaseNanos = releaseNanos;
    }

    // For the owner.

    void bind(TlvBackend backend, Runnable before) {
        if (bound.contains(backend)) {
            return;
        }
        bound.add(backend);
        beforeItServes.put(backend, before);
        if (writer == null) {
            startWriter();
            startOpener();
        }
        if (active == null) {
            front.publish(front.status().with(TlvState.LOADING, "opening " + backend.info().resource()));
        }
        front.threads.signal(front);
    }

    /** Waits, giving up the monitor, until nobody is inside the backend; whoever hangs there is left alone. */
    void unbind(TlvBackend backend) {
        if (!bound.remove(backend)) {
            return;
        }
        beforeItServes.remove(backend);
        front.obstacle("");
        conflict.unbound(backend);
        front.threads.signal(front);
        if (!await(() -> active == backend || opener.isOpening(backend))) {
            if (opener.isOpening(backend)) {
                leaveOpener();
            }
            if (active == backend) {
                leaveWriter(sentence(backend));
            }
        }
        if (active == null && bound.isEmpty()) {
            front.publish(front.status().with(TlvState.NO_BACKEND, noBackend(front.status())).withBackend(BackendInfo.NONE));
        }
    }

    private static String noBackend(Status status) {
        return status.state() == TlvState.NO_BACKEND ? status.reason() : "no storage backend is bound";
    }

    /** What has to be done before anything is acknowledged that only this backend holds. */
    Runnable beforeItServes(TlvBackend backend) {
        return beforeItServes.getOrDefault(backend, () -> {});
    }

    void close() {
        bound.clear();
        conflict.cancel("the store was closed");
        front.threads.signal(front);
        if (writer != null && !await(() -> writer.isAlive() || opener.isAlive())) {
            if (opener.isAlive()) {
                leaveOpener();
            }
            if (writer.isAlive()) {
                leaveWriter(active == null ? "the store" : sentence(active));
            }
        }
    }

    CompletionStage<String> resolve(Resolution resolution) {
        var done = conflict.resolve(resolution);
        attempts.forget();
        front.threads.signal(front);
        return done;
    }

    /** Waits while the condition holds; returns false when it does not end in time. */
    private boolean await(BooleanSupplier condition) {
        long deadline = front.threads.nanoTime() + releaseNanos;
        boolean interrupted = false;
        while (condition.getAsBoolean()) {
            long left = deadline - front.threads.nanoTime();
            if (left <= 0) {
                break;
            }
            try {
                front.threads.await(front, left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !condition.getAsBoolean();
    }

    private String sentence(TlvBackend backend) {
        return backend.info().resource() + " did not answer for " + TimeUnit.NANOSECONDS.toMillis(releaseNanos)
                + " ms and was left alone; what it was writing will show when it is opened again";
    }

    // Threads.

    private void startWriter() {
        writer = new Writer(this);
        front.threads.start("io", writer);
    }

    private void startOpener() {
        opener = new Opener(this);
        front.threads.start("open", opener);
    }

    private void leaveOpener() {
        var backend = opener.leave();
        if (backend != null) {
            stuck.add(backend);
            LOG.warn("Store {}: {}", front.name(), sentence(backend));
        }
        // Whatever it may still write there is not part of what this store writes from now on.
        newRun();
        held = false;
        if (!front.isClosed()) {
            startOpener();
        }
        front.threads.signal(front);
    }

    private void leaveWriter(String sentence) {
        writer.leave();
        if (active != null) {
            stuck.add(active);
            LOG.warn("Store {}: {}", front.name(), sentence);
            active = null;
            busy = false;
            front.publish(front.status().with(bound.isEmpty() ? TlvState.NO_BACKEND : TlvState.LOADING, sentence)
                    .withBackend(BackendInfo.NONE));
        }
        front.queue.failBegun(new TlvException(Reason.IN_DOUBT, sentence));
        if (!front.isClosed()) {
            startWriter();
        }
        front.threads.signal(front);
    }

    /** A thread that was left alone has come back from its backend and closed it. */
    void cameBack(TlvBackend backend) {
        stuck.remove(backend);
        front.threads.signal(front);
    }

    // For the writer.

    TlvBackend active() {
        return active;
    }

    boolean isBound(TlvBackend backend) {
        return bound.contains(backend);
    }

    void busy(boolean now) {
        busy = now;
        front.threads.signal(front);
    }

    /** The active one was closed. */
    void closed() {
        active = null;
        front.threads.signal(front);
    }

    /** Whether the writer has to wait for the opener; when it has waited too long, the old backend serves on. */
    boolean isHeld(long now) {
        if (isTooLate(now)) {
            var late = opener.opening();
            front.obstacle(sentence(late) + "; " + active.info().resource() + " serves on");
            attempts.failed(late, front.options(), now);
            leaveOpener();
        }
        return held;
    }

    private boolean isTooLate(long now) {
        return held && active != null && heldUntil != Long.MAX_VALUE && heldUntil - now <= 0;
    }

    /** Nanoseconds until {@link #isHeld} may decide otherwise. */
    long untilHeldTooLong(long now) {
        return held && active != null && heldUntil != Long.MAX_VALUE ? Math.max(1, heldUntil - now) : Long.MAX_VALUE;
    }

    // For the opener.

    TlvBackend candidate(long now) {
        return attempts.next(willing(), active, now);
    }

    long untilCandidate(long now) {
        return attempts.untilNext(willing(), active, now);
    }

    private List<TlvBackend> willing() {
        return bound.stream().filter(backend -> !stuck.contains(backend)).toList();
    }

    boolean isActiveAt(TlvBackend candidate) {
        return active != null && Objects.equals(active.info().resource(), candidate.info().resource());
    }

    /**
     * Waits until the writer has ended what it was doing and begins nothing. A backend that hangs in a flush is left alone.
     * Returns false when the opener was left alone meanwhile.
     */
    boolean hold(Opener who) {
        held = true;
        heldUntil = Long.MAX_VALUE;
        while (busy && opener == who) {
            if (front.queue.isDoubted()) {
                leaveWriter(sentence(active));
            } else {
                front.waitFor(Long.MAX_VALUE);
            }
        }
        if (opener != who) {
            return false;
        }
        heldUntil = front.threads.nanoTime() + releaseNanos;
        return true;
    }

    void release() {
        held = false;
        front.threads.signal(front);
    }

    Reconciliation reconciliation() {
        return new Reconciliation(merge, run);
    }

    /** Null unless a person has decided on a conflict with this backend. */
    Resolution resolution(TlvBackend backend) {
        return conflict.resolution(backend);
    }

    /** The backend serves. Returns the one that served before. */
    TlvBackend serve(TlvBackend backend, String kept) {
        var former = active;
        if (conflict.resolution(backend) == Resolution.ADOPT) {
            newRun();
        }
        conflict.end(backend, kept);
        active = backend;
        front.obstacle("");
        attempts.forget();
        writer.loaded();
        return former;
    }

    void refuse(TlvBackend backend, TlvState state, String sentence) {
        conflict.refused(backend, state, sentence);
        if (attempts.failed(backend, front.options(), front.threads.nanoTime())) {
            LOG.warn("Store {}: {}", front.name(), sentence);
        }
        if (active != null) {
            front.obstacle(bound.contains(backend) ? sentence : "");
        } else if (bound.contains(backend)) {
            front.publish(front.status().with(state, sentence).withBackend(BackendInfo.NONE));
            if (state == TlvState.CONFLICT) {
                front.queue.refuseWaiting(new TlvException(Reason.FAILED, sentence));
            }
        }
    }

    /** By which what is written from now on is told from all before. */
    private void newRun() {
        run = ThreadLocalRandom.current().nextLong();
    }

    long run() {
        return run;
    }

    boolean hasNone() {
        return bound.isEmpty();
    }
}
