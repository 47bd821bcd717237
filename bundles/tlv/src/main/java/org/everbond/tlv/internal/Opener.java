package org.everbond.tlv.internal;

import java.util.List;
import java.util.stream.Stream;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.spi.TlvBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which backends are opened and brought to what the store holds. Another one serves on meanwhile; its writer pauses
 * only for the last step, in which the new one gets what was committed during the others.
 */
final class Opener implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Opener.class);

    private final Backends backends;
    private final StoreFront front;
    /** Guarded by the front's monitor, as all fields. */
    private TlvBackend opening;

    private boolean alive = true;
    private boolean left;

    Opener(Backends backends) {
        this.backends = backends;
        front = backends.front;
    }

    boolean isAlive() {
        return alive;
    }

    TlvBackend opening() {
        return opening;
    }

    boolean isOpening(TlvBackend backend) {
        return opening == backend;
    }

    /** From now on this thread changes nothing. Returns the backend that it hangs in, or null. */
    TlvBackend leave() {
        left = true;
        return opening;
    }

    @Override
    public void run() {
        for (var candidate = next(); candidate != null; candidate = next()) {
            open(candidate);
        }
        synchronized (front) {
            alive = false;
            front.threads.signal(front);
        }
    }

    private TlvBackend next() {
        synchronized (front) {
            while (!left && !front.isClosed()) {
                long now = front.threads.nanoTime();
                opening = backends.candidates.next(backends.active(), now);
                if (opening != null) {
                    return opening;
                }
                front.waitFor(backends.candidates.untilNext(backends.active(), now));
            }
            return null;
        }
    }

    private void open(TlvBackend candidate) {
        try {
            closeSamePlace(candidate);
            var takeover = new Takeover(front.name(), candidate, reconciliation(), backends.attic, backends.burials);
            takeover.open();
            if (servesMeanwhile()) {
                takeover.copyAhead(ours());
            }
            var loaded = finish(candidate, takeover);
            beforeItServes(candidate).run();
            takeover.served(loaded);
            installed(candidate, loaded);
        } catch (Takeover.Refusal e) {
            candidate.close();
            refused(candidate, e.state(), e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.warn("Store {}: backend {} failed unexpectedly", front.name(), candidate.info().resource(), e);
            candidate.close();
            refused(candidate, TlvState.DEGRADED, candidate.info().resource() + " failed unexpectedly: " + e);
        }
    }

    /** Two backends of one place are never open at the same time. */
    private void closeSamePlace(TlvBackend candidate) {
        TlvBackend former = null;
        synchronized (front) {
            if (!left && backends.isActiveAt(candidate) && backends.hold(this) && backends.isActiveAt(candidate)) {
                former = backends.active();
                backends.closed();
            }
        }
        if (former != null) {
            former.close();
        }
        synchronized (front) {
            if (left) {
                return;
            }
            backends.release();
            if (former != null) {
                front.publish(front.status().withBackend(BackendInfo.NONE));
            }
            var state = front.status().state();
            if (backends.active() == null && state != TlvState.DEGRADED && state != TlvState.CONFLICT) {
                front.publish(front.status().with(TlvState.LOADING, "opening " + candidate.info().resource()));
            }
        }
    }

    private Takeover.Loaded finish(TlvBackend candidate, Takeover takeover) throws Takeover.Refusal {
        Reconciliation.Ours ours;
        org.everbond.tlv.Resolution resolution;
        long next;
        synchronized (front) {
            if (left || !backends.hold(this)) {
                throw new Takeover.Refusal(TlvState.DEGRADED, "given up");
            }
            ours = ours();
            resolution = backends.resolution(candidate);
            next = front.queue.next();
        }
        return takeover.finish(ours, resolution, next);
    }

    private Runnable beforeItServes(TlvBackend candidate) {
        synchronized (front) {
            return backends.candidates.beforeItServes(candidate);
        }
    }

    private boolean servesMeanwhile() {
        synchronized (front) {
            return backends.active() != null && !left;
        }
    }

    private Reconciliation reconciliation() {
        synchronized (front) {
            return backends.reconciliation();
        }
    }

    private Reconciliation.Ours ours() {
        synchronized (front) {
            return new Reconciliation.Ours(front.values(), front.status().id(), front.status().sequence());
        }
    }

    private void installed(TlvBackend candidate, Takeover.Loaded loaded) {
        TlvBackend former;
        synchronized (front) {
            boolean wanted = !left && backends.candidates.isBound(candidate);
            former = wanted ? backends.serve(candidate, loaded.kept()) : candidate;
            if (wanted) {
                var before = front.values();
                boolean first = front.status().id() == null;
                front.image.replace(loaded.values());
                front.queue.noteIssued(loaded.sequence());
                if (!first) {
                    front.queue.failOutdated(before, front.image::get);
                }
                var findings = loaded.former() ? front.status().findings().and(loaded.findings()) : loaded.findings();
                front.publish(front.status()
                        .loaded(candidate.info(), loaded.id(), loaded.sequence(), List.copyOf(loaded.setAside()), findings));
                Stream.of(loaded.setAside(), loaded.findings().lost(), loaded.findings().notices())
                        .flatMap(List::stream)
                        .forEach(sentence -> LOG.warn("Store {}: {}", front.name(), sentence));
                end();
            }
        }
        if (former != null) {
            former.close();
        }
        synchronized (front) {
            if (former == candidate) {
                ended(candidate);
            }
        }
    }

    private void refused(TlvBackend candidate, TlvState state, String sentence) {
        synchronized (front) {
            if (!left) {
                backends.refuse(candidate, state, sentence);
            }
            ended(candidate);
        }
    }

    private void ended(TlvBackend candidate) {
        if (left) {
            backends.cameBack(candidate);
        } else {
            end();
        }
    }

    private void end() {
        opening = null;
        backends.release();
    }
}
