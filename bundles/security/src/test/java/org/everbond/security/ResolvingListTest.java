package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.PrivacyMode;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.ControllerOptions.Quirk;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.host.Advertisement;
import org.everbond.host.HostException;
import org.everbond.tlv.memory.internal.MemoryBackendProvider;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Private addresses resolved by the controller as far as its list (16 entries) goes, and by the host beyond and without. */
class ResolvingListTest {
    private static final BondSecurity JUST_WORKS = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);

    private final EventLoop.OnThread airLoop = EventLoop.onThread("air");
    private final VirtualAir air = VirtualAir.on(airLoop);
    private final TlvBackend centralStore = new MemoryBackendProvider().create("central", Map.of());
    private final TlvBackend peripheralStore = new MemoryBackendProvider().create("peripheral", Map.of());
    private boolean peripheralPrivacy = true;
    private PrivacyMode mode = PrivacyMode.DEVICE;

    @AfterEach
    void end() {
        airLoop.close();
    }

    private Gateway central(ControllerOptions controller) throws Exception {
        return new Gateway("central", centralStore, air.controller(controller),
                Device.accepting().with(options -> options.privacy(true).privacyMode(mode)));
    }

    private Gateway peripheral() throws Exception {
        return new Gateway("peripheral", peripheralStore, air.controller(ControllerOptions.legacy()),
                Device.accepting().with(options -> options.privacy(peripheralPrivacy)));
    }

    private void paired() throws Exception {
        try (var central = central(ControllerOptions.extended()); var peripheral = peripheral()) {
            peripheral.advertise();
            var link = central.connect(central.find());
            central.on(() -> central.security.pair(link));
            peripheral.next(SecurityEvent.Paired.class);
        }
    }

    private static void crowd(Gateway gateway, int count) throws Exception {
        for (int i = 1; i <= count; i++) {
            var octets = new byte[16];
            octets[0] = 7;
            octets[14] = (byte) (i >> 8);
            octets[15] = (byte) i;
            var keys = BondKeys.secureConnections(Key.of(octets), Key.of(octets));
            var identity = new DeviceAddress(AddressType.PUBLIC, 0x001bdc080000L + i);
            gateway.on(() -> gateway.bonds.commit(new NewBond(identity, JUST_WORKS, keys)));
        }
    }

    private static void encrypts(Gateway central, Gateway peripheral) throws Exception {
        var link = central.connect(peripheral.address());
        assertThat(link.peerAddress().isResolvable()).as("on air").isTrue();
        assertThat(central.on(() -> central.security.encrypt(link)).security()).contains(JUST_WORKS);
        central.disconnect(link);
    }

    @Test
    void theControllerTellsTheIdentityAndTheHostBothAddresses() throws Exception {
        paired();
        try (var central = central(ControllerOptions.extended()); var peripheral = peripheral()) {
            peripheral.advertise();
            assertThat(central.find()).isEqualTo(peripheral.address());
            encrypts(central, peripheral);
        }
    }

    @Test
    void withoutAListOrWithoutPrivacyModesTheHostDoesIt() throws Exception {
        paired();
        for (var options : new ControllerOptions[] {
            ControllerOptions.extended().quirk(Quirk.NO_RESOLVING_LIST), ControllerOptions.legacy()
        }) {
            try (var central = central(options); var peripheral = peripheral()) {
                peripheral.advertise();
                assertThat(central.find().isResolvable()).isTrue();
                encrypts(central, peripheral);
            }
        }
    }

    @Test
    void theListFollowsTheBondsWhileAdvertisingAndScanningGoOn() throws Exception {
        paired();
        try (var central = central(ControllerOptions.extended()); var peripheral = peripheral()) {
            peripheral.advertise();
            central.advertise();
            assertThat(central.find()).isEqualTo(peripheral.address());
            crowd(central, 16);
            assertThat(central.find().isResolvable()).as("the last sixteen bonds are in it").isTrue();
            encrypts(central, peripheral);
            var another = central.bonds.list().get(5).id();
            central.on(() -> central.bonds.forget(another));
            assertThat(central.find()).as("there is room again").isEqualTo(peripheral.address());
            var bond = central.bonds.byIdentity(peripheral.address()).orElseThrow().id();
            central.on(() -> central.bonds.forget(bond));
            assertThat(central.find().isResolvable()).isTrue();
            assertThat(central.on(() -> CompletableFuture.completedFuture(central.host.isAdvertising()))).isTrue();
        }
    }

    /** Many peers give their IRK and go on air with their identity address all the same. */
    @Test
    void inDeviceModeAPeerIsHeardUnderItsIdentityAddressInNetworkModeNot() throws Exception {
        paired();
        peripheralPrivacy = false;
        for (var options : new ControllerOptions[] {
            ControllerOptions.extended(), ControllerOptions.extended().quirk(Quirk.NO_RESOLVING_LIST)
        }) {
            mode = PrivacyMode.DEVICE;
            try (var central = central(options); var peripheral = peripheral()) {
                peripheral.advertise();
                var link = central.connect(peripheral.address());
                assertThat(central.on(() -> central.security.encrypt(link)).security()).contains(JUST_WORKS);
            }
            mode = PrivacyMode.NETWORK;
            try (var central = central(options); var peripheral = peripheral()) {
                peripheral.advertise();
                var identity = peripheral.address();
                assertThat(central.failing(() -> central.host.connect(identity, Duration.ofSeconds(1))))
                        .isInstanceOf(HostException.class);
            }
        }
    }

    /** A bond may have its own mode, which comes from the store after a restart, and which the controller's list follows at once. */
    @Test
    void aBondMayHaveItsOwnPrivacyMode() throws Exception {
        paired();
        peripheralPrivacy = false;
        for (var options : new ControllerOptions[] {
            ControllerOptions.extended(), ControllerOptions.extended().quirk(Quirk.NO_RESOLVING_LIST)
        }) {
            for (var other : new PrivacyMode[] {PrivacyMode.DEVICE, PrivacyMode.NETWORK}) {
                mode = other == PrivacyMode.DEVICE ? PrivacyMode.NETWORK : PrivacyMode.DEVICE;
                try (var central = central(options); var peripheral = peripheral()) {
                    peripheral.advertise();
                    reaches(central, peripheral, mode == PrivacyMode.DEVICE);
                    var bond = central.bonds.byIdentity(peripheral.address()).orElseThrow().id();
                    central.on(() -> central.bonds.privacyMode(bond, Optional.of(other)));
                    reaches(central, peripheral, other == PrivacyMode.DEVICE);
                }
                try (var central = central(options); var peripheral = peripheral()) {
                    peripheral.advertise();
                    reaches(central, peripheral, other == PrivacyMode.DEVICE);
                    var bond = central.bonds.byIdentity(peripheral.address()).orElseThrow().id();
                    central.on(() -> central.bonds.privacyMode(bond, Optional.empty()));
                    reaches(central, peripheral, mode == PrivacyMode.DEVICE);
                }
            }
        }
    }

    /** Under its identity address. */
    private static void reaches(Gateway central, Gateway peripheral, boolean heard) throws Exception {
        var identity = peripheral.address();
        if (heard) {
            var link = central.connect(identity);
            assertThat(link.peerAddress()).isEqualTo(identity);
            central.disconnect(link);
        } else {
            assertThat(central.failing(() -> central.host.connect(identity, Duration.ofMillis(500))))
                    .isInstanceOf(HostException.class);
        }
    }

    /** Among so many bonds an address is searched for off the event loop: what cannot be told at once is told then. */
    @Test
    void amongVeryManyBondsAPeerIsRecognisedAfterASearch() throws Exception {
        paired();
        try (var central = central(ControllerOptions.legacy()); var peripheral = peripheral()) {
            crowd(central, BondStore.AT_ONCE + 1);
            crowd(peripheral, BondStore.AT_ONCE + 1);
            peripheral.advertise();
            var found = new CompletableFuture<Advertisement>();
            central.on(() -> central.host.scan(false, true, found::complete));
            var report = found.get(10, TimeUnit.SECONDS);
            assertThat(report.address().isResolvable()).isTrue();
            assertThat(report.identity()).as("the only report, since duplicates are filtered").contains(peripheral.address());
            central.on(central.host::stopScan);

            encrypts(central, peripheral);
            assertThat(peripheral.next(SecurityEvent.PeerRecognised.class).bond().identity()).isEqualTo(central.address());
        }
    }

    /** T-B11: who holds a former IRK of ours loses us; bonds stay, and pairing again hands out the new one. */
    @Test
    void b11_aChangedIrkIsUnknownToWhoHoldsTheFormerOneUntilItPairsAgain() throws Exception {
        paired();
        try (var central = central(ControllerOptions.extended()); var peripheral = peripheral()) {
            peripheral.advertise();
            assertThat(central.find()).isEqualTo(peripheral.address());
            peripheral.on(peripheral.bonds::changeIrk);
            assertThat(peripheral.on(() -> CompletableFuture.completedFuture(peripheral.bonds.withFormerIrk()))).hasSize(1);
            var onAir = central.find();
            assertThat(onAir.isResolvable()).as("nobody that the central knows").isTrue();
            var link = central.connect(onAir);
            assertThat(central.on(() -> CompletableFuture.completedFuture(central.security.link(link).bond()))).isEmpty();
            central.on(() -> central.security.pair(link));
            peripheral.next(SecurityEvent.Paired.class);
            assertThat(peripheral.on(() -> CompletableFuture.completedFuture(peripheral.bonds.withFormerIrk()))).isEmpty();
            assertThat(central.bonds.list()).hasSize(1);
            central.disconnect(link);
            assertThat(central.find()).isEqualTo(peripheral.address());
        }
    }
}
