package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualController;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.memory.internal.MemoryBackendProvider;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The security manager above the real host on virtual controllers, which compare keys like silicon. */
class VirtualAirTest {
    private static final BondSecurity JUST_WORKS = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);

    private final EventLoop.OnThread airLoop = EventLoop.onThread("air");
    private final VirtualAir air = VirtualAir.on(airLoop);
    private final VirtualController one = air.controller();
    private final VirtualController other = air.controller(ControllerOptions.legacy());
    private final Map<String, TlvBackend> stores = new HashMap<>();

    @AfterEach
    void end() {
        airLoop.close();
    }

    @Test
    void pairedGatewaysEncryptAgainAfterBothWereRestarted() throws Exception {
        try (var central = gateway("central", one, false); var peripheral = gateway("peripheral", other, false)) {
            peripheral.advertise();
            var link = central.connect(peripheral.address());

            var result = central.on(() -> central.security.pair(link));

            assertThat(result.security()).isEqualTo(JUST_WORKS);
            // A store in memory keeps the bond, and nobody may call it durable.
            assertThat(result.bonding()).isEqualTo(PairingResult.Bonding.NOT_DURABLE);
            assertThat(central.bonds.list()).hasSize(1);
            peripheral.next(SecurityEvent.Paired.class);
        }
        try (var central = gateway("central", one, false); var peripheral = gateway("peripheral", other, false)) {
            peripheral.advertise();
            var link = central.connect(peripheral.address());

            var secure = central.on(() -> central.security.encrypt(link));

            assertThat(secure.security()).contains(JUST_WORKS);
            assertThat(peripheral.bonds.list()).hasSize(1);
            assertThat(central.events).noneMatch(SecurityEvent.PairingStarted.class::isInstance);
        }
    }

    @Test
    void thePeripheralAsksForPairingAndLaterForTheStoredKey() throws Exception {
        try (var central = gateway("central", one, false); var peripheral = gateway("peripheral", other, false)) {
            peripheral.advertise();
            central.connect(peripheral.address());
            var link = peripheral.nextConnection();

            var result = peripheral.on(() -> peripheral.security.pair(link));

            assertThat(result.bonding()).isEqualTo(PairingResult.Bonding.NOT_DURABLE);
            central.next(SecurityEvent.Paired.class);
        }
        try (var central = gateway("central", one, false); var peripheral = gateway("peripheral", other, false)) {
            peripheral.advertise();
            central.connect(peripheral.address());
            var link = peripheral.nextConnection();

            var secure = peripheral.on(() -> peripheral.security.encrypt(link));

            assertThat(secure.security()).contains(JUST_WORKS);
        }
    }

    @Test
    void bondedPeersFindEachOtherBehindPrivateAddresses() throws Exception {
        try (var central = gateway("central", one, true); var peripheral = gateway("peripheral", other, true)) {
            peripheral.advertise();
            var onAir = central.find();
            assertThat(onAir.isResolvable()).isTrue();
            var link = central.connect(onAir);
            central.on(() -> central.security.pair(link));
            peripheral.next(SecurityEvent.Paired.class);
            assertThat(peripheral.nextConnection().peerAddress().isResolvable()).isTrue();
        }
        try (var central = gateway("central", one, true); var peripheral = gateway("peripheral", other, true)) {
            peripheral.advertise();
            var link = central.connect(peripheral.address());
            assertThat(link.peerAddress().isResolvable()).isTrue();

            var secure = central.on(() -> central.security.encrypt(link));

            assertThat(secure.security()).contains(JUST_WORKS);
            assertThat(central.bonds.list()).singleElement().satisfies(bond -> assertThat(bond.identity())
                    .isEqualTo(secure.bond().orElseThrow().identity()));
        }
    }

    /** So many bonds that addresses are searched for on another thread. */
    @Test
    void aBondedPeerIsFoundAmongThousandsBehindItsPrivateAddress() throws Exception {
        try (var central = gateway("central", one, true); var peripheral = gateway("peripheral", other, true)) {
            crowd(central);
            crowd(peripheral);
            peripheral.advertise();
            var link = central.connect(central.find());
            central.on(() -> central.security.pair(link));
            peripheral.next(SecurityEvent.Paired.class);
        }
        try (var central = gateway("central", one, true); var peripheral = gateway("peripheral", other, true)) {
            peripheral.advertise();
            var link = central.connect(peripheral.address());
            assertThat(link.peerAddress().isResolvable()).isTrue();

            var secure = central.on(() -> central.security.protect(link));

            assertThat(secure.security()).contains(JUST_WORKS);
            assertThat(peripheral.next(SecurityEvent.EncryptionChanged.class).security()).contains(JUST_WORKS);
        }
        try (var central = gateway("central", one, true); var peripheral = gateway("peripheral", other, true)) {
            peripheral.advertise();
            central.connect(peripheral.address());
            var link = peripheral.nextConnection();

            assertThat(peripheral.on(() -> peripheral.security.encrypt(link)).security()).contains(JUST_WORKS);
        }
    }

    /** A stranger is told from a peer that may be bonded only once the search has ended; then nothing holds its client back. */
    @Test
    void aStrangerAmongThousandsIsAStranger() throws Exception {
        try (var central = gateway("central", one, true); var peripheral = gateway("peripheral", other, true)) {
            crowd(central);
            peripheral.advertise();
            var link = central.connect(central.find());

            var secure = central.on(() -> central.security.protect(link));

            assertThat(secure.bond()).isEmpty();
            assertThat(secure.isUnproven()).isFalse();
            assertThat(secure.security()).isEmpty();
        }
    }

    private static void crowd(Gateway gateway) throws Exception {
        for (int i = 0; i < 1100; i++) {
            var octets = new byte[16];
            octets[0] = 7;
            octets[14] = (byte) (i >> 8);
            octets[15] = (byte) i;
            var identity = new DeviceAddress(AddressType.PUBLIC, 0x001bdc080000L + i);
            var bond = new NewBond(identity, JUST_WORKS, BondKeys.secureConnections(Key.of(octets), Key.of(octets)));
            gateway.on(() -> gateway.bonds.commit(bond));
        }
    }

    @Test
    void onFilesBothSidesAreBondedDurably(@TempDir Path folder) throws Exception {
        for (var name : List.of("central", "peripheral")) {
            stores.put(name, new FileBackendProvider(folder).create(name + ".tlv", Map.of()));
        }
        try (var central = gateway("central", one, false); var peripheral = gateway("peripheral", other, false)) {
            peripheral.advertise();
            var link = central.connect(peripheral.address());

            var result = central.on(() -> central.security.pair(link));

            assertThat(result.bonding()).isEqualTo(PairingResult.Bonding.BONDED);
            assertThat(result.octets()).isPositive();
            assertThat(peripheral.next(SecurityEvent.Paired.class).result().bonding())
                    .isEqualTo(PairingResult.Bonding.BONDED);
        }
        for (var name : List.of("central", "peripheral")) {
            stores.put(name, new FileBackendProvider(folder).create(name + ".tlv", Map.of()));
        }
        try (var central = gateway("central", one, false); var peripheral = gateway("peripheral", other, false)) {
            peripheral.advertise();
            var link = central.connect(peripheral.address());

            assertThat(central.on(() -> central.security.encrypt(link)).security()).contains(JUST_WORKS);
        }
    }

    /** Whatever else the link layers have to say to each other right after connecting. */
    @Test
    void theStoredKeyEncryptsRightAfterEachOfManyReconnections() throws Exception {
        try (var central = gateway("central", one, false); var peripheral = gateway("peripheral", other, false)) {
            peripheral.advertise();
            var link = central.connect(peripheral.address());
            central.on(() -> central.security.pair(link));
            peripheral.next(SecurityEvent.Paired.class);
            central.disconnect(link);
            for (int i = 0; i < 50; i++) {
                var again = central.connect(peripheral.address());
                assertThat(central.on(() -> central.security.encrypt(again)).security()).contains(JUST_WORKS);
                central.disconnect(again);
            }
        }
    }

    /** Both keys are there and differ: the link layer ends the link, each side tells it its own way, and both keep the bond. */
    @Test
    void keysThatDifferEndTheLinkAndNoBond() throws Exception {
        try (var central = gateway("central", one, false); var peripheral = gateway("peripheral", other, false)) {
            peripheral.advertise();
            var link = central.connect(peripheral.address());
            central.on(() -> central.security.pair(link));
            peripheral.next(SecurityEvent.Paired.class);
            var wrong = BondKeys.secureConnections(Key.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6}), null);
            var identity = peripheral.address();
            // A bond of its own, so that there is no key before.
            var bond = central.bonds.list().get(0).id();
            central.on(() -> central.bonds.forget(bond));
            central.on(() -> central.bonds.commit(new NewBond(identity, JUST_WORKS, wrong)));
        }
        try (var central = gateway("central", one, false); var peripheral = gateway("peripheral", other, false)) {
            peripheral.advertise();
            for (int attempt = 0; attempt < 2; attempt++) {
                var link = central.connect(peripheral.address());
                assertThat(central.failing(() -> central.security.encrypt(link))).isInstanceOf(PairingException.class);
            }
            assertThat(central.next(SecurityEvent.BondLost.class).bond()).isPresent();
            assertThat(peripheral.next(SecurityEvent.BondLost.class).cause())
                    .isIn(SecurityEvent.BondLost.Cause.KEYS_DIFFER, SecurityEvent.BondLost.Cause.SUSPECTED);
            assertThat(central.bonds.list()).hasSize(1);
            assertThat(peripheral.bonds.list()).hasSize(1);
        }
    }

    private Gateway gateway(String name, VirtualController controller, boolean privacy) throws Exception {
        var accepting = Device.accepting();
        var options = accepting.with(changed -> changed.privacy(privacy));
        var store = stores.computeIfAbsent(name, place -> new MemoryBackendProvider().create(place, Map.of()));
        return new Gateway(name, store, controller, options);
    }
}
