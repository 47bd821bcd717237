package org.everbond.bonds.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
import org.everbond.tlv.TlvException;
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

    private static final AddressSearch NOTHING_TO_SEARCH = new AddressSearch() {
        @Override
        public void run() {}

        @Override
        public void end() {}
    };

    private final TlvStore store;
    private final Executor loop;
    private final Evictions evictions = new Evictions();
    private final Changes changes;
    private final Follower follower;
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private Judgement judgement = Judgement.NONE;

    /** Null when searches are done at once. */
    private Consumer<DeviceAddress> searcher;

    public DerivedBonds(TlvStore store, Executor loop, BondOptions options) {
        this.store = store;
        this.loop = loop;
        changes = new Changes(store, options, evictions);
        follower = new Follower(store, loop, options, this::became);
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
        return changes.capacity();
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
        var view = follower.view();
        if (view == null) {
            return Lookup.nothing(Lookup.Result.NOT_READY);
        }
        var bond = view.byIdentity(onAir);
        if (bond == null && searcher != null && view.irks() > AT_ONCE && !view.isRemembered(onAir)) {
            searcher.accept(onAir);
            return Lookup.nothing(Lookup.Result.NOT_READY);
        }
        var found = bond != null ? List.of(bond) : onAir.isResolvable() ? view.resolve(onAir) : List.<StoredBond>of();
        if (!found.isEmpty()) {
            return Lookup.found(found.stream().map(judgement::of).toList());
        }
        if (!follower.isCurrent()) {
            return Lookup.nothing(Lookup.Result.NOT_READY);
        }
        boolean perhapsThere = view.setAside.stream()
                .anyMatch(item -> onAir.isResolvable() || item.address().isEmpty() || item.address().get().equals(onAir));
        return Lookup.nothing(perhapsThere ? Lookup.Result.SET_ASIDE : Lookup.Result.ABSENT);
    }

    @Override
    public void searcher(Consumer<DeviceAddress> newSearcher) {
        searcher = newSearcher;
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
        return view().map(view -> view.byIdentity(onAir) != null || view.isRemembered(onAir)).orElse(true);
    }

    @Override
    public AddressSearch search(Collection<DeviceAddress> onAir) {
        return view().map(view -> view.search(onAir)).orElse(NOTHING_TO_SEARCH);
    }

    @Override
    public Optional<BondKeys> keys(BondId id) {
        return stored(id).map(bond -> bond.entry().keys(bond.companion().legacy()));
    }

    @Override
    public Optional<NewBond> asMade(BondId id) {
        return stored(id).map(bond -> new NewBond(
                bond.entry().address(), bond.companion().security(), bond.entry().keys(bond.companion().legacy())));
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
        var value = view().map(view -> store.get(Tags.ATTEMPTS));
        try {
            return value.isEmpty() ? List.of() : AttemptsRecord.decode(value.get());
        } catch (UnreadableException e) {
            LOG.warn("Store {}: the record of failed pairings is not used: {}", store.name(), e.getMessage());
            return List.of();
        }
    }

    // Writing.

    @Override
    public CompletionStage<Committed> commit(NewBond bond) {
        if (!bond.identity().isIdentity()) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "the peer cannot be bonded: " + bond.identity() + " is no identity address, so that it could not be found again"));
        }
        var choice = new Evictions.Choice();
        return commit(bond, choice).exceptionallyCompose(failure -> {
            // How much fits a place is known exactly only when it is written: what is full has no room for one bond more.
            if (choice.isMade() || !isFull(failure)) {
                return CompletableFuture.failedFuture(failure);
            }
            choice.force();
            return commit(bond, choice).exceptionallyCompose(again -> CompletableFuture.failedFuture(failure));
        });
    }

    private static boolean isFull(Throwable failure) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof TlvException refusal && refusal.reason() == TlvException.Reason.FULL;
    }

    /** Guards answer in their own time: a plan that needs them is made again on what the view says then. */
    private CompletionStage<Committed> commit(NewBond bond, Evictions.Choice choice) {
        return follower.write(view -> changes.commit(view, bond, choice)).thenCompose(done -> choice.isOpen()
                ? evictions.ask(follower.view(), choice).thenComposeAsync(asked -> commit(bond, choice), loop)
                : CompletableFuture.completedFuture(committed(done)));
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
        return update(id, companion -> same(companion.subscriptions(), kept), companion -> companion.withSubscriptions(kept));
    }

    private static boolean same(Subscriptions one, Subscriptions other) {
        return one != null
                && one.values().equals(other.values())
                && Arrays.equals(one.databaseHash(), other.databaseHash());
    }

    private CompletionStage<Void> update(
            BondId id,
            Predicate<Companion> already,
            UnaryOperator<Companion> change) {
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
    public CompletionStage<Void> saveFailedAttempts(List<FailedAttempts> attempts) {
        if (attempts.size() > AttemptsRecord.PEERS) {
            return refused("failed pairings are kept of at most " + AttemptsRecord.PEERS + " peers");
        }
        return follower.write(view -> {
                    var present = store.get(Tags.ATTEMPTS);
                    var next = attempts.isEmpty() ? null : AttemptsRecord.encode(attempts);
                    if (Arrays.equals(present, next)) {
                        return Change.NONE;
                    }
                    var transaction = next == null
                            ? new Transaction().delete(Tags.ATTEMPTS)
                            : new Transaction().put(Tags.ATTEMPTS, next);
                    return new Change(view, transaction, List.of(), List.of(), List.of());
                })
                .thenApply(done -> null);
    }

    @Override
    public void confirmLtk(BondId id) {
        if (previousLtk(id).isPresent()) {
            follower.write(view -> changes.confirm(view, id)).whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.debug("Store {}: the previous LTK of bond {} stays for now: {}", store.name(), id, failure.getMessage());
                }
            });
        }
    }

    @Override
    public void learn(BondId id, LegacyName legacy) {
        follower.write(view -> changes.learn(view, id, legacy)).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debug("Store {}: the name of the key of bond {} is not kept: {}", store.name(), id, failure.getMessage());
            }
        });
    }

    @Override
    public CompletionStage<Void> adoptIdentity(DeviceAddress address) {
        if (!address.isIdentity()) {
            return refused(address + " is no identity address; configure one that is public or static random");
        }
        return follower.write(view -> {
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
    public CompletionStage<Void> changeIrk() {
        var mine = new View.Repairs[1];
        return follower.write(view -> {
                    if (view.local == null || view.repairs != null) {
                        throw new IllegalStateException("store " + store.name() + " is not ready; try again when it is");
                    }
                    var changed = new IrkRecord(view.irkNumber + 1, Roots.random());
                    var local = view.local;
                    var transaction = new Transaction().put(Tags.OWN_IRK, changed.encode());
                    mine[0] = new View.Repairs(
                            transaction, new LocalKeys(local.er(), local.ir(), changed.irk(), local.identityAddress()), changed);
                    view.repairs = mine[0];
                    return new Change(view, transaction, List.of(), List.of(), List.of());
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        // Not later, when nobody expects it.
                        view().filter(view -> view.repairs == mine[0]).ifPresent(view -> view.repairs = null);
                    }
                })
                .thenApply(done -> null);
    }

    @Override
    public List<Bond> withFormerIrk() {
        return view().filter(view -> view.irkMark != null).stream()
                .flatMap(view -> view.bonds().stream().filter(bond -> !bond.companion().hasIrkMark(view.irkMark)))
                .map(judgement::of)
                .toList();
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
