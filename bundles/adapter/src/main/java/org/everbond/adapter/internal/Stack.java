package org.everbond.adapter.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterState;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.gatt.Gatt;
import org.everbond.hci.EventLoop;
import org.everbond.host.Connection;
import org.everbond.host.Host;
import org.everbond.host.HostOptions;
import org.everbond.security.SecurityManager;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One adapter's stack, put together from plain objects: loop, store, bonds, host, security, gatt, and the state machine that drives
 * them. The composition root: nothing below knows that there is OSGi.
 */
final class Stack {
    private static final Logger LOG = LoggerFactory.getLogger(Stack.class);

    private static final Duration STORE_GRACE = Duration.ofSeconds(2);

    private final Environment environment;
    private final EventLoop.OnThread loop;
    private final ExecutorService callbacks;
    private final ExecutorService workers;
    private final Events events;
    private final TlvStoreOwner storeOwner;
    private final StoreBinding binding;
    private final Tracing tracing;
    private final BondStore bonds;
    private final Host host;
    private final SecurityManager security;
    private final Gatt gatt;
    private final Lifecycle lifecycle;
    private final BluetoothAdapter adapter;
    private final Links links;
    private final Served served;
    private volatile Settings settings;
    /** The loss that the log tells of already, so that it does not do so for each attempt. */
    private String toldLoss = "";

    /** @param dataFolder in which relative paths begin */
    Stack(Settings settings, Environment environment, Path dataFolder) {
        this.settings = settings;
        this.environment = environment;
        String name = settings.name();
        loop = EventLoop.onThread("everbond-" + name);
        callbacks = Threads.single("everbond-" + name + "-callbacks");
        workers = Threads.pool("everbond-" + name + "-worker");
        events = new Events(callbacks);
        tracing = new Tracing(dataFolder);
        storeOwner = TlvStore.create(
                name,
                storeOptions(settings),
                BondStore.merge(bondOptions(settings)),
                new AsideStore(environment, dataFolder, name, () -> this.settings.store()));
        storeOwner.trace(settings.storeTrace());
        binding = new StoreBinding(storeOwner, environment, name, settings.store());
        bonds = BondStore.create(store(), loop, bondOptions(settings));
        host = Host.create(loop, HostOptions.DEFAULT);
        security = SecurityManager.create(
                name,
                loop,
                host,
                bonds,
                () -> environment.agents().first(Adapter.NAME, name, true),
                callbacks,
                workers,
                new SecureRandom(),
                settings.security());
        gatt = Gatt.create(loop, host, security, bonds, callbacks);
        served = new Served(gatt.server(), environment.services(), name);
        lifecycle = new Lifecycle(loop, workers, host, bonds, this::storeReason, this::stateChanged);
        adapter = new BluetoothAdapter(this);
        links = adapter.table();
    }

    /** Starts everything; returns at once. */
    void start() {
        host.listener(new HostListener());
        store().listen((state, generation) -> loop.execute(this::storeChanged));
        // Before the host starts, so that clients never see the attribute table grow.
        environment.services().listener(served::changed);
        loop.execute(() -> {
            adapter.begin();
            apply(settings);
            lifecycle.start();
        });
        loop.schedule(STORE_GRACE, this::warnOfMissingStore);
        rebind(true);
        environment.transports().listener((provider, added) -> loop.execute(lifecycle::retryNow));
        environment.stores().listener((provider, added) -> rebind(added));
        environment.backends().listener((backend, added) -> rebind(added));
    }

    /** Takes over other settings while links are up; only what must begins anew. */
    void configure(Settings next) {
        Settings previous = settings;
        settings = next;
        storeOwner.configure(storeOptions(next));
        storeOwner.trace(next.storeTrace());
        binding.want(next.store());
        loop.execute(() -> {
            apply(next);
            if (previous.bondable() != next.bondable()) {
                security.bondable(next.bondable());
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
        lifecycle.configure(new Opening(next, environment, tracing), next.identity(), next.pinnedController());
        if (lifecycle.state() == AdapterState.OFF) {
            security.bondable(next.bondable());
        }
    }

    /** Ends everything, waiting at most 5 s each for the controller, for what waits to be written, and for the store. */
    void close() {
        environment.quiet();
        end("the controller did not stop in an orderly way", lifecycle::stop);
        // What the end of the links gave gatt to save must be durable before the store closes.
        end("not everything that waited for the store was written", bonds::settled);
        loop.execute(bonds::close);
        binding.close();
        storeOwner.close();
        loop.close();
        tracing.close();
        workers.shutdown();
        callbacks.shutdown();
    }

    private void end(String otherwise, Supplier<CompletionStage<Void>> action) {
        try {
            onLoop(action).toCompletableFuture().get(5, TimeUnit.SECONDS);
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
        }
        adapter.stateChanged(state, reason);
    }

    private void storeChanged() {
        if (store().state() == TlvState.DEGRADED || store().state() == TlvState.CONFLICT) {
            LOG.warn("Store of adapter {} is {}: {}", settings.name(), store().state(), store().stateReason());
        }
        lifecycle.storeChanged();
        adapter.storeChanged();
        workers.execute(binding::refresh);
    }

    /** What comes may be taken over in its own time; what goes must be given back before its bundle is stopped. */
    private void rebind(boolean added) {
        if (added) {
            workers.execute(this::rebind);
        } else {
            rebind();
        }
    }

    private void rebind() {
        binding.refresh();
        loop.execute(() -> {
            lifecycle.storeChanged();
            adapter.refresh();
        });
    }

    /** Why the store is not READY; empty when it is. Any thread. */
    String storeReason() {
        String problem = binding.problem();
        if (!problem.isEmpty()) {
            return problem;
        }
        String storeReason = store().stateReason();
        if (!storeReason.isEmpty()) {
            return storeReason;
        }
        return bonds.reason().isEmpty() ? storeOwner.obstacle() : bonds.reason();
    }

    /** Bundles start in any order: only what still lacks a store after a while is worth a line in the log. */
    private void warnOfMissingStore() {
        if (lifecycle.state() == AdapterState.WAITING_FOR_STORE) {
            LOG.warn("Adapter {} waits for its store: {}", settings.name(), storeReason());
        }
    }

    private static TlvStoreOwner.Options storeOptions(Settings settings) {
        return TlvStoreOwner.Options.DEFAULTS.withCommitWait(settings.storeWait());
    }

    private static BondOptions bondOptions(Settings settings) {
        var options = settings.identity().map(BondOptions.DEFAULT::withIdentityAddress).orElse(BondOptions.DEFAULT);
        return options
                .withCapacity(settings.capacity())
                .withSlots(settings.slots())
                .withEntrySize(settings.entrySize())
                .withVolatileIdentity(settings.store().scheme().equals("memory"));
    }

    /** Runs the action on the loop and completes as its stage does. Any thread may call. */
    <T> CompletionStage<T> onLoop(Supplier<CompletionStage<T>> action) {
        if (loop.inLoop()) {
            return action.get();
        }
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                action.get().whenComplete((value, failure) -> {
                    if (failure != null) {
                        result.completeExceptionally(failure);
                    } else {
                        result.complete(value);
                    }
                });
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    Settings settings() {
        return settings;
    }

    /** Whether the store was loaded and has an identity. Any thread. */
    boolean hasIdentity() {
        return adapter.status().identity().isPresent();
    }

    EventLoop loop() {
        return loop;
    }

    ExecutorService callbacks() {
        return callbacks;
    }

    Events events() {
        return events;
    }

    /** See {@link Adapter#resolveStore}. */
    CompletionStage<String> resolveStore(Resolution resolution) {
        // Whoever hears that it is done sees it in the status.
        return storeOwner.resolve(resolution).thenCompose(kept -> onLoop(() -> {
            adapter.refresh();
            return CompletableFuture.completedFuture(kept);
        }));
    }

    TlvStore store() {
        return storeOwner.store();
    }

    StoreBinding binding() {
        return binding;
    }

    BondStore bonds() {
        return bonds;
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
        public void trouble(String what) {
            LOG.info("Adapter {}: {}", settings.name(), what);
        }

        @Override
        public void controllerLost(String reason) {
            lifecycle.controllerLost(reason);
        }
    }
}
