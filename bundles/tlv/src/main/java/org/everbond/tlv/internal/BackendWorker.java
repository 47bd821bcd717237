package org.everbond.tlv.internal;

import java.util.ArrayList;
import java.util.HashMap;
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
import org.everbond.tlv.spi.TlvBackend.Image;
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
    private final Map<TlvBackend, Pause> pauses = new HashMap<>();

    private record Pause(long nanos, long until) {}

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
        var healthy = opening != null ? active : null;
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
                pauses.keySet().retainAll(front.bound());
                long now = System.nanoTime();
                var candidate = candidate(now);
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

    /** The latest bound backend that is better than the active one and whose pause is over. */
    private TlvBackend candidate(long now) {
        var bound = front.bound();
        for (int i = bound.size() - 1; i >= 0 && bound.get(i) != active; i--) {
            var pause = pauses.get(bound.get(i));
            if (pause == null || pause.until() - now <= 0) {
                return bound.get(i);
            }
        }
        return null;
    }

    private void await(long now) {
        long shortest = Long.MAX_VALUE;
        var bound = front.bound();
        for (int i = bound.size() - 1; i >= 0 && bound.get(i) != active; i--) {
            shortest = Math.min(shortest, pauses.get(bound.get(i)).until() - now);
        }
        try {
            if (shortest == Long.MAX_VALUE) {
                front.wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(front, Math.max(shortest, 1));
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
            pauses.clear();
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
        try {
            var image = load(backend);
            installed(backend, image);
        } catch (Refusal e) {
            backend.close();
            failed(backend, e.conflict ? TlvState.CONFLICT : TlvState.DEGRADED, e.getMessage());
        } catch (TlvException e) {
            backend.close();
            failed(backend, TlvState.DEGRADED, e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.warn("Store {}: backend {} failed unexpectedly", front.storeName(), backend.info().resource(), e);
            backend.close();
            failed(backend, TlvState.DEGRADED, backend.info().resource() + " failed unexpectedly: " + e);
        }
    }

    private static final class Refusal extends Exception {
        final boolean conflict;

        Refusal(Reconciliation.Refused refused) {
            super(refused.sentence());
            conflict = refused.conflict();
        }
    }

    /** What was decided about the content of a backend, which is open and holds it now. */
    private record Loaded(Map<Integer, byte[]> values, org.everbond.tlv.StoreId id, long sequence, List<String> setAside) {}

    private Loaded load(TlvBackend backend) throws TlvException, Refusal {
        Image theirs = backend.open();
        Reconciliation.Ours ours;
        synchronized (front) {
            ours = new Reconciliation.Ours(front.values(), front.status().id(), front.status().sequence());
        }
        var outcome = Reconciliation.decide(ours, theirs, backend.info());
        if (outcome instanceof Reconciliation.Refused refused) {
            throw new Refusal(refused);
        }
        if (outcome instanceof Reconciliation.TakeTheirs take) {
            return new Loaded(theirs.values(), take.id(), take.sequence(), theirs.setAside());
        }
        var changes = ((Reconciliation.WriteOurs) outcome).changes();
        if (!changes.isEmpty() || !Objects.equals(ours.id(), theirs.id()) && !ours.values().isEmpty()) {
            backend.commit(new Batch(ours.id(), ours.sequence(), changes));
        }
        var values = new HashMap<>(theirs.values());
        changes.forEach(change -> {
            if (change.isDelete()) {
                values.remove(change.tag());
            } else {
                values.put(change.tag(), change.value());
            }
        });
        return new Loaded(values, ours.id(), ours.sequence(), theirs.setAside());
    }

    private void installed(TlvBackend backend, Loaded loaded) {
        TlvBackend former;
        synchronized (front) {
            opening = null;
            former = active;
            active = backend;
            if (abandoned) {
                active = former;
            } else {
                pauses.clear();
                tidy = false;
                front.image.replace(loaded.values());
                front.queue.noteIssued(loaded.sequence());
                front.publish(front.status().loaded(backend.info(), loaded.id(), loaded.sequence(), List.copyOf(loaded.setAside())));
                loaded.setAside().forEach(sentence -> LOG.warn("Store {}: {}", front.storeName(), sentence));
            }
            if (abandoned) {
                former = backend;
            }
            front.notifyAll();
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
            var last = pauses.get(backend);
            if (last == null) {
                LOG.warn("Store {}: {}", front.storeName(), sentence);
            }
            long first = front.options().retryFirst().toNanos();
            long nanos = last == null ? first : Math.min(Math.max(last.nanos() * 2, first), front.options().retryLongest().toNanos());
            pauses.put(backend, new Pause(nanos, System.nanoTime() + nanos));
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
            if (failure.reason() != Reason.FULL) {
                front.publish(front.status().with(TlvState.DEGRADED, failure.getMessage()));
            }
            front.queue.failBegun(failure);
        }
        if (failure.reason() == Reason.IN_DOUBT) {
            closeActive();
        }
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
                            !java.util.Arrays.equals(before.get(change.tag()), front.image.get(change.tag()))),
                    new TlvException(Reason.FAILED, failure.getMessage(), failure));
        }
    }

    private void housekeeping() {
        try {
            active.housekeeping();
            synchronized (front) {
                tidy = true;
            }
        } catch (TlvException e) {
            LOG.warn("Store {}: {}", front.storeName(), e.getMessage());
            closeActive();
        } catch (RuntimeException | Error e) {
            LOG.warn("Store {}: backend {} failed unexpectedly", front.storeName(), active.info().resource(), e);
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
