package org.everbond.gatt;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.host.Connection;
import org.everbond.host.FixedChannel;
import org.everbond.host.Host;
import org.everbond.security.DataSigning;
import org.everbond.security.PairingException;
import org.everbond.security.PairingResult;
import org.everbond.security.SecureLink;
import org.everbond.security.SecurityEvent;
import org.everbond.security.SecurityManager;

/** GATT of one device on a simulated loop, with everything below it played by the test. */
final class Device {
    static final BondSecurity JUST_WORKS = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);
    static final BondSecurity NUMERIC = new BondSecurity(PairingMethod.NUMERIC_COMPARISON, true, true, 16);
    static final DeviceAddress PEER = DeviceAddress.parse("C0:00:00:00:00:02/random");

    final SimulatedLoop loop;
    final Gatt gatt;
    final Map<BondId, Subscriptions> stored = new HashMap<>();
    int saves;
    /** What a flush waits for. */
    CompletableFuture<Void> disk = CompletableFuture.completedFuture(null);
    /** What the stage of each protect() is, for peers that are bonded and not encrypted. */
    final List<CompletableFuture<SecureLink>> protecting = new ArrayList<>();
    final FakeSigning signing = new FakeSigning();
    private final List<Consumer<SecurityEvent>> listeners = new ArrayList<>();
    private FixedChannel channel;

    Device(SimulatedLoop loop) {
        this.loop = loop;
        var made = new Gatt[1];
        onLoop(() -> made[0] = Gatt.create(
                loop, play(Host.class, this::host), play(SecurityManager.class, this::security),
                play(BondStore.class, this::bonds), loop));
        gatt = made[0];
    }

    private static <T> T play(Class<T> role, InvocationHandler how) {
        return role.cast(Proxy.newProxyInstance(role.getClassLoader(), new Class<?>[] {role}, how));
    }

    private Object host(Object host, java.lang.reflect.Method method, Object[] arguments) {
        if (method.getName().equals("channel")) {
            channel = (FixedChannel) arguments[1];
            return null;
        }
        throw new AssertionError(method);
    }

    @SuppressWarnings("unchecked")
    private Object security(Object security, java.lang.reflect.Method method, Object[] arguments) {
        switch (method.getName()) {
            case "listen" -> {
                listeners.add((Consumer<SecurityEvent>) arguments[0]);
                return (AutoCloseable) () -> listeners.remove(arguments[0]);
            }
            case "link" -> {
                return ((FakeConnection) arguments[0]).link;
            }
            case "signing" -> {
                return signing;
            }
            case "protect" -> {
                return protect(((FakeConnection) arguments[0]).link);
            }
            default -> throw new AssertionError(method);
        }
    }

    private CompletionStage<SecureLink> protect(SecureLink link) {
        if (link.bond().isEmpty() || link.security().isPresent()) {
            return CompletableFuture.completedFuture(link);
        }
        var stage = new CompletableFuture<SecureLink>();
        protecting.add(stage);
        return stage;
    }

    private Object bonds(Object bonds, java.lang.reflect.Method method, Object[] arguments) {
        switch (method.getName()) {
            case "subscriptions" -> {
                return Optional.ofNullable(stored.get((BondId) arguments[0]));
            }
            case "saveSubscriptions" -> {
                saves++;
                return disk.thenRun(() -> stored.put((BondId) arguments[0], (Subscriptions) arguments[1]));
            }
            default -> throw new AssertionError(method);
        }
    }

    /** Signs with twelve octets ee, and takes those for genuine once the counter is on the disk. */
    final class FakeSigning implements DataSigning {
        static final String GENUINE = "ee".repeat(LENGTH);
        int verified;

        @Override
        public CompletionStage<byte[]> sign(Connection connection, byte[] message) {
            return disk.thenApply(written -> HexFormat.of().parseHex(GENUINE));
        }

        @Override
        public CompletionStage<Boolean> verify(Connection connection, byte[] signed) {
            verified++;
            return disk.thenApply(written -> HexFormat.of().formatHex(signed).endsWith(GENUINE));
        }
    }

    static Bond bond(long serial, BondSecurity security) {
        return new Bond(
                new BondId(new UUID(1, 1), serial), DeviceAddress.parse("C0:00:00:00:00:0" + serial + "/random"),
                security, true, "", serial, false);
    }

    void onLoop(Runnable task) {
        loop.execute(task);
        loop.runUntilIdle();
    }

    /** A connection with a peer that the test plays octet by octet. */
    FakeConnection connect() {
        return connect(Optional.empty());
    }

    FakeConnection connect(Bond bond) {
        return connect(Optional.of(bond));
    }

    private FakeConnection connect(Optional<Bond> bond) {
        var connection = new FakeConnection(loop, channel, PEER);
        connection.link.bond = bond;
        onLoop(() -> channel.connected(connection));
        return connection;
    }

    /** Both ends of a connection between two devices on one loop. */
    static FakeConnection[] connect(Device one, Device two) {
        var ends = new FakeConnection[] {one.connect(), two.connect()};
        ends[0].other = ends[1];
        ends[1].other = ends[0];
        return ends;
    }

    /** The peer sends a PDU; gives what we sent since the last call. */
    List<String> exchange(FakeConnection connection, String pdu) {
        connection.taken();
        onLoop(() -> connection.receive(HexFormat.of().parseHex(pdu.replace(" ", ""))));
        return connection.taken();
    }

    /** Encryption with the stored key, or of a pairing if the link is pairing. */
    void encrypted(FakeConnection connection, BondSecurity security) {
        onLoop(() -> {
            connection.link.security = Optional.of(security);
            emit(new SecurityEvent.EncryptionChanged(connection, Optional.of(security)));
            protecting.forEach(stage -> stage.complete(connection.link));
            protecting.clear();
        });
    }

    /** A pairing makes a bond durable, with what belongs to it. */
    void commits(FakeConnection connection, Bond bond) {
        onLoop(() -> connection.link.subscriptions.get().ifPresentOrElse(
                subscriptions -> stored.put(bond.id(), subscriptions), () -> stored.remove(bond.id())));
    }

    void pairingFailed(FakeConnection connection) {
        onLoop(() -> {
            connection.link.pairing = false;
            emit(new SecurityEvent.PairingFailed(connection, new PairingException("the disk is full", 8, false)));
        });
    }

    /** A pairing on an encrypted link ends with a bond. */
    void paired(FakeConnection connection, Bond bond) {
        onLoop(() -> {
            connection.link.pairing = false;
            connection.link.bond = Optional.of(bond);
            emit(new SecurityEvent.Paired(
                    connection,
                    new PairingResult(bond.security(), PairingResult.Bonding.BONDED, Optional.of(bond), 256)));
        });
    }

    private void emit(SecurityEvent event) {
        List.copyOf(listeners).forEach(listener -> listener.accept(event));
    }

    void disconnect(FakeConnection connection) {
        onLoop(() -> connection.end(0x13));
    }

    /** Adds a service; gives what removes it. */
    Runnable serve(GattService service) {
        var added = get(gatt.server().add(service));
        loop.runUntilIdle();
        return () -> {
            try {
                added.close();
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
            loop.runUntilIdle();
        };
    }

    GattClient client(Connection connection) {
        return gatt.client(connection);
    }

    /** The value of a stage that completes in simulated time. */
    <T> T get(CompletionStage<T> stage) {
        var future = stage.toCompletableFuture();
        loop.runUntil(future::isDone, java.time.Duration.ofMinutes(2));
        return future.join();
    }
}
