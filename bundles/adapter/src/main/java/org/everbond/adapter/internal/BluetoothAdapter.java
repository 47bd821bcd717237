package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.ClassicBonds;
import org.everbond.bonds.PrivacyMode;
import org.everbond.crypto.DeviceAddress;
import org.everbond.gatt.GattServer;
import org.everbond.host.Advertisement;
import org.everbond.host.Advertising;
import org.everbond.security.OobData;
import org.everbond.tlv.Resolution;

/**
 * The service: brings calls of any thread to the event loop, and turns what happens into events. What it says at any moment is
 * in {@link PublishedStatus} and {@link ShownBonds}; what it is meant to do until told otherwise, in {@link Wishes}.
 */
final class BluetoothAdapter implements Adapter {
    private final Stack stack;
    private final Links links;
    private final Wishes wishes;
    private final ShownBonds bonds;
    private final PublishedStatus published;

    BluetoothAdapter(Stack stack) {
        this.stack = stack;
        this.wishes = new Wishes(stack, this::refresh);
        this.links = new Links(stack, this::refresh);
        this.bonds = new ShownBonds(stack.bonds(), stack.linkKeys());
        this.published = new PublishedStatus(stack, wishes, links, bonds);
    }

    /** Hooks everything up; on the event loop, before the stack starts. */
    void begin() {
        stack.bonds().listen(this::bondsChanged);
        stack.linkKeys().listen(this::linkKeysChanged);
        links.begin();
        bonds.load();
        refresh();
    }

    /** The life of the controller; on the event loop. */
    void stateChanged(AdapterState state, String reason) {
        refresh();
        stack.events().publish(new AdapterEvent.StateChanged(name(), state, reason));
        if (state == AdapterState.UP) {
            wishes.fulfil();
            refresh();
            published.isUp();
        }
    }

    /** The state of the store; on the event loop. */
    void storeChanged() {
        bonds.load();
        refresh();
        stack.events().publish(new AdapterEvent.StoreChanged(
                name(), status().storeState(), stack.store().tlv().generation(), status().storeReason()));
    }

    private void bondsChanged(BondEvent event) {
        bonds.changed(event);
        if (event.kind() == BondEvent.Kind.LOADED) {
            // Also when only the identity has become durable: the store itself says nothing then.
            stack.lifecycle().storeChanged();
        }
        refresh();
        links.refresh();
        stack.events().publish(new AdapterEvent.BondChanged(name(), event));
    }

    private void linkKeysChanged(ClassicBonds.Event event) {
        bonds.changed(event);
        refresh();
        stack.events().publish(new AdapterEvent.ClassicBondChanged(name(), event));
    }

    /** The open links, for those who tell of connections. */
    Links table() {
        return links;
    }

    /** Renews the status; on the event loop. */
    void refresh() {
        published.renew();
    }

    @Override
    public String name() {
        return stack.settings().name();
    }

    @Override
    public AdapterStatus status() {
        return published.now();
    }

    @Override
    public CompletionStage<AdapterStatus> up(Duration timeout) {
        return stack.onLoop(() -> published.up(timeout));
    }

    /** Does what needs the controller, or says why it cannot be done. */
    private <T> CompletionStage<T> whenUp(Supplier<CompletionStage<T>> action) {
        return stack.onLoop(() -> status().state() == AdapterState.UP
                ? action.get()
                : CompletableFuture.failedFuture(published.notUp()));
    }

    @Override
    public List<LinkStatus> linkStatus() {
        return links.all().stream().map(AdapterLink::status).toList();
    }

    @Override
    public List<Link> links() {
        return List.copyOf(links.all());
    }

    @Override
    public Optional<Link> link(long id) {
        return links.all().stream().filter(link -> link.id() == id).map(Link.class::cast).findFirst();
    }

    @Override
    public CompletionStage<Void> scan(boolean active, boolean filterDuplicates, Consumer<Advertisement> sink) {
        return whenUp(() -> wishes.scan(active, filterDuplicates, sink));
    }

    @Override
    public CompletionStage<Void> stopScan() {
        return stack.onLoop(wishes::stopScan);
    }

    @Override
    public CompletionStage<Void> advertise(Advertising advertising) {
        return whenUp(() -> wishes.advertise(advertising));
    }

    @Override
    public CompletionStage<Void> stopAdvertising() {
        return stack.onLoop(wishes::stopAdvertising);
    }

    @Override
    public CompletionStage<Link> connect(DeviceAddress peer, Duration timeout) {
        return whenUp(() -> stack.host().connect(peer, timeout).thenApply(links::of));
    }

    @Override
    public CompletionStage<Link> connect(BondId bond, Duration timeout) {
        return whenUp(() -> stack.bonds()
                .get(bond)
                .map(known -> stack.host().connect(known.identity(), timeout).<Link>thenApply(links::of))
                .orElseGet(() -> CompletableFuture.failedFuture(noBond(bond))));
    }

    @Override
    public CompletionStage<Void> bondable(boolean on) {
        return act(() -> {
            stack.security().bondable(on);
            refresh();
        });
    }

    @Override
    public CompletionStage<Void> bondable(Duration window) {
        return act(() -> {
            stack.security().bondable(window);
            refresh();
            // A moment after the window has closed, so that the snapshot tells.
            stack.loop().schedule(window.plusMillis(1), this::refresh);
        });
    }

    @Override
    public CompletionStage<OobData> createOobData() {
        return stack.onLoop(() -> stack.security().createOobData());
    }

    @Override
    public CompletionStage<Void> forgetOobData() {
        return act(() -> stack.security().forgetOobData());
    }

    @Override
    public CompletionStage<PrivacyStatus> privacy() {
        return stack.onLoop(() -> {
            var options = stack.settings().security();
            return CompletableFuture.completedFuture(new PrivacyStatus(
                    options.privacy(), stack.security().addressOnAir(), options.privateAddressLifetime(), options.privacyMode(),
                    stack.bonds().resolvable(), stack.host().resolvedByController(), bonds.withFormerIrk()));
        });
    }

    @Override
    public CompletionStage<Void> renewAddress() {
        return stack.onLoop(() -> {
            if (!stack.settings().security().privacy()) {
                return CompletableFuture.failedFuture(new IllegalStateException("adapter " + name()
                        + " is on air with its identity address and has no private one to renew; set privacy=true"));
            }
            stack.security().renewAddress();
            return CompletableFuture.completedFuture(null);
        });
    }

    @Override
    public CompletionStage<List<Bond>> changeIrk() {
        return stack.onLoop(() -> stack.bonds().changeIrk().thenApply(done -> {
            refresh();
            return bonds.withFormerIrk();
        }));
    }

    @Override
    public List<Bond> withFormerIrk() {
        return bonds.withFormerIrk();
    }

    @Override
    public List<Bond> bonds() {
        return bonds.all();
    }

    @Override
    public CompletionStage<Void> forget(BondId bond) {
        return ofBond(bond, () -> {
            var concerned = links.with(bond);
            return stack.bonds().forget(bond).thenRun(() -> concerned.forEach(AdapterLink::disconnect));
        });
    }

    private CompletionStage<Void> act(Runnable action) {
        return stack.onLoop(() -> {
            action.run();
            return CompletableFuture.completedFuture(null);
        });
    }

    private CompletionStage<Void> ofBond(BondId bond, Supplier<CompletionStage<Void>> action) {
        return stack.onLoop(() -> stack.bonds().get(bond).isEmpty() ? CompletableFuture.failedFuture(noBond(bond)) : action.get());
    }

    @Override
    public CompletionStage<Void> pin(BondId bond, boolean pinned) {
        return ofBond(bond, () -> stack.bonds().pin(bond, pinned));
    }

    @Override
    public CompletionStage<Void> privacyMode(BondId bond, Optional<PrivacyMode> mode) {
        return ofBond(bond, () -> stack.bonds().privacyMode(bond, mode));
    }

    @Override
    public CompletionStage<Void> rename(BondId bond, String name) {
        return ofBond(bond, () -> stack.bonds().rename(bond, name));
    }

    @Override
    public List<ClassicBond> classicBonds() {
        return bonds.classic();
    }

    @Override
    public CompletionStage<Void> forgetClassic(DeviceAddress peer) {
        return stack.onLoop(() -> stack.linkKeys().get(peer).isEmpty()
                ? CompletableFuture.failedFuture(new NoSuchElementException(
                        "there is no Classic link key of " + peer.text() + "; 'classic' lists those there are"))
                : stack.linkKeys().forget(peer));
    }

    private static NoSuchElementException noBond(BondId bond) {
        return new NoSuchElementException("there is no bond " + bond + "; 'bonds' lists those there are");
    }

    @Override
    public CompletionStage<String> resolveStore(Resolution resolution) {
        return stack.resolveStore(resolution);
    }

    @Override
    public CompletionStage<ImportedBonds> importBonds(BondSource source) {
        // Whoever hears that it is done sees them.
        return stack.store().imports(source).thenApply(done -> {
            bonds.load();
            refresh();
            return done;
        });
    }

    @Override
    public GattServer server() {
        return stack.gatt().server();
    }

    @Override
    public AutoCloseable listen(Consumer<AdapterEvent> listener) {
        return stack.events().listen(listener);
    }

    @Override
    public String toString() {
        return "Adapter[" + name() + ", " + status().state() + "]";
    }
}
