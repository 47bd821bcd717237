package org.everbond.adapter.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterState;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.LinkKeyStore;
import org.everbond.crypto.DeviceAddress;
import org.everbond.gatt.Gatt;
import org.everbond.hci.EventLoop;
import org.everbond.host.Connection;
import org.everbond.host.ControllerInfo;
import org.everbond.host.Host;
import org.everbond.host.HostOptions;
import org.everbond.security.SecurityManager;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.disk.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One adapter's stack, put together from plain objects: loop, store, bonds, host, security, gatt, and the state machine that drives
 * them. The composition root: nothing below knows that there is OSGi.
 */
final class Stack {
    private static final Logger LOG = LoggerFactory.getLogger(Stack.class);

    private static final Duration STORE_GRACE = Duration.ofSeconds(10);

    private final Environment environment;
    private final Threads threads;
    private final Events events;
    private final AdapterStore store;
    private final Tracing tracing;
    private final Host host;
    private final SecurityManager security;
    private final Gatt gatt;
    private final Served served;
    private final PeerNames names;
    private final KnownController controller;
    private final IdentityOnAir identity;
    private final Lifecycle lifecycle;
    private final BluetoothAdapter adapter;
    private final Links links;
    private volatile Settings settings;
    /** The loss that the log tells of already, so that it does not do so for each attempt. */
    private final ConfiguredBonding bonding = new ConfiguredBonding(on -> security().bondable(on), window -> adapter().bondable(window));
    private String toldLoss = "";

    /**
     * @param disk of the data folder
     * @param dataFolder in which relative paths begin
     */
    Stack(Settings settings, Environment environment, Disk disk, Path dataFolder, Threads threads) {
        this.settings = settings;
        this.environment = environment;
        String name = settings.name();
        this.threads = threads;
        events = new Events(threads.callbacks());
        tracing = new Tracing(dataFolder, settings);
        store = new AdapterStore(settings, environment, disk, dataFolder, threads);
        host = Host.create(threads.loop(), HostOptions.DEFAULT);
        security = SecurityManager.create(
                name,
                threads.loop(),
                host,
                bonds(),
                peer -> AgentChoice.of(environment.agents(), peer),
                threads.callbacks(),
                threads.workers(),
                new SecureRandom(),
                settings.security());
        gatt = Gatt.create(threads.loop(), host, security, bonds(), threads.callbacks());
        names = new PeerNames(threads.loop(), bonds(), gatt::client);
        served = new Served(gatt.server(), environment.services(), name);
        controller = new KnownController(
                new Note(disk, dataFolder.resolve(name + ".controller")), threads.workers(), threads.loop());
        identity = new IdentityOnAir(bonds(), this::met);
        lifecycle = new Lifecycle(threads.loop(), threads.workers(), host, bonds(), store::obstacle, identity, this::stateChanged);
        adapter = new BluetoothAdapter(this);
        links = adapter.table();
    }

    /** Starts everything; returns at once. */
    void start() {
        host.listener(new HostListener());
        // Before the host starts, so that clients never see the attribute table grow.
        environment.services().listener(served::changed);
        threads.loop().execute(() -> {
            adapter.begin();
            security.listen(names::changed);
            apply(settings);
            lifecycle.start();
        });
        threads.loop().schedule(STORE_GRACE, this::warnOfMissingStore);
        store.start(this::storeChanged, () -> {
            lifecycle.storeChanged();
            adapter.refresh();
        });
        environment.transports().listener((provider, added) -> threads.loop().execute(lifecycle::retryNow));
    }

    /** Takes over other settings while links are up; only what must begins anew. */
    void configure(Settings next) {
        Settings previous = settings;
        settings = next;
        store.configure(next);
        tracing.want(next);
        threads.workers().execute(tracing::apply);
        threads.loop().execute(() -> {
            apply(next);
            if (!previous.bondable().equals(next.bondable())) {
                bonding.configure(next.bondable(), lifecycle.state());
            }
            if (!previous.radio().equals(next.radio())) {
                lifecycle.restart("the configuration changed");
            }
            adapter.refresh();
        });
    }

    private void apply(Settings next) {
        security.options(next.security());
        gatt.server().describe(next.deviceName(), next.appearance());
        identity.configure(next.identity(), next.pinnedController());
        lifecycle.configure(new Opening(next, environment, tracing));
        if (lifecycle.state() == AdapterState.OFF) {
            bonding.configure(next.bondable(), AdapterState.OFF);
        }
    }


    /** Ends everything, waiting at most 5 s each for the controller, for what waits to be written, and for the store. */
    void close() {
        environment.quiet();
        end("the controller did not stop in an orderly way", lifecycle::stop);
        // What the end of the links gave gatt to save must be durable before the store closes.
        end("not everything that waited for the store was written", bonds()::settled);
        store.close();
        threads.closeLoop();
        tracing.close();
        threads.close();
    }

    private void end(String otherwise, Supplier<CompletionStage<Void>> action) {
        try {
            threads.onLoop(action).toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("Adapter {}: {}: {}", settings.name(), otherwise, e.toString());
        }
    }

    private void stateChanged(AdapterState state, String reason) {
        if (state == AdapterState.LOST && !reason.equals(toldLoss)) {
            LOG.warn("Adapter {} is LOST: {}; trying again", settings.name(), reason);
            toldLoss = reason;
        } else if (state == AdapterState.UP) {
            toldLoss = "";
            bonding.up();
        }
        adapter.stateChanged(state, reason);
    }

    private CompletionStage<Void> met(ControllerInfo info, DeviceAddress identity) {
        return controller.met(
                settings.transport(), info.publicAddress(), identity, settings.pinnedController().isPresent(),
                store.tlv().backend().durable());
    }

    private void storeChanged() {
        lifecycle.storeChanged();
        adapter.storeChanged();
    }

    /** Bundles start in any order: only what still lacks a store after a while is worth a line in the log. Trouble of a store was told. */
    private void warnOfMissingStore() {
        if (lifecycle.state() == AdapterState.WAITING_FOR_STORE && !store.isInTrouble()) {
            LOG.warn("Adapter {} waits for its store: {}", settings.name(), store.obstacle());
        }
    }

    /** See {@link Threads#onLoop}. */
    <T> CompletionStage<T> onLoop(Supplier<CompletionStage<T>> action) {
        return threads.onLoop(action);
    }

    Settings settings() {
        return settings;
    }

    /** Whether the store was loaded and has an identity. Any thread. */
    boolean hasIdentity() {
        return adapter.status().identity().isPresent();
    }

    EventLoop loop() {
        return threads.loop();
    }

    Executor callbacks() {
        return threads.callbacks();
    }

    Events events() {
        return events;
    }

    /** See {@link Adapter#resolveStore}. */
    CompletionStage<String> resolveStore(Resolution resolution) {
        // Whoever hears that it is done sees it in the status.
        return store.resolve(resolution).thenCompose(kept -> onLoop(() -> {
            adapter.refresh();
            return CompletableFuture.completedFuture(kept);
        }));
    }

    AdapterStore store() {
        return store;
    }

    BondStore bonds() {
        return store.bonds();
    }

    LinkKeyStore linkKeys() {
        return store.linkKeys();
    }

    Host host() {
        return host;
    }

    SecurityManager security() {
        return security;
    }

    Gatt gatt() {
        return gatt;
    }

    KnownController controller() {
        return controller;
    }

    Lifecycle lifecycle() {
        return lifecycle;
    }

    BluetoothAdapter adapter() {
        return adapter;
    }

    private final class HostListener implements Host.Listener {
        @Override
        public void connected(Connection connection) {
            links.connected(connection);
        }

        @Override
        public void disconnected(Connection connection, int reason) {
            links.disconnected(connection, reason);
        }

        @Override
        public void advertisingChanged() {
            adapter.refresh();
        }

        @Override
        public void trouble(String what) {
            LOG.info("Adapter {}: {}", settings.name(), what);
        }

        @Override
        public void controllerLost(String reason) {
            lifecycle.controllerLost(reason);
        }
    }
}
