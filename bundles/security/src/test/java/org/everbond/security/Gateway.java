package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
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
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.spi.TlvBackend;

/** A gateway without GATT in real time: virtual controller, host, security manager, bonds, store. */
final class Gateway implements AutoCloseable {
    private static final long PATIENCE = 20;

    final EventLoop.OnThread loop;
    final Host host;
    final BondStore bonds;
    final SecurityManager security;
    final LinkedBlockingQueue<Connection> connections = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<Connection> disconnections = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<SecurityEvent> events = new LinkedBlockingQueue<>();
    private final TlvStoreOwner store;
    private final HciTransport transport;
    private final ExecutorService callbacks = Executors.newSingleThreadExecutor();
    private final ExecutorService computing = Executors.newSingleThreadExecutor();

    /** @param backend outlives the gateway */
    Gateway(String name, TlvBackend backend, VirtualController controller, SecurityOptions options) throws Exception {
        loop = EventLoop.onThread(name);
        store = TlvStore.create(name, TlvStoreOwner.Options.DEFAULTS);
        host = Host.create(loop, HostOptions.DEFAULT);
        bonds = BondStore.create(store.store(), loop, BondOptions.DEFAULT.withVolatileIdentity(true));
        var ready = new CompletableFuture<Void>();
        loop.execute(() -> bonds.listen(event -> {
            if (bonds.local().isPresent()) {
                ready.complete(null);
            }
        }));
        store.bind(backend);
        ready.get(PATIENCE, TimeUnit.SECONDS);
        security = on(() -> CompletableFuture.completedFuture(SecurityManager.create(
                name, loop, host, bonds, peer -> Optional.empty(), callbacks, computing, new SecureRandom(), options)));
        on(() -> {
            security.listen(events::add);
            security.bondable(true);
            return CompletableFuture.completedFuture(null);
        });
        host.listener(new Host.Listener() {
            @Override
            public void connected(Connection connection) {
                connections.add(connection);
            }

            @Override
            public void disconnected(Connection connection, int reason) {
                disconnections.add(connection);
            }

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
            public void lost(java.io.IOException cause) {}
        });
        on(() -> host.start(transport));
    }

    /** Does something on the loop and waits for what comes of it. */
    <T> T on(Supplier<CompletionStage<T>> action) throws Exception {
        return of(action).get(PATIENCE, TimeUnit.SECONDS);
    }

    /** Does something on the loop that must fail; gives the failure. */
    Throwable failing(Supplier<? extends CompletionStage<?>> action) throws InterruptedException, TimeoutException {
        try {
            of(action).get(PATIENCE, TimeUnit.SECONDS);
            throw new AssertionError("it succeeded");
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    private <T> CompletableFuture<T> of(Supplier<? extends CompletionStage<? extends T>> action) {
        var result = new CompletableFuture<T>();
        loop.execute(() -> action.get().whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result;
    }

    void advertise() throws Exception {
        on(() -> host.advertise(new Advertising(new byte[0], new byte[0], Duration.ofMillis(20))));
    }

    DeviceAddress address() throws Exception {
        return on(() -> CompletableFuture.completedFuture(bonds.identityAddress().orElseThrow()));
    }

    /** The peer that advertises, as it is on air. */
    DeviceAddress find() throws Exception {
        var found = new CompletableFuture<DeviceAddress>();
        on(() -> host.scan(false, true, report -> found.complete(report.address())));
        var address = found.get(PATIENCE, TimeUnit.SECONDS);
        on(host::stopScan);
        return address;
    }

    Connection connect(DeviceAddress peer) throws Exception {
        return on(() -> host.connect(peer, Duration.ofSeconds(10)));
    }

    /** Ends a connection and waits for its end. */
    void disconnect(Connection connection) throws InterruptedException {
        loop.execute(() -> connection.disconnect(0x13));
        Connection ended;
        do {
            ended = disconnections.poll(PATIENCE, TimeUnit.SECONDS);
            assertThat(ended).isNotNull();
        } while (ended != connection);
    }

    Connection nextConnection() throws InterruptedException {
        var connection = connections.poll(PATIENCE, TimeUnit.SECONDS);
        assertThat(connection).isNotNull();
        return connection;
    }

    /** Waits for an event; those before it are gone then. */
    <T extends SecurityEvent> T next(Class<T> kind) throws InterruptedException {
        while (true) {
            var event = events.poll(PATIENCE, TimeUnit.SECONDS);
            assertThat(event).as("event " + kind.getSimpleName()).isNotNull();
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    @Override
    public void close() throws Exception {
        on(() -> host.stop(true));
        transport.close();
        store.close();
        callbacks.shutdownNow();
        computing.shutdownNow();
        loop.close();
    }
}
