package org.everbond.adapter.internal;

import java.util.Objects;
import java.util.Optional;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;

/**
 * Keeps the configured backend bound to a store: a ready {@link TlvBackend} service for this adapter if there is one, else one that
 * the provider of the configured scheme creates. The one before stays bound until the new one serves, unless its bundle goes.
 *
 * <p>Any thread may call; not the event loop, since giving a backend back may wait.
 */
final class StoreBinding implements AutoCloseable {
    private final TlvStoreOwner owner;
    private final Environment environment;
    private final String adapter;
    private Locator wanted;
    private Bound present = Bound.NOTHING;
    private Bound previous = Bound.NOTHING;
    private volatile String problem = "";
    private boolean closed;

    /**
     * @param source the service that it is, or that made it
     * @param place for which it was made; null for a service
     */
    private record Bound(Object source, Locator place, TlvBackend backend) {
        static final Bound NOTHING = new Bound(null, null, null);
    }

    StoreBinding(TlvStoreOwner owner, Environment environment, String adapter, Locator wanted) {
        this.owner = owner;
        this.environment = environment;
        this.adapter = adapter;
        this.wanted = wanted;
    }

    synchronized void want(Locator wanted) {
        this.wanted = wanted;
        refresh();
    }

    /** Looks again at what is there, and binds something else if something else is best now. */
    synchronized void refresh() {
        if (closed) {
            return;
        }
        Bound best = best();
        if (best.source != present.source || !Objects.equals(best.place, present.place)) {
            release(previous);
            previous = present;
            present = best;
            // The new one first, so that the store can take everything over before the old one goes.
            if (present.backend != null) {
                owner.bind(present.backend);
            }
        }
        if (isOver(previous)) {
            release(previous);
            previous = Bound.NOTHING;
        }
    }

    private Bound best() {
        problem = "";
        Optional<TlvBackend> ready = environment.backends().first(Environment.STORE, adapter, false);
        if (ready.isPresent()) {
            return new Bound(ready.get(), null, ready.get());
        }
        Optional<TlvBackendProvider> provider = environment.store(wanted.scheme());
        if (provider.isEmpty()) {
            problem = "no bundle answers to store=" + wanted + "; install the one for '" + wanted.scheme() + ":'";
            return new Bound(null, wanted, null);
        }
        if (provider.get() == present.source && wanted.equals(present.place) && present.backend != null) {
            return present;
        }
        try {
            return new Bound(provider.get(), wanted, provider.get().create(wanted.place(), wanted.options()));
        } catch (RuntimeException e) {
            problem = "store=" + wanted + ": " + e.getMessage();
            return new Bound(provider.get(), wanted, null);
        }
    }

    /** Whether a backend that was replaced may go: the new one serves, or its own bundle is going. */
    private boolean isOver(Bound old) {
        if (old.backend == null) {
            return false;
        }
        var store = owner.store();
        boolean replaced = present.backend != null
                && store.state() == TlvState.READY
                && store.backend().resource().equals(present.backend.info().resource());
        return replaced || !environment.offers(old.source);
    }

    private void release(Bound old) {
        if (old.backend != null) {
            owner.unbind(old.backend);
        }
    }

    /** Why nothing is bound; empty when something is. */
    String problem() {
        return problem;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
