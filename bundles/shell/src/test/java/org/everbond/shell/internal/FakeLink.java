package org.everbond.shell.internal;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.adapter.Link;
import org.everbond.adapter.LinkStatus;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.DeviceAddress;
import org.everbond.gatt.AttException;
import org.everbond.gatt.GattClient;
import org.everbond.gatt.Property;
import org.everbond.gatt.RemoteService;
import org.everbond.host.ConnectionParameters;
import org.everbond.host.Role;
import org.everbond.security.PairingException;
import org.everbond.security.PairingResult;

/** A link to a peer with one service: Device Name to read, and one that notifies. */
final class FakeLink implements Link, GattClient {
    static final BondSecurity SECURITY = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);
    static final UUID STORE = UUID.fromString("3f2a9c01-0000-4000-8000-000000000000");
    static final UUID DEVICE_NAME = UUID.fromString("00002a00-0000-1000-8000-00805f9b34fb");
    static final UUID HEART_RATE = UUID.fromString("00002a37-0000-1000-8000-00805f9b34fb");

    final Map<Integer, byte[]> values = new HashMap<>(Map.of(3, "Kitchen".getBytes(StandardCharsets.UTF_8)));
    Consumer<byte[]> subscriber;
    boolean open = true;
    boolean refuses;

    private final long id;
    private final DeviceAddress peer;
    private Optional<Bond> bond;
    private Optional<BondSecurity> security = Optional.empty();

    FakeLink(long id, DeviceAddress peer, Optional<Bond> bond) {
        this.id = id;
        this.peer = peer;
        this.bond = bond;
    }

    static Bond bond(long serial, DeviceAddress identity) {
        return new Bond(new BondId(STORE, serial), identity, SECURITY, true, "Kitchen", 12, false);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public LinkStatus status() {
        return new LinkStatus(id, Role.CENTRAL, peer, peer, FakeAdapter.IDENTITY, bond, security, new ConnectionParameters(24, 0, 100));
    }

    @Override
    public CompletionStage<PairingResult> pair() {
        if (refuses) {
            return CompletableFuture.failedFuture(new PairingException("the peer does not support pairing", 5, true));
        }
        bond = Optional.of(bond(7, peer));
        security = Optional.of(SECURITY);
        return CompletableFuture.completedFuture(new PairingResult(SECURITY, PairingResult.Bonding.BONDED, bond, 612));
    }

    @Override
    public CompletionStage<LinkStatus> encrypt() {
        if (bond.isEmpty()) {
            return CompletableFuture.failedFuture(new PairingException("there is no bond with " + peer + "; pair first", 0, false));
        }
        security = Optional.of(SECURITY);
        return CompletableFuture.completedFuture(status());
    }

    @Override
    public GattClient gatt() {
        return this;
    }

    @Override
    public CompletionStage<Void> disconnect() {
        open = false;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public int mtu() {
        return 23;
    }

    @Override
    public CompletionStage<List<RemoteService>> discover() {
        var name = new RemoteService.Characteristic(DEVICE_NAME, 2, 3, Set.of(Property.READ, Property.WRITE), List.of());
        var rate = new RemoteService.Characteristic(HEART_RATE, 4, 5, Set.of(Property.NOTIFY), List.of());
        return CompletableFuture.completedFuture(
                List.of(new RemoteService(UUID.fromString("00001800-0000-1000-8000-00805f9b34fb"), 1, 6, List.of(name, rate))));
    }

    @Override
    public CompletionStage<byte[]> read(int handle) {
        return values.containsKey(handle)
                ? CompletableFuture.completedFuture(values.get(handle))
                : CompletableFuture.failedFuture(new AttException(2, "the peer does not let " + handle + " be read"));
    }

    @Override
    public CompletionStage<byte[]> read(UUID characteristic) {
        return read(characteristic.equals(DEVICE_NAME) ? 3 : 0);
    }

    @Override
    public CompletionStage<Void> write(int handle, byte[] value) {
        values.put(handle, value);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> writeSigned(int handle, byte[] value) {
        return write(handle, value);
    }

    @Override
    public CompletionStage<Void> writeWithoutResponse(int handle, byte[] value) {
        return write(handle, value);
    }

    @Override
    public CompletionStage<Subscription> subscribe(RemoteService.Characteristic characteristic, Consumer<byte[]> sink) {
        subscriber = sink;
        return CompletableFuture.completedFuture(() -> {
            subscriber = null;
            return CompletableFuture.completedFuture(null);
        });
    }
}
