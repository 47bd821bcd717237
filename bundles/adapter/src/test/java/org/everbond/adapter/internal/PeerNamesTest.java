package org.everbond.adapter.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.adapter.internal.Gateway.get;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.Link;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondStore;
import org.everbond.crypto.DeviceAddress;
import org.everbond.gatt.AttException;
import org.everbond.gatt.GattClient;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.host.Advertising;
import org.everbond.host.Connection;
import org.everbond.host.Role;
import org.everbond.security.PairingResult;
import org.everbond.security.SecurityEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bond that we make as central is known by the peer's device name, unless people have named it. */
class PeerNamesTest {
    @TempDir
    Path folder;

    private final EventLoop.OnThread airLoop = EventLoop.onThread("test-air");
    private final VirtualAir air = VirtualAir.on(airLoop);
    private Gateway central;
    private Gateway peripheral;

    @BeforeEach
    void twoGateways() {
        central = new Gateway("central", air.controller(), folder);
        peripheral = new Gateway("peripheral", air.controller(), folder)
                .with("bondable", "on")
                .with("pairing.justWorks", "accept")
                .with("device.name", "Küche");
    }

    @AfterEach
    void end() {
        airLoop.close();
    }

    private Link paired() {
        get(peripheral.adapter().advertise(new Advertising(new byte[] {2, 1, 6}, new byte[0], Duration.ofMillis(20))));
        var link = get(central.adapter().connect(peripheral.adapter().status().identity().orElseThrow(), Duration.ofSeconds(10)));
        assertThat(get(link.pair()).bond().orElseThrow().name()).as("nobody waits for it").isEmpty();
        return link;
    }

    private void awaitUpdate() {
        central.await(AdapterEvent.BondChanged.class, event -> event.event().kind() == BondEvent.Kind.UPDATED);
    }

    @Test
    void theNameIsReadAfterPairingAndStaysWithTheBond() {
        try (var a = central.startUp(); var b = peripheral.startUp()) {
            paired();
            awaitUpdate();
            assertThat(central.adapter().bonds()).extracting(Bond::name).containsExactly("Küche");
            assertThat(peripheral.adapter().bonds()).as("as peripheral it is not asked for").extracting(Bond::name).containsExactly("");
        }
        try (var a = central.startUp()) {
            assertThat(central.adapter().bonds()).extracting(Bond::name).containsExactly("Küche");
        }
    }

    @Test
    void aNameThatPeopleHaveGivenMeanwhileStays() {
        var asked = new Asked();
        asked.pair(Role.CENTRAL, PairingResult.Bonding.BONDED);
        asked.loop.advance(PeerNames.CALM);
        asked.bond = named("mine");
        asked.answer.complete("Lamp".getBytes(UTF_8));
        asked.loop.runUntilIdle();
        assertThat(asked.bond.name()).isEqualTo("mine");
        asked.pair(Role.CENTRAL, PairingResult.Bonding.BONDED);
        asked.loop.advance(PeerNames.CALM);
        assertThat(asked.times).as("not even asked for").isEqualTo(1);
    }

    @Test
    void itIsAskedForOnceAfterAWhileAndOnlyByACentralWithALastingBond() {
        var asked = new Asked();
        asked.pair(Role.PERIPHERAL, PairingResult.Bonding.BONDED);
        asked.pair(Role.CENTRAL, PairingResult.Bonding.NOT_DURABLE);
        asked.loop.advance(PeerNames.CALM);
        asked.pair(Role.CENTRAL, PairingResult.Bonding.BONDED);
        asked.loop.advance(PeerNames.CALM.minusMillis(1));
        assertThat(asked.times).isZero();
        asked.loop.advance(Duration.ofMillis(1));
        assertThat(asked.times).isEqualTo(1);
        asked.answer.complete("Lamp".getBytes(UTF_8));
        assertThat(asked.bond.name()).isEqualTo("Lamp");
        asked.pair(Role.CENTRAL, PairingResult.Bonding.BONDED);
        asked.loop.advance(PeerNames.CALM);
        assertThat(asked.times).as("paired again").isEqualTo(1);
    }

    @Test
    void aPeerWithoutANameOrALinkThatEndsIsNoTrouble() {
        var asked = new Asked();
        asked.pair(Role.CENTRAL, PairingResult.Bonding.BONDED);
        asked.loop.advance(PeerNames.CALM);
        asked.answer.completeExceptionally(new AttException(0x0a, "there is none"));
        assertThat(asked.bond.name()).isEmpty();
        asked.pair(Role.CENTRAL, PairingResult.Bonding.BONDED);
        asked.open = false;
        asked.loop.advance(PeerNames.CALM);
        assertThat(asked.times).isEqualTo(1);
    }

    private static Bond named(String name) {
        return new Bond(new BondId(new UUID(1, 2), 3), DeviceAddress.parse("C0:FF:EE:00:00:01/random"),
                new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16), true, name, 1, false);
    }

    /** One bond, one link, and a peer that is asked for its name. */
    private static final class Asked {
        final SimulatedLoop loop = new SimulatedLoop();
        final CompletableFuture<byte[]> answer = new CompletableFuture<>();
        Bond bond = named("");
        boolean open = true;
        int times;
        private final PeerNames names = new PeerNames(loop, fake(BondStore.class, (method, arguments) -> {
            if (method.equals("rename")) {
                bond = named((String) arguments[1]);
                return CompletableFuture.completedFuture(null);
            }
            return Optional.of(bond);
        }), connection -> fake(GattClient.class, (method, arguments) -> {
            times++;
            return answer;
        }));

        void pair(Role role, PairingResult.Bonding bonding) {
            var connection = fake(Connection.class, (method, arguments) -> method.equals("role") ? role : (Object) open);
            names.changed(new SecurityEvent.Paired(connection, new PairingResult(bond.security(), bonding, Optional.of(bond), 300)));
        }

        private static <T> T fake(Class<T> type, BiFunction<String, Object[], Object> calls) {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                    (proxy, method, arguments) -> calls.apply(method.getName(), arguments)));
        }
    }

    @Test
    void whatIsNoNameIsNone() {
        assertThat(PeerNames.decode("Lamp".getBytes(UTF_8))).isEqualTo("Lamp");
        assertThat(PeerNames.decode(" Lamp\0\0".getBytes(UTF_8))).isEqualTo("Lamp");
        assertThat(PeerNames.decode(new byte[0])).isEmpty();
        assertThat(PeerNames.decode(" \0".getBytes(UTF_8))).isEmpty();
        assertThat(PeerNames.decode(new byte[] {'a', (byte) 0xff})).as("not UTF-8").isEmpty();
        assertThat(PeerNames.decode("x".repeat(248).getBytes(UTF_8))).hasSize(248);
        assertThat(PeerNames.decode("x".repeat(249).getBytes(UTF_8))).isEmpty();
        assertThat(PeerNames.decode("\u001b[2Jx".getBytes(UTF_8))).as("made harmless where it is shown").isEqualTo("\u001b[2Jx");
    }
}
