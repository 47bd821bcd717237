package org.everbond.tlv.internal;

import java.util.IdentityHashMap;
import java.util.Objects;
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
import org.everbond.tlv.spi.Forgotten;
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
    final Candidates candidates = new Candidates();
    final Attic attic;
    final Burials burials;
    private final Merge merge;
    private final long releaseNanos;
    private TlvBackend active;
    /** Whether the writer is inside a call of the active one. */
    private boolean busy;
    /** While the opener takes over, the writer begins nothing. */
    private final Handover handover;
    private Writer writer;
    private Opener opener;
    private final Conflict conflict;
    private volatile long run = ThreadLocalRandom.current().nextLong();

    Backends(StoreFront front, Merge merge, Attic attic, Forgotten forgotten, long releaseNanos) {
        this.front = front;
        conflict = new Conflict(front);
        this.merge = merge;
        this.attic = attic;
        burials = new Burials(front.name(), forgotten);
        this.releaseNanos = releaseNanos;
        handover = new Handover(releaseNanos);
    }

    // For the owner.

    void bind(TlvBackend backend, Runnable before) {
        if (candidates.isBound(backend)) {
            return;
        }
        candidates.add(backend, before);
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
        if (!candidates.remove(backend)) {
            return;
        }
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
        if (active == null && candidates.isEmpty()) {
            front.publish(front.status().with(TlvState.NO_BACKEND, noBackend(front.status())).withBackend(BackendInfo.NONE));
        }
    }

    private static String noBackend(Status status) {
        return status.state() == TlvState.NO_BACKEND ? status.reason() : "no storage backend is bound";
    }

    void close() {
        candidates.clear();
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
        candidates.forget();
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
            candidates.stuck(backend);
            LOG.warn("Store {}: {}", front.name(), sentence(backend));
        }
        // Whatever it may still write there is not part of what this store writes from now on.
        newRun();
        handover.end();
        if (!front.isClosed()) {
            startOpener();
        }
        front.threads.signal(front);
    }

    private void leaveWriter(String sentence) {
        writer.leave();
        if (active != null) {
            candidates.stuck(active);
            LOG.warn("Store {}: {}", front.name(), sentence);
            active = null;
            busy = false;
            front.publish(front.status().with(candidates.isEmpty() ? TlvState.NO_BACKEND : TlvState.LOADING, sentence)
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
        candidates.cameBack(backend);
        front.threads.signal(front);
    }

    // For the writer.

    TlvBackend active() {
        return active;
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
        if (active != null && handover.isTooLate(now)) {
            var late = opener.opening();
            front.obstacle(sentence(late) + "; " + active.info().resource() + " serves on");
            candidates.failed(late, front.options(), now);
            leaveOpener();
        }
        return handover.isHeld();
    }

    /** Nanoseconds until {@link #isHeld} may decide otherwise. */
    long untilHeldTooLong(long now) {
        return active == null ? Long.MAX_VALUE : handover.untilTooLate(now);
    }

    // For the opener.

    boolean isActiveAt(TlvBackend candidate) {
        return active != null && Objects.equals(active.info().resource(), candidate.info().resource());
    }

    /**
     * Waits until the writer has ended what it was doing and begins nothing. A backend that hangs in a flush is left alone.
     * Returns false when the opener was left alone meanwhile.
     */
    boolean hold(Opener who) {
        handover.ask();
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
        handover.begin(front.threads.nanoTime());
        return true;
    }

    void release() {
        handover.end();
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
        candidates.forget();
        writer.loaded();
        return former;
    }

    void refuse(TlvBackend backend, TlvState state, String sentence) {
        conflict.refused(backend, state, sentence);
        boolean first = candidates.failed(backend, front.options(), front.threads.nanoTime());
        boolean told = active == null && candidates.isBound(backend); // by the state, below
        if (first && !told) {
            LOG.warn("Store {}: {}", front.name(), sentence);
        }
        if (active != null) {
            front.obstacle(candidates.isBound(backend) ? sentence : "");
        } else if (candidates.isBound(backend)) {
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
}
