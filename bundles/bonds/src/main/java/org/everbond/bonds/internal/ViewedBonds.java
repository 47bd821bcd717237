package org.everbond.bonds.internal;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.AddressSearch;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.bonds.keys.Lookup;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.bonds.spi.EvictionGuard;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.TlvStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bonds of a store as they are seen. The view follows the store: every question first asks whether the generation is still that of
 * the view, so that nothing is ever answered on what a store held before. What changes is told to listeners once it is durable and in
 * the view.
 */
abstract class ViewedBonds implements BondStore {
    private static final Logger LOG = LoggerFactory.getLogger(ViewedBonds.class);

    final TlvStore store;
    final Evictions evictions = new Evictions();
    final Follower follower;
    private final AddressLookup addresses;
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private Judgement judgement = Judgement.NONE;

    ViewedBonds(TlvStore store, Executor loop, BondOptions options) {
        this.store = store;
        follower = new Follower(store, loop, options, this::became);
        addresses = new AddressLookup(follower);
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

    /** A bond as the rules of today see it. */
    final Bond judged(StoredBond bond) {
        return judgement.of(bond);
    }

    private Optional<View> view() {
        return Optional.ofNullable(follower.view());
    }

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
    public boolean authorized(BondId id) {
        return stored(id).filter(bond -> bond.entry().authorized()).isPresent();
    }

    @Override
    public List<Bond> withFormerIrk() {
        return view().stream().flatMap(View::withFormerIrk).map(judgement::of).toList();
    }

    @Override
    public boolean holdsFormerIrk(BondId id) {
        return view().flatMap(view -> Optional.ofNullable(view.get(id)).filter(view::holdsFormerIrk)).isPresent();
    }

    @Override
    public void connected(BondId id, boolean connected) {
        evictions.connected(follower.view(), id, connected);
    }

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
    public void close() {
        listeners.clear();
        follower.close();
    }
}
