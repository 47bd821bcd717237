package org.everbond.bonds.internal;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the view in step with the store. Each question for the view first asks whether the store's generation is still that of
 * the view, and derives it again if not. Belongs to the event loop.
 */
final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final TlvStore store;
    private final Executor loop;
    private final BondOptions options;
    private final Listener listener;
    private final WriteQueue<Change> writes;
    private final AutoCloseable subscription;
    private volatile String reason = "";
    private View view;
    /** Whether something became durable that the view may not show. */
    private boolean stale;

    private boolean repairing;
    private boolean deriving;
    private boolean copying;
    /** The identity address that there is no room for in the store; null for none. */
    private DeviceAddress unwritten;

    /** Plans a change on the present view. */
    interface Plan {
        Change on(View view) throws TlvException;
    }

    /** Hears of bonds that are gone for good and of what is to be told, when it is durable and in the view. */
    interface Listener {
        void became(List<BondId> gone, List<BondEvent> events);
    }

    Follower(TlvStore store, Executor loop, BondOptions options, Listener listener) {
        this.store = store;
        this.loop = loop;
        this.options = options;
        this.listener = listener;
        writes = new WriteQueue<>(store, loop, this::durable);
        subscription = store.listen((state, generation) -> onLoop(this::storeChanged));
        onLoop(this::storeChanged);
    }

    /** The view of the store's present generation; an older one while there is no other; null before the first. */
    View view() {
        boolean loaded = store.generation() > 0 && store.state() != TlvState.LOADING;
        boolean current = view != null
                && !stale
                && view.generation == store.generation()
                && (view.derivedWhileReady || store.state() != TlvState.READY);
        if (loaded && !current && !deriving) {
            derive();
        }
        return view;
    }

    /** Whether the store is READY and the view that of its present content. */
    boolean isCurrent() {
        return view() != null && store.state() == TlvState.READY && view.generation == store.generation();
    }

    /** Why there is no identity, nor will be; empty when there is. Any thread. */
    String reason() {
        return reason;
    }

    CompletionStage<WriteQueue.Done<Change>> write(Plan plan) {
        return writes.add(() -> {
            if (view() == null) {
                throw new TlvException(
                        TlvException.Reason.NO_BACKEND, "store " + store.name() + " was not loaded yet: " + store.stateReason());
            }
            return plan.on(view);
        });
    }

    /** Completes when all writes before have ended, one way or the other. */
    CompletionStage<Void> settled() {
        return writes.add(() -> Change.NONE).thenApply(done -> null);
    }

    void close() {
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.debug("Store {}: {}", store.name(), e.getMessage());
        }
    }

    private void storeChanged() {
        view();
        repair();
    }

    private void derive() {
        deriving = true;
        try {
            boolean first = view == null || view.generation != store.generation();
            view = Derivation.of(store, options);
            stale = false;
            if (unwritten != null && view.waiting != null) {
                serveUnwritten(view.waiting.with(unwritten));
            }
            reason = view.obstacle;
            if (first) {
                view.warnings.forEach(warning -> LOG.warn("Store {}: {}", store.name(), warning));
                // What the backend could not read the store itself has told.
                view.setAside.stream()
                        .filter(item -> !store.setAside().contains(item.reason()))
                        .forEach(item -> LOG.warn("Store {}: {}", store.name(), item.reason()));
            }
            if (view.repairs == null || view.repairs.local() == null) {
                onLoop(this::tellLoaded);
            }
            repair();
        } finally {
            deriving = false;
        }
    }

    /**
     * The store has no room for our identity address: from now on its bonds are served with it nevertheless.
     *
     * @return false when the store does not hold our root keys either: they must not be others at the next start
     */
    boolean servesUnwritten(DeviceAddress identity) {
        unwritten = identity;
        boolean serves = view() != null && view.waiting != null && serveUnwritten(view.waiting.with(unwritten));
        if (serves) {
            tellLoaded();
        }
        return serves;
    }

    private boolean serveUnwritten(LocalKeys local) {
        if (!view.isPresent(Tags.ER) || !view.isPresent(Tags.IR)) {
            return false;
        }
        view.local = local;
        view.waiting = null;
        var sentence = "there is no room in the store for the record that its bonds know us as " + local.identityAddress()
                + "; forget a bond or use a larger place before another controller is attached";
        view.warnings.add(sentence);
        LOG.warn("Store {}: {}", store.name(), sentence);
        return true;
    }

    /** Writes down what the derivation found missing, before anything else. */
    private void repair() {
        if (view != null && view.repairs == null) {
            copyIdentity();
        }
        if (view == null || view.repairs == null || repairing || store.state() != TlvState.READY) {
            return;
        }
        repairing = true;
        writes.addFirst(() -> view.repairs == null
                        ? Change.NONE
                        : new Change(view, view.repairs.transaction(), List.of(), List.of(), List.of()))
                .whenComplete((done, failure) -> repaired(failure));
    }

    /** Keeps the second copy of root keys and identity in step, where there is room for it; nobody waits for that. */
    private void copyIdentity() {
        if (copying || store.state() != TlvState.READY || isCopied()) {
            return;
        }
        copying = true;
        writes.add(() -> isCopied()
                        ? Change.NONE
                        : new Change(view, new Transaction().put(Tags.IDENTITY_COPY, OwnRecords.of(store::get).copy()), List.of(), List.of(), List.of()))
                .whenComplete((done, failure) -> {
                    copying = false;
                    if (failure != null) {
                        LOG.debug("Store {}: no second copy of the root keys was written: {}", store.name(), failure.getMessage());
                    }
                });
    }

    private boolean isCopied() {
        var copy = OwnRecords.of(store::get).copy();
        return copy == null || Arrays.equals(copy, store.get(Tags.IDENTITY_COPY));
    }

    private void repaired(Throwable failure) {
        repairing = false;
        boolean isLate = view.local == null && view.repairs != null && view.repairs.local() != null;
        if (isLate && Admission.hasNoRoom(failure) && serveUnwritten(view.repairs.local())) {
            tellLoaded();
        }
        boolean hasRoots = view.local != null || view.waiting != null;
        reason = failure == null || hasRoots
                ? view.obstacle
                : "our identity could not be written: " + failure.getMessage();
        if (failure != null) {
            LOG.warn("Store {}: {}", store.name(), failure.getMessage());
        }
    }

    private void durable(Change change) {
        view.note(change.transaction());
        change.removed().forEach(view::remove);
        change.put().forEach(view::put);
        if (change.basis() == view) {
            finishRepairs(change.transaction());
            if (view.repairs == null && change.transaction().changes().stream().anyMatch(one -> OwnRecords.isOne(one.tag()))) {
                copyIdentity();
            }
        } else {
            // The store was reloaded meanwhile; what it holds now tells whether this is part of it.
            stale = true;
            view();
        }
        listener.became(change.removed(), change.events());
    }

    private void finishRepairs(Transaction transaction) {
        if (view.repairs != null && view.repairs.transaction() == transaction) {
            var local = view.repairs.local();
            var irk = view.repairs.irk();
            view.repairs = null;
            if (irk != null) {
                view.irkNumber = irk.number();
                view.irkMark = irk.mark();
            }
            if (local != null) {
                view.local = local;
                view.waiting = null;
                tellLoaded();
            }
        }
    }

    private void tellLoaded() {
        listener.became(List.of(), List.of(new BondEvent(BondEvent.Kind.LOADED, null)));
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The loop has ended before the bonds of store {} were closed", store.name());
        }
    }
}
