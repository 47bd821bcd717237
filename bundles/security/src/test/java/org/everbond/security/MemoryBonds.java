package org.everbond.security;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PrivacyMode;
import org.everbond.bonds.keys.AddressSearch;
import org.everbond.bonds.keys.BondImport;
import org.everbond.bonds.keys.BondKeys;
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
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.everbond.tlv.spi.Merge;

/** A store of bonds that fails, waits and forgets as a test wants. */
final class MemoryBonds implements BondStore {
    enum Storage {
        DURABLE,
        VOLATILE,
        FULL
    }

    private record Entry(Bond bond, BondKeys keys, PreviousLtk previous) implements Former {}

    private final UUID store = new UUID(0x3f2a_9c01_0000_0000L, 1);
    private final Map<BondId, Entry> entries = new LinkedHashMap<>();
    private final List<Listener> listeners = new ArrayList<>();
    private LocalKeys local;
    private final Executor disk;
    private UnaryOperator<BondSecurity> judgement = UnaryOperator.identity();
    private long serial;
    private boolean ready = true;
    private boolean setAside;
    private boolean searching;
    private List<FailedAttempts> attempts = List.of();
    Storage storage = Storage.DURABLE;
    int commits;
    /** DIVs of bonds that nobody has to make. */
    final Set<Integer> taken = new HashSet<>();
    int counterCommits;
    final List<BondId> connected = new ArrayList<>();

    /** @param disk runs what happens when a commit is on the disk */
    MemoryBonds(DeviceAddress identity, Key ir, Executor disk) {
        this.local = new LocalKeys(ir, ir, Toolbox.irk(ir), identity);
        this.disk = disk;
    }

    /** Other root keys than its own. */
    void roots(Key er, Key ir) {
        local = new LocalKeys(er, ir, Toolbox.irk(ir), local.identityAddress());
    }

    void ready(boolean on) {
        ready = on;
        tell(BondEvent.Kind.LOADED, null);
    }

    /** Whose address it is takes a search, which ends when this is switched off. */
    void searching(boolean on) {
        searching = on;
        if (!on) {
            tell(BondEvent.Kind.LOADED, null);
        }
    }

    void setAside(boolean on) {
        setAside = on;
    }

    /** A bond that is there from before. */
    Bond put(DeviceAddress identity, BondSecurity security, BondKeys keys) {
        var bond = new Bond(new BondId(store, ++serial), identity, security, keys.irk() != null, "", serial, false);
        entries.put(bond.id(), new Entry(bond, keys, null));
        return bond;
    }

    void putPrevious(BondId id, PreviousLtk previous) {
        entries.computeIfPresent(id, (key, entry) -> new Entry(entry.bond(), entry.keys(), previous));
    }

    Optional<Key> ltkOf(DeviceAddress identity) {
        return byIdentity(identity).flatMap(bond -> keys(bond.id())).map(BondKeys::ltk);
    }

    @Override
    public String reason() {
        return "";
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public List<Bond> list() {
        return entries.values().stream().map(entry -> judged(entry.bond())).toList();
    }

    @Override
    public Optional<Bond> get(BondId id) {
        return Optional.ofNullable(entries.get(id)).map(entry -> judged(entry.bond()));
    }

    @Override
    public Optional<Bond> byIdentity(DeviceAddress identity) {
        return list().stream().filter(bond -> bond.identity().equals(identity)).findFirst();
    }

    @Override
    public int capacity() {
        return 16;
    }

    @Override
    public List<String> setAside() {
        return List.of();
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    @Override
    public Optional<DeviceAddress> identityAddress() {
        return local().map(LocalKeys::identityAddress);
    }

    @Override
    public CompletionStage<Void> forget(BondId id) {
        var gone = entries.remove(id);
        if (gone != null) {
            tell(BondEvent.Kind.FORGOTTEN, gone.bond());
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> pin(BondId id, boolean pinned) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> privacyMode(BondId id, Optional<PrivacyMode> mode) {
        entries.computeIfPresent(id, (key, entry) -> new Entry(with(entry.bond(), mode), entry.keys(), entry.previous()));
        tell(BondEvent.Kind.UPDATED, entries.get(id).bond());
        return CompletableFuture.completedFuture(null);
    }

    private static Bond with(Bond bond, Optional<PrivacyMode> mode) {
        return new Bond(
                bond.id(), bond.identity(), bond.security(), bond.resolvable(), bond.name(), bond.createdAt(), bond.pinned(), mode);
    }

    @Override
    public boolean authorized(BondId id) {
        return false;
    }

    @Override
    public CompletionStage<Void> authorize(BondId id, boolean authorized) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public AutoCloseable guard(EvictionGuard guard) {
        return () -> {};
    }

    @Override
    public CompletionStage<Void> rename(BondId id, String name) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public AutoCloseable listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Optional<LocalKeys> local() {
        return ready ? Optional.of(local) : Optional.empty();
    }

    @Override
    public boolean takesNewBonds() {
        return ready;
    }

    @Override
    public Lookup lookup(DeviceAddress onAir) {
        if (!ready || searching) {
            return Lookup.nothing(Lookup.Result.NOT_READY);
        }
        var found = new ArrayList<Bond>();
        for (var entry : entries.values()) {
            var irk = entry.keys().irk();
            if (entry.bond().identity().equals(onAir)) {
                return Lookup.found(List.of(judged(entry.bond())));
            }
            if (irk != null && Toolbox.resolves(irk, onAir)) {
                found.add(0, judged(entry.bond()));
            }
        }
        if (!found.isEmpty()) {
            return Lookup.found(found);
        }
        return Lookup.nothing(setAside ? Lookup.Result.SET_ASIDE : Lookup.Result.ABSENT);
    }

    @Override
    public CompletionStage<Void> changeIrk() {
        var octets = local.irk().octets();
        octets[7]++;
        local = new LocalKeys(local.er(), local.ir(), Key.of(octets), local.identityAddress());
        tell(BondEvent.Kind.LOADED, null);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Bond> withFormerIrk() {
        return List.of();
    }

    @Override
    public boolean holdsFormerIrk(BondId id) {
        return false;
    }

    @Override
    public void searcher(Consumer<DeviceAddress> searcher) {}

    @Override
    public int resolvable() {
        return entries.size();
    }

    @Override
    public List<Bond> resolvable(int most) {
        return list().stream().filter(Bond::resolvable).limit(most).toList();
    }

    @Override
    public boolean isRemembered(DeviceAddress onAir) {
        return true;
    }

    @Override
    public AddressSearch search(Collection<DeviceAddress> onAir) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<BondKeys> keys(BondId id) {
        return Optional.ofNullable(entries.get(id)).map(Entry::keys);
    }

    @Override
    public void judge(UnaryOperator<BondSecurity> rule) {
        judgement = rule;
    }

    @Override
    public CompletionStage<Void> withdraw(Committed committed) {
        var id = committed.bond().id();
        if (committed.displaced().isEmpty()) {
            return forget(id);
        }
        var entry = (Entry) committed.displaced().get(0);
        entries.replace(id, entry);
        tell(BondEvent.Kind.REPLACED, entry.bond());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Optional<Bond> named(LegacyName legacy) {
        return entries.values().stream()
                .filter(entry -> legacy.equals(entry.keys().legacy())
                        || entry.previous() != null && legacy.equals(entry.previous().legacy()))
                .map(entry -> judged(entry.bond()))
                .findFirst();
    }

    @Override
    public boolean hasDiv(int div) {
        return taken.contains(div) || entries.values().stream()
                .flatMap(entry -> Stream.of(
                        Optional.ofNullable(entry.keys().legacy()),
                        Optional.ofNullable(entry.previous()).map(PreviousLtk::legacy)))
                .flatMap(Optional::stream)
                .anyMatch(legacy -> local.div(legacy) == div);
    }

    @Override
    public void learn(BondId id, LegacyName legacy) {
        entries.computeIfPresent(id, (key, entry) -> new Entry(entry.bond(), with(entry.keys(), legacy), entry.previous()));
    }

    private static BondKeys with(BondKeys keys, LegacyName legacy) {
        return new BondKeys(
                keys.ltk(), keys.ediv(), keys.rand(), keys.irk(), keys.remoteCsrk(), keys.remoteCounter(), keys.localCsrk(),
                keys.localCounter(), legacy);
    }

    private Bond judged(Bond bond) {
        return new Bond(
                bond.id(), bond.identity(), judgement.apply(bond.security()), bond.resolvable(), bond.name(), bond.createdAt(),
                bond.pinned(), bond.privacyMode());
    }

    @Override
    public Optional<PreviousLtk> previousLtk(BondId id) {
        return Optional.ofNullable(entries.get(id)).map(Entry::previous);
    }

    @Override
    public void confirmLtk(BondId id) {
        putPrevious(id, null);
    }

    @Override
    public CompletionStage<Committed> commit(NewBond bond) {
        commits++;
        var result = new CompletableFuture<Committed>();
        var kind = storage;
        disk.execute(() -> {
            if (kind == Storage.FULL) {
                result.completeExceptionally(new java.io.IOException("the disk is full; make room"));
            } else {
                result.complete(write(bond, kind == Storage.DURABLE));
            }
        });
        return result;
    }

    private Committed write(NewBond bond, boolean durable) {
        var old = byIdentity(bond.identity()).map(present -> entries.get(present.id()));
        var id = old.map(entry -> entry.bond().id()).orElseGet(() -> new BondId(store, ++serial));
        var made = new Bond(id, bond.identity(), bond.security(), bond.keys().irk() != null, "", serial, false);
        var previous = old.map(entry -> new PreviousLtk(
                        entry.keys().ltk(), entry.keys().ediv(), entry.keys().rand(), entry.bond().security(), entry.keys().legacy()))
                .orElse(null);
        entries.put(id, new Entry(made, bond.keys(), previous));
        tell(old.isPresent() ? BondEvent.Kind.REPLACED : BondEvent.Kind.CREATED, made);
        return new Committed(judged(made), old.isPresent(), 100, durable, List.copyOf(old.stream().toList()));
    }

    @Override
    public CompletionStage<Void> saveCounters(BondId id, long remoteCounter, long localCounter) {
        counterCommits++;
        var result = new CompletableFuture<Void>();
        var kind = storage;
        disk.execute(() -> {
            if (kind == Storage.FULL || !entries.containsKey(id)) {
                result.completeExceptionally(new java.io.IOException("the disk is full; make room"));
                return;
            }
            entries.computeIfPresent(id, (key, entry) -> {
                var keys = entry.keys();
                return new Entry(entry.bond(), new BondKeys(
                        keys.ltk(), keys.ediv(), keys.rand(), keys.irk(),
                        keys.remoteCsrk(), Math.max(keys.remoteCounter(), remoteCounter),
                        keys.localCsrk(), Math.max(keys.localCounter(), localCounter)), entry.previous());
            });
            result.complete(null);
        });
        return result;
    }

    @Override
    public Optional<Subscriptions> subscriptions(BondId id) {
        return Optional.empty();
    }

    @Override
    public CompletionStage<Void> saveSubscriptions(BondId id, Subscriptions subscriptions) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<FailedAttempts> failedAttempts() {
        return ready ? attempts : List.of();
    }

    @Override
    public CompletionStage<BondImport> bring(Merge.Content from, BondImport.Options options, boolean write) {
        throw new UnsupportedOperationException("no test imports bonds here");
    }

    @Override
    public CompletionStage<Void> saveFailedAttempts(List<FailedAttempts> failed) {
        attempts = List.copyOf(failed);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void connected(BondId id, boolean on) {
        if (on) {
            connected.add(id);
        } else {
            connected.remove(id);
        }
    }

    @Override
    public CompletionStage<Void> adoptIdentity(DeviceAddress address) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> settled() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        listeners.clear();
    }

    private void tell(BondEvent.Kind kind, Bond bond) {
        List.copyOf(listeners).forEach(listener -> listener.changed(new BondEvent(kind, bond)));
    }
}
