package org.everbond.benchmarks;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
import org.everbond.security.SecurityEvent;
import org.everbond.security.SecurityManager;
import org.everbond.security.SecurityOptions;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.spi.TlvBackend;

/** One end: store, bonds, host and security manager on a virtual controller, put together as the adapter does it. */
final class Device implements AutoCloseable {
    private static final long PATIENCE_S = 20;
    private static final int REMOTE_USER_TERMINATED = 0x13;
    private static final SecurityOptions ACCEPTING = 
            SecurityOptions.DEFAULT.with(options -> options.justWorks(SecurityOptions.JustWorks.ACCEPT));

    private final EventLoop.OnThread loop;
    private final TlvStoreOwner store;
    private final BondStore bonds;
    private final Host host;
    private final SecurityManager security;
    private final HciTransport transport;
    private final ExecutorService callbacks = Executors.newSingleThreadExecutor();
    private final ExecutorService computing = Executors.newSingleThreadExecutor();
    private volatile CompletableFuture<SecurityEvent> next = new CompletableFuture<>();
    private volatile Class<? extends SecurityEvent> awaited = SecurityEvent.Paired.class;
    private volatile CompletableFuture<Connection> ended = new CompletableFuture<>();

    Device(String name, VirtualController controller, TlvBackend backend) throws Exception {
        loop = EventLoop.onThread(name);
        store = TlvStore.create(name, TlvStoreOwner.Options.DEFAULTS);
        bonds = BondStore.create(store.store(), loop, BondOptions.DEFAULT.withVolatileIdentity(true));
        host = Host.create(loop, HostOptions.DEFAULT);
        var ready = new CompletableFuture<Void>();
        loop.execute(() -> bonds.listen(event -> {
            if (bonds.local().isPresent()) {
                ready.complete(null);
            }
        }));
        store.bind(backend);
        ready.get(PATIENCE_S, TimeUnit.SECONDS);
        security = now(() -> SecurityManager.create(
                name, loop, host, bonds, peer -> Optional.empty(), callbacks, computing, new SecureRandom(), ACCEPTING));
        now(() -> security.listen(this::heard));
        host.listener(new Losses());
        transport = controller.transport();
        transport.open(new Incoming());
        on(() -> host.start(transport));
        now(() -> {
            security.bondable(true);
            return true;
        });
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
        return result.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private <T> T now(Supplier<T> action) throws Exception {
        return on(() -> CompletableFuture.completedFuture(action.get()));
    }

    Connection connect(Device peripheral) throws Exception {
        peripheral.on(() -> peripheral.host.advertise(new Advertising(new byte[0], new byte[0], Duration.ofMillis(20))));
        DeviceAddress address = peripheral.now(() -> peripheral.bonds.identityAddress().orElseThrow());
        return on(() -> host.connect(address, Duration.ofSeconds(PATIENCE_S)));
    }

    /** Completes with the next event of this kind. */
    CompletableFuture<SecurityEvent> next(Class<? extends SecurityEvent> kind) {
        var expected = new CompletableFuture<SecurityEvent>();
        awaited = kind;
        next = expected;
        return expected;
    }

    private void heard(SecurityEvent event) {
        if (awaited.isInstance(event)) {
            next.complete(event);
        }
    }

    /** Pairs and bonds both ends; waits for both. */
    void pair(Connection connection, Device peripheral) throws Exception {
        var there = peripheral.next(SecurityEvent.Paired.class);
        on(() -> security.pair(connection));
        there.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    /** Encrypts with the stored key; waits for both ends. */
    void encrypt(Connection connection, Device peripheral) throws Exception {
        var there = peripheral.next(SecurityEvent.EncryptionChanged.class);
        on(() -> security.encrypt(connection));
        there.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    /** Ends all links of this end and the other's. */
    void disconnect(Device peer) throws Exception {
        var here = new CompletableFuture<Connection>();
        var there = new CompletableFuture<Connection>();
        ended = here;
        peer.ended = there;
        now(() -> {
            host.connections().forEach(connection -> connection.disconnect(REMOTE_USER_TERMINATED));
            return true;
        });
        here.get(PATIENCE_S, TimeUnit.SECONDS);
        there.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    void forgetAll() throws Exception {
        for (var bond : now(() -> List.copyOf(bonds.list()))) {
            on(() -> bonds.forget(bond.id()));
        }
    }

    @Override
    public void close() throws Exception {
        on(() -> host.stop(true));
        transport.close();
        now(() -> {
            bonds.close();
            return true;
        });
        store.close();
        callbacks.shutdownNow();
        computing.shutdownNow();
        loop.close();
    }

    private final class Incoming implements HciTransport.Receiver {
        @Override
        public void received(byte[] packet) {
            loop.execute(() -> host.received(packet));
        }

        @Override
        public void lost(IOException cause) {
            throw new IllegalStateException(cause);
        }
    }

    private final class Losses implements Host.Listener {
        @Override
        public void connected(Connection connection) {}

        @Override
        public void disconnected(Connection connection, int reason) {
            ended.complete(connection);
        }

        @Override
        public void controllerLost(String reason) {
            throw new IllegalStateException(reason);
        }
    }
}
