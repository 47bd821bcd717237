package org.everbond.bonds.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.bonds.keys.Lookup;
import org.everbond.bonds.keys.NewBond;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bonds of a store. The view follows the store: every question first asks whether the generation is still that of the
 * view, so that nothing is ever answered, or written, on what a store held before.
 */
public final class DerivedBonds implements BondStore {
    private static final Logger LOG = LoggerFactory.getLogger(DerivedBonds.class);
    private static final int NAME_OCTETS = 248;
    private static final int SUBSCRIPTIONS = 256;

    private final TlvStore store;
    private final Executor loop;
    private final BondOptions options;
    private final Changes changes;
    private final WriteQueue writes;
    private final AutoCloseable subscription;
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private View view;
    /** Whether something became durable that the view may not show. */
    private boolean stale;

    private volatile String reason = "";
    private boolean repairing;
    private boolean deriving;

    public DerivedBonds(TlvStore store, Executor loop, BondOptions options) {
        this.store = store;
        this.loop = loop;
        this.options = options;
        changes = new Changes(store, options);
        writes = new WriteQueue(store, loop, this::durable);
        subscription = store.listen((state, generation) -> onLoop(this::storeChanged));
        onLoop(this::storeChanged);
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The loop has ended before the bonds of store {} were closed", store.name());
        }
    }

    // The view.

    private void storeChanged() {
        view();
        repair();
    }

    /** The view of the store's present generation; an older one while there is no other; null before the first. */
    private View view() {
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

    private void derive() {
        deriving = true;
        try {
            boolean first = view == null || view.generation != store.generation();
            view = Derivation.of(store, options);
            stale = false;
            reason = view.obstacle;
            if (first) {
                view.warnings.forEach(warning -> LOG.warn("Store {}: {}", store.name(), warning));
                view.setAside.forEach(item -> LOG.warn("Store {}: {}", store.name(), item.reason()));
            }
            if (view.repairs == null || view.repairs.local() == null) {
                onLoop(() -> tell(new BondEvent(BondEvent.Kind.LOADED, null)));
            }
            repair();
        } finally {
            deriving = false;
        }
    }

    /** Writes down what the derivation found missing. */
    private void repair() {
        if (view == null || view.repairs == null || repairing || store.state() != TlvState.READY) {
            return;
        }
        repairing = true;
        writes.addFirst(() -> view.repairs == null
                        ? Change.NONE
                        : new Change(view, view.repairs.transaction(), List.of(), List.of(), List.of()))
                .whenComplete((done, failure) -> {
                    repairing = false;
                    reason = failure == null || view.local != null || view.waiting != null
                            ? view.obstacle
                            : "our identity could not be written: " + failure.getMessage();
                    if (failure != null) {
                        LOG.warn("Store {}: {}", store.name(), failure.getMessage());
                    }
                });
    }

    private void durable(Change change) {
        view.note(change.transaction());
        change.removed().forEach(view::remove);
        change.put().forEach(view::put);
        if (change.basis() == view) {
            finishRepairs(change.transaction());
        } else {
            // The store was reloaded meanwhile; what it holds now tells whether this is part of it.
            stale = true;
            view();
        }
        change.removed().forEach(changes::gone);
        change.events().forEach(this::tell);
    }

    private void finishRepairs(Transaction transaction) {
        if (view.repairs != null && view.repairs.transaction() == transaction) {
            var local = view.repairs.local();
            view.repairs = null;
            if (local != null) {
                view.local = local;
                view.waiting = null;
                tell(new BondEvent(BondEvent.Kind.LOADED, null));
            }
        }
    }

    private boolean contentReady() {
        return view() != null && store.state() == TlvState.READY && view.generation == store.generation();
    }

    // Reading.

    @Override
    public boolean ready() {
        return contentReady() && (view.local != null || view.waiting != null);
    }

    @Override
    public String reason() {
        return reason;
    }

    @Override
    public List<Bond> list() {
        return view() == null ? List.of() : view.bonds().stream().map(bond -> bond.companion().bond()).toList();
    }

    @Override
    public Optional<Bond> get(BondId id) {
        return stored(id).map(bond -> bond.companion().bond());
    }

    private Optional<StoredBond> stored(BondId id) {
        return view() == null ? Optional.empty() : Optional.ofNullable(view.get(id));
    }

    @Override
    public Optional<Bond> byIdentity(DeviceAddress identity) {
        return view() == null
                ? Optional.empty()
                : Optional.ofNullable(view.byIdentity(identity)).map(bond -> bond.companion().bond());
    }

    @Override
    public int capacity() {
        return changes.capacity();
    }

    @Override
    public List<String> setAside() {
        return view() == null ? List.of() : view.setAside.stream().map(SetAside::reason).toList();
    }

    @Override
    public List<String> warnings() {
        return view() == null ? List.of() : List.copyOf(view.warnings);
    }

    @Override
    public Optional<DeviceAddress> identityAddress() {
        return local().map(LocalKeys::identityAddress);
    }

    @Override
    public Optional<LocalKeys> local() {
        return view() == null ? Optional.empty() : Optional.ofNullable(view.local);
    }

    @Override
    public Lookup lookup(DeviceAddress onAir) {
        if (view() == null) {
            return new Lookup(Lookup.Result.NOT_READY, null);
        }
        var bond = view.byIdentity(onAir);
        if (bond == null && onAir.isResolvable()) {
            bond = view.resolve(onAir).orElse(null);
        }
        if (bond != null) {
            return new Lookup(Lookup.Result.FOUND, bond.companion().bond());
        }
        if (!contentReady()) {
            return new Lookup(Lookup.Result.NOT_READY, null);
        }
        boolean perhapsThere = view.setAside.stream()
                .anyMatch(item -> onAir.isResolvable() || item.address().isEmpty() || item.address().get().equals(onAir));
        return new Lookup(perhapsThere ? Lookup.Result.SET_ASIDE : Lookup.Result.ABSENT, null);
    }

    @Override
    public Optional<BondKeys> keys(BondId id) {
        return stored(id).map(bond -> bond.entry().keys());
    }

    @Override
    public Optional<PreviousLtk> previousLtk(BondId id) {
        return stored(id).map(bond -> bond.companion().previous());
    }

    @Override
    public Optional<Subscriptions> subscriptions(BondId id) {
        return stored(id).map(bond -> bond.companion().subscriptions());
    }

    // Writing.

    @Override
    public CompletionStage<Committed> commit(NewBond bond) {
        if (!bond.identity().isIdentity()) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "the peer cannot be bonded: " + bond.identity() + " is no identity address, so that it could not be found again"));
        }
        return write(() -> changes.commit(view, bond)).thenApply(done -> {
            var kind = done.change().events().get(done.change().events().size() - 1).kind();
            return new Committed(
                    done.change().first().companion().bond(),
                    kind == BondEvent.Kind.REPLACED,
                    done.commit().octets(),
                    done.commit().durable());
        });
    }

    @Override
    public CompletionStage<Void> forget(BondId id) {
        return write(() -> changes.forget(view, id)).thenApply(done -> null);
    }

    @Override
    public CompletionStage<Void> pin(BondId id, boolean pinned) {
        return update(id, companion -> companion.pinned() == pinned, companion -> companion.withPinned(pinned));
    }

    @Override
    public CompletionStage<Void> rename(BondId id, String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length > NAME_OCTETS) {
            return refused("a device name has at most " + NAME_OCTETS + " octets (Vol 3, Part C, 12.1)");
        }
        return update(id, companion -> companion.name().equals(name), companion -> companion.withName(name));
    }

    @Override
    public CompletionStage<Void> saveSubscriptions(BondId id, Subscriptions subscriptions) {
        var values = new java.util.HashMap<>(subscriptions.values());
        values.values().removeIf(value -> value == 0);
        if (subscriptions.databaseHash().length != 16 || values.size() > SUBSCRIPTIONS) {
            return refused("subscriptions need a database hash of 16 octets and at most " + SUBSCRIPTIONS + " descriptors");
        }
        var kept = new Subscriptions(subscriptions.databaseHash().clone(), Map.copyOf(values));
        return update(id, companion -> same(companion.subscriptions(), kept), companion -> companion.withSubscriptions(kept));
    }

    private static boolean same(Subscriptions one, Subscriptions other) {
        return one != null
                && one.values().equals(other.values())
                && java.util.Arrays.equals(one.databaseHash(), other.databaseHash());
    }

    private CompletionStage<Void> update(
            BondId id,
            java.util.function.Predicate<Companion> already,
            java.util.function.UnaryOperator<Companion> change) {
        return write(() -> {
                    var bond = view.get(id);
                    return bond != null && already.test(bond.companion()) ? Change.NONE : changes.update(view, id, change);
                })
                .thenApply(done -> null);
    }

    @Override
    public CompletionStage<Void> saveCounters(BondId id, long remoteCounter, long localCounter) {
        return write(() -> changes.counters(view, id, remoteCounter, localCounter)).thenApply(done -> null);
    }

    @Override
    public void confirmLtk(BondId id) {
        if (previousLtk(id).isPresent()) {
            write(() -> changes.confirm(view, id)).whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.debug("Store {}: the previous LTK of bond {} stays for now: {}", store.name(), id, failure.getMessage());
                }
            });
        }
    }

    @Override
    public CompletionStage<Void> adoptIdentity(DeviceAddress address) {
        if (!address.isIdentity()) {
            return refused(address + " is no identity address; configure one that is public or static random");
        }
        return write(() -> {
                    if (view.local != null) {
                        return Change.NONE;
                    }
                    if (view.waiting == null) {
                        throw new IllegalStateException("store " + store.name() + " does not wait for an identity address");
                    }
                    var local = view.waiting.with(address);
                    var transaction = new Transaction()
                            .put(Tags.ER, local.er().octets())
                            .put(Tags.IR, local.ir().octets())
                            .put(Tags.IDENTITY, new IdentityRecord(address, IdentityRecord.Origin.CONTROLLER).encode());
                    view.repairs = new View.Repairs(transaction, local);
                    return new Change(view, transaction, List.of(), List.of(), List.of());
                })
                .thenApply(done -> null);
    }

    @Override
    public void connected(BondId id, boolean connected) {
        changes.connected(id, connected);
    }

    private CompletionStage<WriteQueue.Done> write(WriteQueue.Plan plan) {
        return writes.add(() -> {
            if (view() == null) {
                throw new TlvException(
                        TlvException.Reason.NO_BACKEND, "store " + store.name() + " was not loaded yet: " + store.stateReason());
            }
            return plan.make();
        });
    }

    private static CompletionStage<Void> refused(String reason) {
        return CompletableFuture.failedFuture(new IllegalArgumentException(reason));
    }

    // Listeners.

    @Override
    public AutoCloseable listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(BondEvent event) {
        for (var listener : listeners) {
            try {
                listener.changed(event);
            } catch (RuntimeException e) {
                LOG.warn("A listener of bonds failed", e);
            }
        }
    }

    @Override
    public void close() {
        listeners.clear();
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.debug("Store {}: {}", store.name(), e.getMessage());
        }
    }
}
