package org.everbond.tlv.internal;

import java.util.ArrayList;
import java.util.List;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread on which the backend that serves is written and closed. Decides what to do next with the front's monitor held. */
final class Writer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

    private final Backends backends;
    private final StoreFront front;
    /** In which it is now; its own. */
    private TlvBackend backend;

    /** Guarded by the front's monitor, as what follows. */
    private boolean alive = true;

    private boolean left;
    private boolean oneByOne;
    private boolean tidy = true;
    private boolean tidyingFailed;

    Writer(Backends backends) {
        this.backends = backends;
        front = backends.front;
    }

    boolean isAlive() {
        return alive;
    }

    /** From now on this thread changes nothing. */
    void leave() {
        left = true;
    }

    /** Another backend serves: it may have something to tidy up. */
    void loaded() {
        tidy = tidyingFailed;
    }

    @Override
    public void run() {
        for (var step = next(); step != null; step = next()) {
            perform(step);
            synchronized (front) {
                if (left) {
                    break;
                }
                backends.busy(false);
            }
        }
        boolean inside = left && backend != null;
        if (inside) {
            backend.close();
        }
        synchronized (front) {
            alive = false;
            if (inside) {
                backends.cameBack(backend);
            }
            front.threads.signal(front);
        }
    }

    /** Whatever happens in a step (no memory, ...), the store goes on: from what the backend holds. */
    private void perform(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("Store {}: unexpected", front.name(), e);
            synchronized (front) {
                if (left) {
                    return;
                }
                var sentence = "store " + front.name() + " failed unexpectedly: " + e;
                front.publish(front.status().with(TlvState.DEGRADED, sentence));
                front.queue.failBegun(new TlvException(Reason.IN_DOUBT, sentence, e));
            }
            closeBackend();
        }
    }

    private Runnable next() {
        synchronized (front) {
            while (!left) {
                long now = front.threads.nanoTime();
                backend = backends.active();
                if (!backends.isHeld(now)) {
                    var step = step();
                    if (step != null) {
                        backends.busy(true);
                        return step;
                    }
                    if (front.isClosed() && backend == null) {
                        return null;
                    }
                }
                front.waitFor(backends.untilHeldTooLong(now));
            }
            return null;
        }
    }

    private Runnable step() {
        if (backend == null) {
            return null;
        }
        if (!backends.candidates.isBound(backend)) {
            return this::release;
        }
        if (!front.queue.isEmpty()) {
            return this::commit;
        }
        return tidy ? null : this::housekeeping;
    }

    /** Closes a backend that was unbound. */
    private void release() {
        backend.close();
        synchronized (front) {
            if (left) {
                return;
            }
            backends.closed();
            backends.candidates.forget();
            front.publish((backends.candidates.isEmpty()
                            ? front.status().with(TlvState.NO_BACKEND, "no storage backend is bound")
                            : front.status().with(TlvState.LOADING, "another storage backend is taking over"))
                    .withBackend(BackendInfo.NONE));
        }
    }

    private void commit() {
        List<Pending> group;
        Batch batch;
        synchronized (front) {
            group = left ? List.<Pending>of() : front.queue.begin(oneByOne);
            if (group.isEmpty()) {
                return;
            }
            var changes = new ArrayList<Change>();
            history(group.get(0).sequence, changes);
            group.forEach(pending -> changes.addAll(pending.changes));
            batch = new Batch(front.status().id(), group.get(group.size() - 1).sequence, List.copyOf(changes));
        }
        try {
            backend.commit(batch);
            backends.burials.note(group, backend.info(), batch.id());
            confirmed(batch);
            note();
        } catch (TlvException e) {
            refused(group, e);
        } catch (RuntimeException | Error e) {
            LOG.warn("Store {}: backend {} failed unexpectedly", front.name(), backend.info().resource(), e);
            refused(group, new TlvException(Reason.IN_DOUBT, backend.info().resource() + " failed unexpectedly: " + e, e));
        }
    }

    /** The first transaction of a run says whose all that follow are. */
    private void history(long sequence, List<Change> changes) {
        var history = History.of(front.image.get(Tags.HISTORY), front.status().sequence());
        if (!history.isOf(backends.run())) {
            int most = History.most(front.status().backend());
            changes.add(new Change(Tags.HISTORY, history.join(History.NONE, backends.run(), sequence, most).encode()));
        }
    }

    private void confirmed(Batch batch) {
        synchronized (front) {
            if (left) {
                return;
            }
            front.image.apply(batch.changes());
            var status = front.status().withSequence(batch.sequence()).withBackend(backend.info()).with(TlvState.READY, "");
            // First the status, then the answers: whoever hears that it is done sees that it is.
            front.publish(front.queue.isDoubted() ? status.nextGeneration() : status);
            front.queue.confirm(backend.info().durable());
            oneByOne = oneByOne && !front.queue.isEmpty();
            tidy = false;
            tidyingFailed = false;
        }
    }

    /** After the answers, which it must not hold up. */
    private void note() {
        String note;
        synchronized (front) {
            note = left ? null : front.confirmed();
        }
        if (note != null) {
            backend.note(note);
        }
    }

    private void refused(List<Pending> group, TlvException failure) {
        synchronized (front) {
            if (left) {
                return;
            }
            boolean full = failure.reason() == Reason.FULL || failure.reason() == Reason.NO_SPACE;
            if (full && group.size() > 1) {
                // A smaller one of them may still fit.
                front.queue.retryBegun(failure);
                oneByOne = true;
                return;
            }
            if (failure.reason() == Reason.FULL && front.queue.shed(failure)) {
                oneByOne = true;
                return;
            }
            if (failure.reason() == Reason.CHANGED) {
                // Another program has written: when the place was read again, what does not touch its changes is committed.
                front.queue.retryBegun(failure);
            } else {
                front.publish(front.status().with(full ? TlvState.READY : TlvState.DEGRADED, full ? "" : failure.getMessage()));
                front.queue.failBegun(failure);
                if (full) {
                    return;
                }
                if (failure.reason() != Reason.IN_DOUBT) {
                    backends.candidates.failed(backend, front.options(), front.threads.nanoTime());
                }
            }
        }
        // Opening it again shows whether it can be used, and what it holds of a batch in doubt.
        closeBackend();
    }

    private void housekeeping() {
        try {
            backend.housekeeping();
            synchronized (front) {
                tidy = true;
            }
        } catch (TlvException | RuntimeException | Error e) {
            LOG.warn("Store {}: {} must be opened again", front.name(), backend.info().resource(), e);
            // Not again before something was written, or it would be opened again and again.
            tidyingFailed = true;
            closeBackend();
        }
    }

    private void closeBackend() {
        backend.close();
        synchronized (front) {
            if (!left) {
                backends.closed();
                front.publish(front.status().withBackend(BackendInfo.NONE));
            }
        }
    }
}
