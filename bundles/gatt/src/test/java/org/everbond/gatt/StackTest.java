package org.everbond.gatt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.Key;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualController;
import org.everbond.security.PairingException;
import org.everbond.tlv.memory.internal.MemoryBackendProvider;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** GATT above the real host, security manager and bonds, on virtual controllers. */
class StackTest {
    private final EventLoop.OnThread airLoop = EventLoop.onThread("air");
    private final VirtualAir air = VirtualAir.on(airLoop);
    private final VirtualController one = air.controller();
    private final VirtualController other = air.controller();
    private final TlvBackend centralStore = new MemoryBackendProvider().create("central", Map.of());
    private final TlvBackend peripheralStore = new MemoryBackendProvider().create("peripheral", Map.of());

    @AfterEach
    void end() {
        airLoop.close();
    }

    private static RemoteService.Characteristic find(List<RemoteService> services, UUID uuid) {
        return services.stream()
                .flatMap(service -> service.characteristics().stream())
                .filter(characteristic -> characteristic.uuid().equals(uuid))
                .findFirst()
                .orElseThrow();
    }

    /** Bonded with signing keys, never encrypted: each write counts once, also over a restart of both. */
    @Test
    void bondedGatewaysWriteSignedInClear() throws Exception {
        var ofCentral = Key.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
        var ltk = Key.of(new byte[] {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
        var security = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);
        try (var central = new Gateway("central", centralStore, one);
                var peripheral = new Gateway("peripheral", peripheralStore, other)) {
            var peripheralAddress = peripheral.address();
            var centralAddress = central.address();
            central.on(() -> central.bonds.commit(
                    new NewBond(peripheralAddress, security, new BondKeys(ltk, 0, 0, null, null, 0, ofCentral, 0))));
            peripheral.on(() -> peripheral.bonds.commit(
                    new NewBond(centralAddress, security, new BondKeys(ltk, 0, 0, null, ofCentral, 0, null, 0))));
        }
        for (byte run = 1; run <= 2; run++) {
            try (var central = new Gateway("central", centralStore, one);
                    var peripheral = new Gateway("peripheral", peripheralStore, other)) {
                var written = new LinkedBlockingQueue<byte[]>();
                Gateway.get(peripheral.gatt.server().add(new Signed(written)));
                var link = central.connect(peripheral);
                for (byte i = 0; i < 3; i++) {
                    Gateway.get(central.client(link).writeSigned(0x10, new byte[] {run, i}));
                    assertThat(written.poll(20, TimeUnit.SECONDS)).containsExactly(run, i);
                }
                assertThat(link.isEncrypted()).isFalse();
                var counted = peripheral.on(() -> CompletableFuture.completedFuture(
                        peripheral.bonds.keys(peripheral.bonds.list().get(0).id()).orElseThrow()));
                // The second run begins behind the block of 256 that the first one had reserved.
                assertThat(counted.remoteCounter()).isEqualTo(run == 1 ? 3 : 256 + 3);
            }
        }
    }

    private record Signed(LinkedBlockingQueue<byte[]> written) implements GattService {
        @Override
        public UUID uuid() {
            return Lamp.SERVICE;
        }

        @Override
        public List<CharacteristicDefinition> characteristics() {
            return List.of(new CharacteristicDefinition(
                    Lamp.OPEN, Set.of(Property.AUTHENTICATED_SIGNED_WRITES), Access.NONE, Access.OPEN));
        }

        @Override
        public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
            return CompletableFuture.completedFuture(new byte[0]);
        }

        @Override
        public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
            written.add(value);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void bondedGatewaysReadProtectedValuesAndKeepSubscriptionsOverARestartOfBoth() throws Exception {
        try (var central = new Gateway("central", centralStore, one);
                var peripheral = new Gateway("peripheral", peripheralStore, other)) {
            var lamp = new Lamp();
            Gateway.get(peripheral.gatt.server().add(lamp));
            peripheral.bondable();
            var link = central.connect(peripheral);
            var client = central.client(link);
            var services = Gateway.get(client.discover());
            assertThat(client.mtu()).isEqualTo(517);
            var secret = find(services, Lamp.SECRET);
            assertThatThrownBy(() -> Gateway.get(client.read(secret.valueHandle())))
                    .cause()
                    .isInstanceOfSatisfying(AttException.class, e -> assertThat(e.error()).isEqualTo(0x05));

            central.on(() -> central.security.pair(link));
            assertThat(Gateway.get(client.read(secret.valueHandle()))).containsExactly(4, 5);
            var values = new LinkedBlockingQueue<byte[]>();
            Gateway.get(client.subscribe(secret, values::add));
            assertThat(Gateway.get(lamp.notifier.send(Lamp.SECRET, new byte[] {1, 2}))).isEqualTo(1);
            assertThat(values.poll(20, TimeUnit.SECONDS)).containsExactly(1, 2);
            peripheral.awaitBond();
        }
        try (var central = new Gateway("central", centralStore, one);
                var peripheral = new Gateway("peripheral", peripheralStore, other)) {
            var lamp = new Lamp();
            var subscribed = new LinkedBlockingQueue<UUID>();
            Gateway.get(peripheral.gatt.server().add(new Forwarding(lamp, subscribed)));
            var link = central.connect(peripheral);
            var client = central.client(link);
            // Nobody asks for encryption: the client does, before its first PDU.
            assertThat(Gateway.get(client.read(0x12))).containsExactly(4, 5);
            assertThat(link.isEncrypted()).isTrue();
            assertThat(subscribed.poll(20, TimeUnit.SECONDS)).isEqualTo(Lamp.SECRET);
            assertThat(Gateway.get(lamp.notifier.send(Lamp.SECRET, new byte[] {3}))).isEqualTo(1);
        }
    }

    @Test
    void aPeerThatForgotItsBondGetsNothingFromOurClient() throws Exception {
        try (var central = new Gateway("central", centralStore, one);
                var peripheral = new Gateway("peripheral", peripheralStore, other)) {
            peripheral.bondable();
            var link = central.connect(peripheral);
            central.on(() -> central.security.pair(link));
            peripheral.awaitBond();
        }
        try (var central = new Gateway("central", centralStore, one);
                var peripheral = new Gateway("peripheral", peripheralStore, other)) {
            Gateway.get(peripheral.gatt.server().add(new Lamp()));
            var bond = peripheral.bonds.list().get(0);
            peripheral.on(() -> peripheral.bonds.forget(bond.id()));
            var link = central.connect(peripheral);
            var client = central.client(link);
            assertThatThrownBy(() -> Gateway.get(client.read(0x10))).hasRootCauseInstanceOf(
                    PairingException.class);
            assertThat(client.mtu()).isEqualTo(23);
        }
    }

    /** A lamp that says in a queue who was subscribed. */
    private record Forwarding(Lamp lamp, LinkedBlockingQueue<UUID> subscribed) implements GattService {
        @Override
        public UUID uuid() {
            return lamp.uuid();
        }

        @Override
        public List<CharacteristicDefinition> characteristics() {
            return lamp.characteristics();
        }

        @Override
        public void added(Notifier notifier) {
            lamp.added(notifier);
        }

        @Override
        public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
            return lamp.read(peer, characteristic);
        }

        @Override
        public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
            return lamp.write(peer, characteristic, value);
        }

        @Override
        public void subscribed(GattPeer peer, UUID characteristic, boolean on) {
            subscribed.add(characteristic);
        }
    }
}
