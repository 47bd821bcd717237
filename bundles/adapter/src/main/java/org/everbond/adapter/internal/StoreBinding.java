package org.everbond.adapter.internal;

import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.spi.TlvBackend;

/**
 * Keeps the configured backend bound to a store: a ready {@link TlvBackend} service for this adapter if there is one, else one that
 * the provider of the configured scheme creates. Any thread may call; not the event loop, since giving a backend back may wait.
 */
final class StoreBinding implements AutoCloseable {
    private final TlvStoreOwner owner;
    private final Environment environment;
    private final String adapter;
    private Locator wanted;
    private Object source;
    private TlvBackend bound;
    private String problem = "";
    private boolean closed;

    StoreBinding(TlvStoreOwner owner, Environment environment, String adapter, Locator wanted) {
        this.owner = owner;
        this.environment = environment;
        this.adapter = adapter;
        this.wanted = wanted;
    }

    synchronized void want(Locator wanted) {
        if (!wanted.equals(this.wanted)) {
            this.wanted = wanted;
            if (!(source instanceof TlvBackend)) {
                source = null;
            }
        }
        refresh();
    }

    /** Looks again at what is there, and binds something else if something else is best now. */
    synchronized void refresh() {
        if (closed) {
            return;
        }
        Object best = environment.backends().first(Environment.STORE, adapter, false).map(Object.class::cast).orElseGet(
                () -> environment.store(wanted.scheme()).map(Object.class::cast).orElse(null));
        if (best == source && best != null) {
            return;
        }
        TlvBackend previous = bound;
        source = best;
        bound = null;
        problem = "";
        if (best instanceof TlvBackend backend) {
            bound = backend;
        } else if (best != null) {
            try {
                bound = environment.store(wanted.scheme()).orElseThrow().create(wanted.place(), wanted.options());
            } catch (RuntimeException e) {
                problem = "store=" + wanted + ": " + e.getMessage();
            }
        } else {
            problem = "no bundle answers to store=" + wanted + "; install the one for '" + wanted.scheme() + ":'";
        }
        // The new one first, so that the store can take everything over before the old one goes.
        if (bound != null) {
            owner.bind(bound);
        }
        if (previous != null && previous != bound) {
            owner.unbind(previous);
        }
    }

    /** Why nothing is bound; empty when something is. */
    synchronized String problem() {
        return problem;
    }

    @Override
    public synchronized void close() {
        closed = true;
        bound = null;
        source = null;
    }
}
