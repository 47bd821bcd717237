package org.everbond.shell.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.adapter.AdapterStatus;
import org.everbond.adapter.BondSource;
import org.everbond.adapter.ImportedBonds;
import org.everbond.adapter.Link;
import org.everbond.adapter.LinkStatus;
import org.everbond.adapter.PrivacyStatus;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.PrivacyMode;
import org.everbond.crypto.DeviceAddress;
import org.everbond.gatt.GattServer;
import org.everbond.gatt.spi.GattService;
import org.everbond.host.Advertisement;
import org.everbond.host.Advertising;
import org.everbond.host.HostException;
import org.everbond.security.OobData;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.TlvState;

/** An adapter that does at once what it is told, and remembers it. */
final class FakeAdapter implements Adapter {
    private boolean formerIrk;
    static final DeviceAddress IDENTITY = DeviceAddress.parse("C0:FF:EE:00:00:01/random");

    final String name;
    final List<Bond> bonds = new ArrayList<>();
    final List<ClassicBond> classicBonds = new ArrayList<>();
    final List<FakeLink> links = new ArrayList<>();
    final List<Advertisement> onAir = new ArrayList<>();
    final List<Resolution> resolutions = new ArrayList<>();
    final List<BondSource> sources = new ArrayList<>();
    final List<GattService> served = new ArrayList<>();
    final List<Consumer<AdapterEvent>> listeners = new ArrayList<>();
    AdapterState state = AdapterState.UP;
    String reason = "";
    List<String> notices = List.of();
    List<String> weaknesses = List.of();
    Optional<Advertising> advertising = Optional.empty();
    Optional<OobData> oob = Optional.empty();
    TlvState storeState = TlvState.READY;
    String storeReason = "";
    BackendInfo backend;
    /** What the next change of a bond waits for. */
    CompletionStage<Void> written;
    boolean bondable;
    boolean scanning;

    FakeAdapter(String name) {
        this.name = name;
        backend = new BackendInfo("file", "/data/" + name + ".tlv", 1000, 100_000, true, true);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AdapterStatus status() {
        return new AdapterStatus(name, state, reason, "virtual:air", "file:" + name + ".tlv", storeState, storeReason,
                backend, notices, weaknesses,
                Optional.of(IDENTITY), Optional.empty(), advertising.isPresent(), scanning, bondable, links.size(), bonds.size());
    }

    @Override
    public CompletionStage<AdapterStatus> up(Duration timeout) {
        return state == AdapterState.UP
                ? CompletableFuture.completedFuture(status())
                : CompletableFuture.failedFuture(new HostException(reason, 0));
    }

    @Override
    public List<LinkStatus> linkStatus() {
        return links.stream().map(FakeLink::status).toList();
    }

    @Override
    public List<Link> links() {
        return List.copyOf(links);
    }

    @Override
    public Optional<Link> link(long id) {
        return links().stream().filter(link -> link.id() == id).findFirst();
    }

    @Override
    public CompletionStage<Void> scan(boolean active, boolean filterDuplicates, Consumer<Advertisement> sink) {
        scanning = true;
        onAir.forEach(sink);
        return done();
    }

    @Override
    public CompletionStage<Void> stopScan() {
        scanning = false;
        return done();
    }

    @Override
    public CompletionStage<Void> advertise(Advertising wanted) {
        advertising = Optional.of(wanted);
        return done();
    }

    @Override
    public CompletionStage<Void> stopAdvertising() {
        advertising = Optional.empty();
        return done();
    }

    @Override
    public CompletionStage<Link> connect(DeviceAddress peer, Duration timeout) {
        var link = new FakeLink(links.size() + 1, peer, bonds.stream().filter(bond -> bond.identity().equals(peer)).findFirst());
        links.add(link);
        return CompletableFuture.completedFuture(link);
    }

    @Override
    public CompletionStage<Link> connect(BondId id, Duration timeout) {
        return connect(bonds.stream().filter(bond -> bond.id().equals(id)).findFirst().orElseThrow().identity(), timeout);
    }

    @Override
    public CompletionStage<ImportedBonds> importBonds(BondSource source) {
        sources.add(source);
        return CompletableFuture.completedFuture(new ImportedBonds(
                bonds(), List.of(), List.of(), 1, Optional.empty(), List.of("slot 3 cannot be read"), List.of("the root keys are weak")));
    }

    @Override
    public CompletionStage<String> resolveStore(Resolution resolution) {
        resolutions.add(resolution);
        return CompletableFuture.completedFuture("/data/" + name + ".aside-1.tlv");
    }

    @Override
    public CompletionStage<Void> bondable(boolean on) {
        bondable = on;
        return done();
    }

    @Override
    public CompletionStage<Void> bondable(Duration window) {
        bondable = true;
        return done();
    }

    @Override
    public CompletionStage<OobData> createOobData() {
        oob = Optional.of(OobData.parse("1122" + "ab".repeat(16) + "1123" + "cd".repeat(16)));
        return CompletableFuture.completedFuture(oob.get());
    }

    @Override
    public CompletionStage<Void> forgetOobData() {
        oob = Optional.empty();
        return done();
    }

    @Override
    public CompletionStage<PrivacyStatus> privacy() {
        return CompletableFuture.completedFuture(new PrivacyStatus(
                true, Optional.of(DeviceAddress.parse("72:34:33:1B:0B:F6/random")), Duration.ofMinutes(15), PrivacyMode.DEVICE, bonds.size(), 0,
                withFormerIrk()));
    }

    @Override
    public CompletionStage<Void> renewAddress() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<List<Bond>> changeIrk() {
        formerIrk = true;
        return CompletableFuture.completedFuture(withFormerIrk());
    }

    @Override
    public List<Bond> withFormerIrk() {
        return formerIrk ? bonds() : List.of();
    }

    @Override
    public List<Bond> bonds() {
        return List.copyOf(bonds);
    }

    @Override
    public CompletionStage<Void> forget(BondId id) {
        bonds.removeIf(bond -> bond.id().equals(id));
        return done();
    }

    @Override
    public CompletionStage<Void> pin(BondId id, boolean pinned) {
        bonds.replaceAll(bond -> !bond.id().equals(id)
                ? bond
                : new Bond(bond.id(), bond.identity(), bond.security(), bond.resolvable(), bond.name(), bond.createdAt(), pinned, bond.privacyMode()));
        return done();
    }

    @Override
    public CompletionStage<Void> privacyMode(BondId id, Optional<PrivacyMode> mode) {
        bonds.replaceAll(bond -> !bond.id().equals(id)
                ? bond
                : new Bond(bond.id(), bond.identity(), bond.security(), bond.resolvable(), bond.name(), bond.createdAt(), bond.pinned(), mode));
        return done();
    }

    @Override
    public CompletionStage<Void> rename(BondId id, String name) {
        if (written != null) {
            return written;
        }
        bonds.replaceAll(bond -> !bond.id().equals(id)
                ? bond
                : new Bond(bond.id(), bond.identity(), bond.security(), bond.resolvable(), name, bond.createdAt(), bond.pinned(),
                        bond.privacyMode()));
        return done();
    }

    @Override
    public List<ClassicBond> classicBonds() {
        return List.copyOf(classicBonds);
    }

    @Override
    public CompletionStage<Void> forgetClassic(DeviceAddress peer) {
        return classicBonds.removeIf(bond -> bond.address().equals(peer))
                ? done()
                : CompletableFuture.failedFuture(new NoSuchElementException("there is no Classic link key of " + peer.text()));
    }

    @Override
    public GattServer server() {
        return new GattServer() {
            @Override
            public CompletionStage<AutoCloseable> add(GattService service) {
                served.add(service);
                return CompletableFuture.completedFuture(() -> served.remove(service));
            }

            @Override
            public void describe(String deviceName, int appearance) {
                // not looked at
            }
        };
    }

    @Override
    public AutoCloseable listen(Consumer<AdapterEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void happens(AdapterEvent event) {
        List.copyOf(listeners).forEach(listener -> listener.accept(event));
    }

    private static CompletionStage<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}
