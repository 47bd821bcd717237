package org.everbond.gatt;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.everbond.bonds.SecurityLevel;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.virtual.VirtualController;
import org.everbond.host.Advertising;
import org.everbond.host.Connection;
import org.everbond.host.Host;
import org.everbond.host.HostOptions;
import org.everbond.security.SecurityManager;
import org.everbond.security.SecurityOptions;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.spi.TlvBackend;

/** A whole gateway in real time: virtual controller, host, security manager, GATT, bonds, store. */
final class Gateway implements AutoCloseable {
    private static final long PATIENCE = 20;
    private static final SecurityOptions ACCEPTING = 
            SecurityOptions.DEFAULT.with(options -> options.justWorks(SecurityOptions.JustWorks.ACCEPT));

    final EventLoop.OnThread loop;
    final Host host;
    final BondStore bonds;
    final SecurityManager security;
    final Gatt gatt;
    final LinkedBlockingQueue<Connection> connections = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> bonded = new CompletableFuture<>();
    private final TlvStoreOwner store;
    private final HciTransport transport;
    private final ExecutorService callbacks = Executors.newFixedThreadPool(3);
    private final ExecutorService computing = Executors.newSingleThreadExecutor();

    /** @param backend outlives the gateway */
    Gateway(String name, TlvBackend backend, VirtualController controller) throws Exception {
        loop = EventLoop.onThread(name);
        store = TlvStore.create(name, TlvStoreOwner.Options.DEFAULTS);
        host = Host.create(loop, HostOptions.DEFAULT);
        bonds = BondStore.create(store.store(), loop, BondOptions.DEFAULT.withVolatileIdentity(true));
        var ready = new CompletableFuture<Void>();
        loop.execute(() -> bonds.listen(event -> {
            if (bonds.local().isPresent()) {
                ready.complete(null);
            }
            if (!bonds.list().isEmpty()) {
                bonded.complete(null);
            }
        }));
        store.bind(backend);
        ready.get(PATIENCE, TimeUnit.SECONDS);
        security = on(() -> CompletableFuture.completedFuture(SecurityManager.create(
                name, loop, host, bonds, peer -> Optional.empty(), callbacks, computing, new SecureRandom(), ACCEPTING)));
        gatt = on(() -> CompletableFuture.completedFuture(Gatt.create(loop, host, security, bonds, callbacks)));
        host.listener(new Host.Listener() {
            @Override
            public void connected(Connection connection) {
                connections.add(connection);
            }

            @Override
            public void disconnected(Connection connection, int reason) {}

            @Override
            public void controllerLost(String reason) {}
        });
        transport = controller.transport();
        transport.open(new HciTransport.Receiver() {
            @Override
            public void received(byte[] packet) {
                loop.execute(() -> host.received(packet));
            }

            @Override
            public void lost(IOException cause) {}
        });
        on(() -> host.start(transport));
    }

    /** Does something on the loop and waits for what comes of it. */
    <T> T on(Supplier<? extends CompletionStage<T>> action) throws Exception {
        var result = new CompletableFuture<T>();
        loop.execute(() -> action.get().whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result.get(PATIENCE, TimeUnit.SECONDS);
    }

    DeviceAddress address() throws Exception {
        return on(() -> CompletableFuture.completedFuture(bonds.identityAddress().orElseThrow()));
    }

    /** Waits until there is a bond: the responder's comes after the initiator's. */
    void awaitBond() throws Exception {
        bonded.get(PATIENCE, TimeUnit.SECONDS);
    }

    void bondable() throws Exception {
        on(() -> {
            security.bondable(true);
            return CompletableFuture.completedFuture(null);
        });
    }

    void advertise() throws Exception {
        on(() -> host.advertise(new Advertising(new byte[0], new byte[0], Duration.ofMillis(20))));
    }

    Connection connect(Gateway peripheral) throws Exception {
        peripheral.advertise();
        var address = peripheral.address();
        return on(() -> host.connect(address, Duration.ofSeconds(10)));
    }

    GattClient client(Connection connection) throws Exception {
        return on(() -> CompletableFuture.completedFuture(gatt.client(connection)));
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        on(() -> host.stop(true));
        transport.close();
        on(bonds::settled);
        on(() -> {
            bonds.close();
            return CompletableFuture.completedFuture(null);
        });
        store.close();
        callbacks.shutdownNow();
        computing.shutdownNow();
        loop.close();
    }
}
