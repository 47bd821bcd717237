package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.everbond.faults.LoopInHand;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualController;
import org.everbond.host.Role;
import org.everbond.security.SecurityEvent.BondLost.Cause;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Legacy bonds on stores that outlive a gateway: after restarts, with the roles exchanged, and those that BTstack's own code wrote. */
class LegacyStoreTest {
    private static final BondSecurity LEGACY = new BondSecurity(PairingMethod.JUST_WORKS, false, false, 16);

    @TempDir
    private Path folder;

    private Gateway gateway(String name, VirtualController controller) throws Exception {
        return new Gateway(name, new FileBackendProvider(folder).create(name + ".tlv", Map.of()), controller, Device.accepting());
    }

    private static LocalKeys local(Gateway gateway) throws Exception {
        return gateway.on(() -> java.util.concurrent.CompletableFuture.completedFuture(gateway.bonds.local().orElseThrow()));
    }

    /** What a legacy pairing of the two leaves at one of them. */
    private static void bond(Gateway at, LocalKeys own, LegacyName ownName, LocalKeys peer, LegacyName peerName) throws Exception {
        var keys = new BondKeys(
                peer.ltk(peerName), peerName.ediv(), peerName.rand(), peer.irk(), peer.csrk(peerName), 0, own.csrk(ownName), 0, ownName);
        at.on(() -> at.bonds.commit(new NewBond(peer.identityAddress(), LEGACY, keys)));
    }

    @Test
    void aLegacyBondEncryptsInBothRolesAfterBothWereRestarted() throws Exception {
        try (var airLoop = EventLoop.onThread("air")) {
            var air = VirtualAir.on(airLoop);
            var one = air.controller();
            var other = air.controller(ControllerOptions.legacy());
            try (var left = gateway("left", one); var right = gateway("right", other)) {
                var ofLeft = local(left).legacyName(17, 0x1234_5678_9abc_de00L, 16, false);
                var ofRight = local(right).legacyName(23, 0x0fed_cba9_8765_4300L, 16, false);
                bond(left, local(left), ofLeft, local(right), ofRight);
                bond(right, local(right), ofRight, local(left), ofLeft);
            }
            try (var left = gateway("left", one); var right = gateway("right", other)) {
                encrypts(left, right);
            }
            try (var left = gateway("left", one); var right = gateway("right", other)) {
                encrypts(right, left);
            }
            // Forgotten there: its key is dead, and the peer is told the truth.
            try (var left = gateway("left", one); var right = gateway("right", other)) {
                right.on(() -> right.bonds.forget(right.bonds.list().get(0).id()));
                right.advertise();
                var link = left.connect(right.address());
                left.failing(() -> left.security.encrypt(link));
                assertThat(left.next(SecurityEvent.BondLost.class).cause()).isEqualTo(Cause.PEER_FORGOT);
                assertThat(right.next(SecurityEvent.BondLost.class).cause()).isEqualTo(Cause.WE_FORGOT);
            }
        }
    }

    private static void encrypts(Gateway central, Gateway peripheral) throws Exception {
        peripheral.advertise();
        var link = central.connect(peripheral.address());
        assertThat(central.on(() -> central.security.encrypt(link)).security()).contains(LEGACY);
        assertThat(peripheral.next(SecurityEvent.EncryptionChanged.class).security()).contains(LEGACY);
    }

    // BTstack's own stores.

    private final LoopInHand loop = new LoopInHand();

    /** The golden store, and the peer at the other end, in both roles; then again with what was learned. */
    @Test
    void aLegacyBondOfBtstackEncryptsInBothRoles() throws Exception {
        var file = folder.resolve("btstack.tlv");
        try (InputStream golden = getClass().getResourceAsStream("/btstack/er-ir-1bond-legacy.tlv")) {
            Files.copy(golden, file);
        }
        try (var owner = TlvStore.create("golden", TlvStoreOwner.Options.DEFAULTS)) {
            owner.bind(new FileBackendProvider(folder).create(file.toString(), Map.of()));
            var golden = load(owner);
            loop.await(golden.adoptIdentity(DeviceAddress.parse("00:1B:DC:07:32:EF")));
            var local = golden.local().orElseThrow();
            var peer = DeviceAddress.parse("00:1B:DC:07:32:02");
            var bond = golden.byIdentity(peer).orElseThrow();
            assertThat(bond.security()).isEqualTo(new BondSecurity(PairingMethod.UNKNOWN, false, true, 16));
            var keys = golden.keys(bond.id()).orElseThrow();
            assertThat(keys.legacy()).as("BTstack does not write down what it distributed").isNull();

            // BTstack as central: with what the peer distributed.
            var central = new LegacyTester(new Pair(), Role.CENTRAL);
            central.device.bonds.put(central.other().identity, bond.security(), keys);
            central.connect();
            central.raw.ltk = key("a2a3a4a5a6a7a8a9aaabacadaeafb0b1");
            central.device.security.encrypt(central.wire.central);
            central.pair.run();
            assertThat(central.wire.central.link().security()).isPresent();

            // BTstack as peripheral: DIV and Rand were random; the last octet of Rand tells size and authentication (BTstack's sm.c).
            int div = 0x4711;
            var rand = 0xc0de_c0de_c0de_c01fL;
            int mask = Toolbox.dm(Toolbox.d1(local.ir(), 3, 0), ByteBuffer.allocate(8).putLong(rand).array());
            var name = new LegacyName(mask ^ div, rand);
            var peripheral = new LegacyTester(new Pair(), Role.PERIPHERAL);
            peripheral.device.bonds.roots(local.er(), local.ir());
            var adopted = peripheral.device.bonds.put(peripheral.other().identity, bond.security(), keys);
            for (int attempt = 0; attempt < 2; attempt++) {
                peripheral.connect();
                peripheral.wire.central.encrypt(Toolbox.d1(local.er(), div, 0), name.rand(), name.ediv());
                peripheral.pair.run();
                // By the rules of Core 6.2 it may have been a passkey, which does not count any more.
                assertThat(peripheral.deviceEnd().link().security())
                        .contains(new BondSecurity(PairingMethod.UNKNOWN, false, false, 16));
            }
            assertThat(peripheral.device.bonds.keys(adopted.id()).orElseThrow().legacy()).isEqualTo(name);

            // What is learned there is kept in the store.
            golden.learn(bond.id(), name);
            loop.await(golden.settled());
            assertThat(golden.keys(bond.id()).orElseThrow().legacy()).isEqualTo(name);
            assertThat(golden.named(name)).map(found -> found.id()).contains(bond.id());
            golden.close();
        }
    }

    private BondStore load(TlvStoreOwner owner) throws Exception {
        var bonds = BondStore.create(owner.store(), loop, BondOptions.DEFAULT);
        loop.until(bonds::ready);
        return bonds;
    }

    private static Key key(String hex) {
        return Key.of(HexFormat.of().parseHex(hex));
    }
}
