package org.everbond.tlv.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which backends are opened, written and closed. Decides what to do next with the front's monitor held, does
 * it without. When a backend hangs for too long, the front abandons the whole worker and starts another one; the abandoned one
 * changes nothing any more and closes its backends when the call returns.
 */
final class BackendWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BackendWorker.class);

    private final StoreFront front;
    /** Guarded by the front's monitor, as all fields. */
    private TlvBackend active;

    private TlvBackend opening;
    private boolean alive = true;
    private boolean abandoned;
    private boolean oneByOne;
    private boolean tidy = true;
    private boolean tidyingFailed;
    private final Attempts attempts = new Attempts();

    /** @param open an open backend to go on with; null for none */
    BackendWorker(StoreFront front, TlvBackend open) {
        this.front = front;
        active = open;
    }

    boolean isOpen() {
        return active != null;
    }

    boolean isAlive() {
        return alive;
    }

    boolean holds(TlvBackend backend) {
        return active == backend || opening == backend;
    }

    /** From now on this worker changes nothing. Returns the open backend that it does not hang in; null when there is none. */
    TlvBackend abandon() {
        abandoned = true;
        var healthy = opening != null && opening != active ? active : null;
        if (healthy != null) {
            active = null;
        }
        return healthy;
    }

    @Override
    public void run() {
        try {
            for (var step = next(); step != null; step = next()) {
                perform(step);
            }
        } finally {
            var last = active;
            if (last != null) {
                last.close();
            }
            synchronized (front) {
                active = null;
                alive = false;
                front.notifyAll();
            }
        }
    }

    /** Whatever happens in a step (no memory, ...), the store goes on: from what the backend holds. */
    private void perform(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("Store {}: unexpected", front.storeName(), e);
            synchronized (front) {
                opening = null;
                if (!abandoned) {
                    var sentence = "store " + front.storeName() + " failed unexpectedly: " + e;
                    front.publish(front.status().with(TlvState.DEGRADED, sentence));
                    front.queue.failBegun(new TlvException(Reason.IN_DOUBT, sentence, e));
                }
            }
            if (active != null) {
                closeActive();
            }
        }
    }

    private Runnable next() {
        synchronized (front) {
            while (true) {
                if (abandoned) {
                    return null;
                }
                if (active != null && !front.bound().contains(active)) {
                    return this::release;
                }
                if (front.isClosed()) {
                    return null;
                }
                long now = System.nanoTime();
                var candidate = attempts.next(front.bound(), active, now);
                if (candidate != null) {
                    opening = candidate;
                    return () -> open(candidate);
                }
                if (active != null && !front.queue.isEmpty()) {
                    return this::commit;
                }
                if (active != null && !tidy) {
                    return this::housekeeping;
                }
                await(now);
            }
        }
    }

    private void await(long now) {
        long shortest = attempts.untilNext(front.bound(), active, now);
        try {
            if (shortest == Long.MAX_VALUE) {
                front.wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(front, shortest);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread on purpose; the loop looks at the state again.
            LOG.debug("Store {}: interrupted", front.storeName());
        }
    }

    /** Closes a backend that was unbound. */
    private void release() {
        active.close();
        synchronized (front) {
            if (abandoned) {
                active = null;
                return;
            }
            active = null;
            attempts.forget();
            if (front.bound().isEmpty()) {
                front.publish(front.status().with(TlvState.NO_BACKEND, "no storage backend is bound").withBackend(BackendInfo.NONE));
            } else {
                front.publish(front.status().with(TlvState.LOADING, "another storage backend is taking over").withBackend(BackendInfo.NONE));
            }
            front.notifyAll();
        }
    }

    private void open(TlvBackend backend) {
        boolean samePlace = active != null && Objects.equals(active.info().resource(), backend.info().resource());
        if (samePlace) {
            closeActive();
        }
        synchronized (front) {
            if (active == null && !abandoned && front.status().state() != TlvState.DEGRADED
                    && front.status().state() != TlvState.CONFLICT) {
                front.publish(front.status().with(TlvState.LOADING, "opening " + backend.info().resource()));
            }
        }
        Reconciliation.Ours ours;
        synchronized (front) {
            ours = new Reconciliation.Ours(front.values(), front.status().id(), front.status().sequence());
        }
        try {
            installed(backend, Takeover.of(backend, ours));
        } catch (Takeover.Refusal e) {
            backend.close();
            failed(backend, e.state(), e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.warn("Store {}: backend {} failed unexpectedly", front.storeName(), backend.info().resource(), e);
            backend.close();
            failed(backend, TlvState.DEGRADED, backend.info().resource() + " failed unexpectedly: " + e);
        }
    }

    private void installed(TlvBackend backend, Takeover.Loaded loaded) {
        TlvBackend former;
        synchronized (front) {
            opening = null;
            front.notifyAll();
            if (abandoned) {
                former = backend;
            } else {
                former = active;
                active = backend;
                attempts.forget();
                tidy = tidyingFailed;
                front.image.replace(loaded.values());
                front.queue.noteIssued(loaded.sequence());
                front.publish(front.status().loaded(backend.info(), loaded.id(), loaded.sequence(), List.copyOf(loaded.setAside())));
                loaded.setAside().forEach(sentence -> LOG.warn("Store {}: {}", front.storeName(), sentence));
            }
        }
        if (former != null) {
            former.close();
        }
    }

    private void failed(TlvBackend backend, TlvState state, String sentence) {
        synchronized (front) {
            opening = null;
            front.notifyAll();
            if (abandoned) {
                return;
            }
            if (attempts.failed(backend, front.options(), System.nanoTime())) {
                LOG.warn("Store {}: {}", front.storeName(), sentence);
            }
            if (active == null && front.bound().contains(backend)) {
                front.publish(front.status().with(state, sentence).withBackend(BackendInfo.NONE));
                if (state == TlvState.CONFLICT) {
                    front.queue.refuseWaiting(new TlvException(Reason.FAILED, sentence));
                }
            } else if (active == null) {
                front.publish(front.status().with(TlvState.NO_BACKEND, "no storage backend is bound").withBackend(BackendInfo.NONE));
            }
        }
    }

    private void commit() {
        List<Pending> group;
        Batch batch;
        synchronized (front) {
            group = front.queue.begin(oneByOne);
            if (group.isEmpty()) {
                return;
            }
            var changes = new ArrayList<Change>();
            group.forEach(pending -> changes.addAll(pending.changes));
            batch = new Batch(front.status().id(), group.get(group.size() - 1).sequence, List.copyOf(changes));
        }
        try {
            active.commit(batch);
            confirmed(batch);
        } catch (TlvException e) {
            refused(group, e);
        } catch (RuntimeException | Error e) {
            LOG.warn("Store {}: backend {} failed unexpectedly", front.storeName(), active.info().resource(), e);
            refused(group, new TlvException(Reason.IN_DOUBT, active.info().resource() + " failed unexpectedly: " + e, e));
        }
    }

    private void confirmed(Batch batch) {
        synchronized (front) {
            if (abandoned) {
                return;
            }
            front.image.apply(batch.changes());
            var status = front.status().withSequence(batch.sequence()).withBackend(active.info()).with(TlvState.READY, "");
            // First the status, then the answers: whoever hears that it is done sees that it is.
            front.publish(front.queue.isDoubted() ? status.nextGeneration() : status);
            front.queue.confirm(active.info().durable());
            oneByOne = oneByOne && !front.queue.isEmpty();
            tidy = false;
            tidyingFailed = false;
        }
    }

    private void refused(List<Pending> group, TlvException failure) {
        if (failure.reason() == Reason.CHANGED) {
            reload(failure);
            return;
        }
        synchronized (front) {
            if (abandoned) {
                return;
            }
            if (failure.reason() == Reason.FULL && group.size() > 1) {
                // A smaller one of them may still fit.
                front.queue.retryBegun(pending -> false, failure);
                oneByOne = true;
                return;
            }
            boolean full = failure.reason() == Reason.FULL;
            front.publish(front.status().with(full ? TlvState.READY : TlvState.DEGRADED, full ? "" : failure.getMessage()));
            front.queue.failBegun(failure);
            if (full) {
                return;
            }
            if (failure.reason() != Reason.IN_DOUBT) {
                attempts.failed(active, front.options(), System.nanoTime());
            }
        }
        // Opening it again shows whether it can be used, and what it holds of a batch in doubt.
        closeActive();
    }

    /** Another program has written: read the place again, then commit what does not touch its changes. */
    private void reload(TlvException failure) {
        var backend = active;
        Map<Integer, byte[]> before;
        long generation;
        synchronized (front) {
            before = front.values();
            generation = front.status().generation();
            opening = backend;
        }
        closeActive();
        open(backend);
        synchronized (front) {
            if (abandoned) {
                return;
            }
            boolean reloaded = front.status().generation() != generation;
            front.queue.retryBegun(
                    pending -> !reloaded || pending.changes.stream().anyMatch(change ->
                            !Arrays.equals(before.get(change.tag()), front.image.get(change.tag()))),
                    new TlvException(Reason.FAILED, failure.getMessage(), failure));
        }
    }

    private void housekeeping() {
        try {
            active.housekeeping();
            synchronized (front) {
                tidy = true;
            }
        } catch (TlvException | RuntimeException | Error e) {
            LOG.warn("Store {}: {} must be opened again", front.storeName(), active.info().resource(), e);
            // Not again before something was written, or it would be opened again and again.
            tidyingFailed = true;
            closeActive();
        }
    }

    private void closeActive() {
        var former = active;
        former.close();
        synchronized (front) {
            active = null;
            if (!abandoned) {
                front.publish(front.status().withBackend(BackendInfo.NONE));
            }
            front.notifyAll();
        }
    }
}
