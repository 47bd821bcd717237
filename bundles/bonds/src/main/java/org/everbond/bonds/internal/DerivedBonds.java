package org.everbond.bonds.internal;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PrivacyMode;
import org.everbond.bonds.keys.AddressSearch;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.FailedAttempts;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.bonds.keys.Lookup;
import org.everbond.bonds.keys.NewBond;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.bonds.spi.EvictionGuard;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.TlvStore;
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
    private final Evictions evictions = new Evictions();
    private final Follower follower;
    private final Arrivals arrivals;
    private final Admission admission;
    private final Changes changes;
    private final AddressLookup addresses;
    private final OwnIdentity identity;
    private final StoredAttempts attempts;
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private Judgement judgement = Judgement.NONE;

    public DerivedBonds(TlvStore store, Executor loop, BondOptions options) {
        this.store = store;
        follower = new Follower(store, loop, options, this::became);
        arrivals = new Arrivals(store, options, evictions);
        admission = new Admission(arrivals, evictions, follower, loop);
        changes = new Changes(new Departures(store));
        addresses = new AddressLookup(follower);
        identity = new OwnIdentity(store.name(), follower);
        attempts = new StoredAttempts(store, follower);
    }

    private void became(List<BondId> gone, List<BondEvent> events) {
        gone.forEach(evictions::gone);
        for (var event : events) {
            tell(judgement.of(event));
            if (event.kind() == BondEvent.Kind.LOADED) {
                judgement.unlike(Judgement.NONE, bonds()).forEach(this::tell);
            }
        }
    }

    @Override
    public void judge(UnaryOperator<BondSecurity> rule) {
        var before = judgement;
        judgement = new Judgement(rule);
        judgement.unlike(before, bonds()).forEach(this::tell);
    }

    private Optional<View> view() {
        return Optional.ofNullable(follower.view());
    }

    // Reading.

    @Override
    public boolean ready() {
        return follower.isCurrent() && view().filter(view -> view.local != null || view.waiting != null).isPresent();
    }

    @Override
    public String reason() {
        return follower.reason();
    }

    @Override
    public List<Bond> list() {
        return bonds().stream().map(judgement::of).toList();
    }

    private Collection<StoredBond> bonds() {
        return view().map(View::bonds).orElse(List.of());
    }

    @Override
    public Optional<Bond> get(BondId id) {
        return stored(id).map(judgement::of);
    }

    private Optional<StoredBond> stored(BondId id) {
        return view().map(view -> view.get(id));
    }

    @Override
    public Optional<Bond> byIdentity(DeviceAddress identity) {
        return view().map(view -> view.byIdentity(identity)).map(judgement::of);
    }

    @Override
    public int capacity() {
        return arrivals.capacity();
    }

    @Override
    public List<String> setAside() {
        return view().stream().flatMap(view -> view.setAside.stream()).map(SetAside::reason).toList();
    }

    @Override
    public List<String> warnings() {
        return view().map(view -> List.copyOf(view.warnings)).orElse(List.of());
    }

    @Override
    public Optional<DeviceAddress> identityAddress() {
        return local().map(LocalKeys::identityAddress);
    }

    @Override
    public Optional<LocalKeys> local() {
        return view().map(view -> view.local);
    }

    @Override
    public boolean takesNewBonds() {
        return local().isPresent() && store.takesCommits();
    }

    @Override
    public Lookup lookup(DeviceAddress onAir) {
        return addresses.lookup(onAir, judgement);
    }

    @Override
    public void searcher(Consumer<DeviceAddress> searcher) {
        addresses.searcher(searcher);
    }

    @Override
    public int resolvable() {
        return view().map(View::irks).orElse(0);
    }

    @Override
    public List<Bond> resolvable(int most) {
        return view().stream().flatMap(View::latestFirst).filter(bond -> !bond.entry().irk().isZero()).limit(most)
                .map(judgement::of)
                .toList();
    }

    @Override
    public boolean isRemembered(DeviceAddress onAir) {
        return addresses.isRemembered(onAir);
    }

    @Override
    public AddressSearch search(Collection<DeviceAddress> onAir) {
        return addresses.search(onAir);
    }

    @Override
    public Optional<BondKeys> keys(BondId id) {
        return stored(id).map(bond -> bond.entry().keys(bond.companion().legacy()));
    }

    @Override
    public Optional<Former> asItIs(BondId id) {
        return stored(id).map(Former.class::cast);
    }

    @Override
    public CompletionStage<Void> restore(Former bond) {
        return follower.write(view -> changes.restore(view, (StoredBond) bond)).thenApply(done -> null);
    }

    @Override
    public Optional<Bond> named(LegacyName legacy) {
        return view().flatMap(view -> view.legacyNames().owner(legacy)).flatMap(this::get);
    }

    @Override
    public boolean hasDiv(int div) {
        return view().filter(view -> view.local != null && view.legacyNames().hasDiv(view.local, div)).isPresent();
    }

    @Override
    public Optional<PreviousLtk> previousLtk(BondId id) {
        return stored(id).map(bond -> bond.companion().previous()).map(judgement::of);
    }

    @Override
    public Optional<Subscriptions> subscriptions(BondId id) {
        return stored(id).map(bond -> bond.companion().subscriptions());
    }

    @Override
    public List<FailedAttempts> failedAttempts() {
        return attempts.read();
    }

    // Writing.

    @Override
    public CompletionStage<Committed> commit(NewBond bond) {
        if (!bond.identity().isIdentity()) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "the peer cannot be bonded: " + bond.identity() + " is no identity address, so that it could not be found again"));
        }
        return admission.commit(bond).thenApply(this::committed);
    }

    private Committed committed(WriteQueue.Done<Change> done) {
        var kind = done.change().events().get(done.change().events().size() - 1).kind();
        return new Committed(
                judgement.of(done.change().first()),
                kind == BondEvent.Kind.REPLACED,
                done.commit().octets(),
                done.commit().durable());
    }

    @Override
    public CompletionStage<Void> forget(BondId id) {
        return follower.write(view -> changes.forget(view, id)).thenApply(done -> null);
    }

    @Override
    public CompletionStage<Void> pin(BondId id, boolean pinned) {
        return update(id, companion -> companion.pinned() == pinned, companion -> companion.withPinned(pinned));
    }

    @Override
    public CompletionStage<Void> privacyMode(BondId id, Optional<PrivacyMode> mode) {
        return update(id, companion -> companion.privacyMode().equals(mode), companion -> companion.withPrivacyMode(mode));
    }

    @Override
    public boolean authorized(BondId id) {
        return stored(id).filter(bond -> bond.entry().authorized()).isPresent();
    }

    @Override
    public CompletionStage<Void> authorize(BondId id, boolean authorized) {
        return follower.write(view -> changes.authorize(view, id, authorized)).thenApply(done -> null);
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
        var values = new HashMap<>(subscriptions.values());
        values.values().removeIf(value -> value == 0);
        if (subscriptions.databaseHash().length != 16 || values.size() > SUBSCRIPTIONS) {
            return refused("subscriptions need a database hash of 16 octets and at most " + SUBSCRIPTIONS + " descriptors");
        }
        var kept = new Subscriptions(subscriptions.databaseHash().clone(), Map.copyOf(values));
        return update(id, companion -> kept.equals(companion.subscriptions()), companion -> companion.withSubscriptions(kept));
    }

    private CompletionStage<Void> update(BondId id, Predicate<Companion> already, UnaryOperator<Companion> change) {
        return follower.write(view -> {
                    var bond = view.get(id);
                    return bond != null && already.test(bond.companion()) ? Change.NONE : changes.update(view, id, change);
                })
                .thenApply(done -> null);
    }

    @Override
    public CompletionStage<Void> saveCounters(BondId id, long remoteCounter, long localCounter) {
        return follower.write(view -> changes.counters(view, id, remoteCounter, localCounter)).thenApply(done -> null);
    }

    @Override
    public CompletionStage<Void> saveFailedAttempts(List<FailedAttempts> failures) {
        return failures.size() > AttemptsRecord.PEERS
                ? refused("failed pairings are kept of at most " + AttemptsRecord.PEERS + " peers")
                : attempts.write(failures);
    }

    @Override
    public void confirmLtk(BondId id) {
        if (previousLtk(id).isPresent()) {
            inPassing(view -> changes.confirm(view, id), "the previous LTK of bond " + id + " stays for now");
        }
    }

    @Override
    public void learn(BondId id, LegacyName legacy) {
        inPassing(view -> changes.learn(view, id, legacy), "the name of the key of bond " + id + " is not kept");
    }

    /** Nobody waits for it, and another time will do. */
    private void inPassing(Follower.Plan plan, String otherwise) {
        follower.write(plan).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debug("Store {}: {}: {}", store.name(), otherwise, failure.getMessage());
            }
        });
    }

    @Override
    public CompletionStage<Void> adoptIdentity(DeviceAddress address) {
        return address.isIdentity()
                ? identity.adopt(address)
                : refused(address + " is no identity address; configure one that is public or static random");
    }

    @Override
    public CompletionStage<Void> changeIrk() {
        return identity.changeIrk();
    }

    @Override
    public List<Bond> withFormerIrk() {
        return view().stream().flatMap(View::withFormerIrk).map(judgement::of).toList();
    }

    @Override
    public void connected(BondId id, boolean connected) {
        evictions.connected(follower.view(), id, connected);
    }

    private static CompletionStage<Void> refused(String reason) {
        return CompletableFuture.failedFuture(new IllegalArgumentException(reason));
    }

    // Listeners and guards.

    @Override
    public AutoCloseable guard(EvictionGuard guard) {
        return evictions.guard(guard);
    }

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
    public CompletionStage<Void> settled() {
        return follower.settled();
    }

    @Override
    public void close() {
        listeners.clear();
        follower.close();
    }
}
