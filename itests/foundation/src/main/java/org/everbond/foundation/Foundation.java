package org.everbond.foundation;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.everbond.bonds.BondEvent;
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

/**
 * A gateway in real time as far as host and bonds: loop, store, bonds, host, virtual controller. What a test has above that it creates
 * before it calls {@link #open}.
 */
public abstract class Foundation implements AutoCloseable {
    /** Seconds for which something is waited for. */
    public static final long PATIENCE = 20;

    public final EventLoop.OnThread loop;
    public final Host host;
    public final BondStore bonds;
    public final LinkedBlockingQueue<Connection> connections = new LinkedBlockingQueue<>();
    public final LinkedBlockingQueue<Connection> disconnections = new LinkedBlockingQueue<>();
    protected final ExecutorService callbacks = Executors.newFixedThreadPool(3);
    protected final ExecutorService computing = Executors.newSingleThreadExecutor();
    private final CompletableFuture<Void> bonded = new CompletableFuture<>();
    private final TlvStoreOwner store;
    private HciTransport transport;

    /** @param backend outlives the gateway */
    protected Foundation(String name, TlvBackend backend) throws Exception {
        loop = EventLoop.onThread(name);
        store = TlvStore.create(name, TlvStoreOwner.Options.DEFAULTS);
        host = Host.create(loop, HostOptions.DEFAULT);
        bonds = BondStore.create(store.store(), loop, BondOptions.DEFAULT.withVolatileIdentity(true));
        var ready = new CompletableFuture<Void>();
        loop.execute(() -> bonds.listen(event -> heard(event, ready)));
        store.bind(backend);
        ready.get(PATIENCE, TimeUnit.SECONDS);
    }

    private void heard(BondEvent event, CompletableFuture<Void> ready) {
        if (bonds.local().isPresent()) {
            ready.complete(null);
        }
        if (!bonds.list().isEmpty()) {
            bonded.complete(null);
        }
    }

    /** Starts the host on this controller. */
    protected final void open(VirtualController controller) throws Exception {
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
            public void lost(IOException cause) {}
        });
        on(() -> host.start(transport));
    }

    /** Does something on the loop and waits for what comes of it. */
    public final <T> T on(Supplier<? extends CompletionStage<T>> action) throws Exception {
        return of(action).get(PATIENCE, TimeUnit.SECONDS);
    }

    /** Asks for something on the loop. */
    public final <T> T get(Supplier<T> question) throws Exception {
        return on(() -> CompletableFuture.completedFuture(question.get()));
    }

    /** Does something on the loop that must fail; gives the failure. */
    public final Throwable failing(Supplier<? extends CompletionStage<?>> action) throws InterruptedException, TimeoutException {
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

    public final DeviceAddress address() throws Exception {
        return get(() -> bonds.identityAddress().orElseThrow());
    }

    /** Waits until there is a bond: the responder's comes after the initiator's. */
    public final void awaitBond() throws Exception {
        bonded.get(PATIENCE, TimeUnit.SECONDS);
    }

    public final void advertise() throws Exception {
        on(() -> host.advertise(new Advertising(new byte[0], new byte[0], Duration.ofMillis(20))));
    }

    /** The peer that advertises, as it is on air. */
    public final DeviceAddress find() throws Exception {
        var found = new CompletableFuture<DeviceAddress>();
        on(() -> host.scan(false, true, report -> found.complete(report.address())));
        var address = found.get(PATIENCE, TimeUnit.SECONDS);
        on(host::stopScan);
        return address;
    }

    public final Connection connect(DeviceAddress peer) throws Exception {
        return on(() -> host.connect(peer, Duration.ofSeconds(10)));
    }

    public final Connection nextConnection() throws InterruptedException {
        return next(connections, "connection");
    }

    /** Ends a connection and waits for its end. */
    public final void disconnect(Connection connection) throws InterruptedException {
        loop.execute(() -> connection.disconnect(0x13));
        while (next(disconnections, "end of the connection") != connection) {
            // That of another one.
        }
    }

    /** What comes next in a queue. */
    protected static <T> T next(LinkedBlockingQueue<T> queue, String what) throws InterruptedException {
        var next = queue.poll(PATIENCE, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no " + what);
        }
        return next;
    }

    @Override
    public final void close() throws Exception {
        on(() -> host.stop(true));
        transport.close();
        on(bonds::settled);
        get(() -> {
            bonds.close();
            return null;
        });
        store.close();
        callbacks.shutdownNow();
        computing.shutdownNow();
        loop.close();
    }
}
