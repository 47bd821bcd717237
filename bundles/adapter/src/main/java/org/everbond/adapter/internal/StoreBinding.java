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
    private final FormerStore former;
    /** Whose bonds have to be taken over first; empty when there is none or it was done. */
    private Optional<Locator> first = Optional.empty();

    private boolean looked;
    private Locator wanted;
    private Bound present = Bound.NOTHING;
    private Bound previous = Bound.NOTHING;
    private volatile String problem = "";
    private volatile String why = "";
    private boolean closed;

    /**
     * @param source the service that it is, or that made it
     * @param place for which it was made; null for a service
     */
    private record Bound(Object source, Locator place, TlvBackend backend) {
        static final Bound NOTHING = new Bound(null, null, null);
    }

    StoreBinding(TlvStoreOwner owner, Environment environment, String adapter, Locator wanted, FormerStore former) {
        this.owner = owner;
        this.environment = environment;
        this.adapter = adapter;
        this.wanted = wanted;
        this.former = former;
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
        if (!looked || first.isPresent()) {
            // Again as long as it is waited for: the place may be gone by now, or the note deleted.
            looked = true;
            first = former.read();
        }
        note();
        Bound best = best();
        if (best.source != present.source || !Objects.equals(best.place, present.place)) {
            release(previous);
            previous = present;
            present = best;
            // The new one first, so that the store can take everything over before the old one goes.
            if (present.backend != null) {
                var next = present;
                owner.bind(next.backend, () -> note(next));
            }
        }
        if (isOver(previous)) {
            release(previous);
            previous = Bound.NOTHING;
        }
    }

    private Bound best() {
        problem = "";
        why = "";
        Optional<TlvBackend> ready = environment.backends().first(TlvBackend.STORE, adapter, false);
        boolean takesOver = takesOver();
        if (ready.isPresent()) {
            return new Bound(ready.get(), null, ready.get());
        }
        var place = takesOver ? first.get() : wanted;
        why = takesOver ? explained() : "";
        Optional<TlvBackendProvider> provider = environment.store(place.scheme());
        if (provider.isEmpty()) {
            problem = environment.noStore("store=" + place, place.scheme()) + why;
            return new Bound(null, place, null);
        }
        if (provider.get() == present.source && place.equals(present.place) && present.backend != null) {
            return present;
        }
        try {
            return new Bound(provider.get(), place, provider.get().create(place.place(), place.options()));
        } catch (RuntimeException e) {
            problem = "store=" + place + ": " + e.getMessage() + why;
            return new Bound(provider.get(), place, null);
        }
    }

    /** Whether the place where the bonds were kept last has to serve first, as if {@code store=} changed while we run. */
    private boolean takesOver() {
        return first.isPresent() && !first.get().equals(wanted) && !wanted.scheme().equals("memory");
    }

    /** Why another place than the configured one is looked at, for messages; empty when it is not. Never waits. */
    String why() {
        return why;
    }

    private String explained() {
        return "; the bonds were kept in " + first.get() + " last, and go on to store=" + wanted + " once that can be read; delete " + former.file()
                + " to start without them";
    }

    /** What serves is where the bonds are kept from now on. */
    private void note() {
        if (present.backend != null && serves(present) && present.backend.info().durable()) {
            first = Optional.empty();
            note(present);
        }
    }

    /** Before anything is acknowledged that only this one holds, or the next process would look for it elsewhere. */
    private void note(Bound serving) {
        if (!serving.backend.info().durable()) {
            return;
        }
        if (serving.place != null) {
            former.keep(serving.place, serving.backend.info().resource());
        } else {
            // Whoever offers a backend of its own offers it again; what was noted before is out of date.
            former.forget();
        }
    }

    private boolean serves(Bound bound) {
        var store = owner.store();
        return store.state() == TlvState.READY
                && store.backend().resource().equals(bound.backend.info().resource());
    }

    /** Whether a backend that was replaced may go: the new one serves, or its own bundle is going. */
    private boolean isOver(Bound old) {
        if (old.backend == null) {
            return false;
        }
        boolean replaced = present.backend != null && serves(present);
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
