package org.everbond.hci.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.hci.virtual.RawHost.octets;
import static org.everbond.hci.virtual.RawHost.u16;

import java.time.Duration;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.OpCode;
import org.junit.jupiter.api.Test;

/** Two hosts, two controllers: how connections come about and end. */
class ConnectionTest {
    private final SimulatedLoop loop = new SimulatedLoop();
    private final VirtualAir air = VirtualAir.on(loop);
    private final RawHost central = new RawHost(loop, air.controller()).setUp();
    private final RawHost peripheral = new RawHost(loop, air.controller()).setUp();

    private void connect() {
        peripheral.advertiseLegacy();
        assertThat(central.connectLegacy(peripheral.controller.address())).containsExactly(0);
        loop.advance(Duration.ofMillis(20));
    }

    @Test
    void bothEndsAreToldOfTheConnectionWithTheirRoleAndPeer() {
        connect();
        assertThat(central.event(RawHost.ENHANCED_CONNECTION_COMPLETE)).startsWith(octets(
                0, u16(central.handle()), 0, 0, peripheral.controller.address(), new byte[12], u16(40), u16(0), u16(72)));
        assertThat(peripheral.event(RawHost.ENHANCED_CONNECTION_COMPLETE)).startsWith(octets(
                0, u16(peripheral.handle()), 1, 0, central.controller.address(), new byte[12], u16(40), u16(0), u16(72)));
        assertThat(central.handle()).isNotEqualTo(peripheral.handle());
    }

    @Test
    void withoutTheEnhancedEventInTheMaskTheFirstOneIsSent() {
        central.ok(OpCode.LE_SET_EVENT_MASK, 0x1f, new byte[7]);
        connect();
        assertThat(central.events(RawHost.ENHANCED_CONNECTION_COMPLETE)).isEmpty();
        assertThat(central.event(RawHost.CONNECTION_COMPLETE)).hasSize(18);
    }

    @Test
    void withoutTheMetaEventInTheMaskNoLeEventIsSent() {
        central.ok(OpCode.SET_EVENT_MASK, -1, -1, -1, -1, -1, 0x1f, 0, 0);
        connect();
        assertThat(central.events(RawHost.ENHANCED_CONNECTION_COMPLETE)).isEmpty();
        assertThat(peripheral.events(RawHost.ENHANCED_CONNECTION_COMPLETE)).hasSize(1);
    }

    @Test
    void disconnectionIs16HereAndTheHostsReasonThere() {
        connect();
        central.ok(OpCode.DISCONNECT, u16(central.handle()), 0x13);
        assertThat(central.event(RawHost.DISCONNECTION_COMPLETE)).isEqualTo(octets(0, u16(central.handle()), 0x16));
        assertThat(peripheral.event(RawHost.DISCONNECTION_COMPLETE)).isEqualTo(octets(0, u16(peripheral.handle()), 0x13));
        assertThat(central.command(OpCode.DISCONNECT, u16(central.handle()), 0x13)).containsExactly(0x02);
    }

    @Test
    void aReasonThatMayNotBeSentIsRefused() {
        connect();
        assertThat(central.command(OpCode.DISCONNECT, u16(central.handle()), 0x08)).containsExactly(0x12);
        assertThat(central.events(RawHost.DISCONNECTION_COMPLETE)).isEmpty();
    }

    @Test
    void aPeerWithoutPowerIsNoticedAfterTheSupervisionTimeout() {
        connect();
        peripheral.controller.detach();
        loop.advance(Duration.ofMillis(719));
        assertThat(central.events(RawHost.DISCONNECTION_COMPLETE)).isEmpty();
        loop.advance(Duration.ofMillis(1));
        assertThat(central.event(RawHost.DISCONNECTION_COMPLETE)).isEqualTo(octets(0, u16(central.handle()), 0x08));
    }

    @Test
    void aPeerThatWasResetIsNoticedAfterTheSupervisionTimeoutAndKnowsOfNoLink() {
        connect();
        int handle = peripheral.handle();
        peripheral.ok(OpCode.RESET);
        loop.advance(Duration.ofMillis(720));
        assertThat(central.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x08);
        assertThat(peripheral.events(RawHost.DISCONNECTION_COMPLETE)).isEmpty();
        assertThat(peripheral.command(OpCode.DISCONNECT, u16(handle), 0x13)).containsExactly(0x02);
    }

    @Test
    void outOfRangeBothEndsLoseTheLinkAndWithinTheTimeoutNeither() {
        connect();
        air.separate(central.controller, peripheral.controller);
        loop.advance(Duration.ofMillis(700));
        central.acl(central.handle(), 0, new byte[] {1, 0, 4, 0, 9});
        air.join(central.controller, peripheral.controller);
        loop.advance(Duration.ofSeconds(10));
        assertThat(central.events(RawHost.DISCONNECTION_COMPLETE)).isEmpty();
        assertThat(peripheral.data()).hasSize(1);

        air.separate(central.controller, peripheral.controller);
        loop.advance(Duration.ofMillis(720));
        assertThat(central.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x08);
        assertThat(peripheral.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x08);
    }

    @Test
    void aPeerThatLostItsPowerOutOfRangeIsNotHeardOnceItIsNear() {
        connect();
        air.separate(central.controller, peripheral.controller);
        peripheral.controller.detach();
        loop.advance(Duration.ofMillis(100));
        air.join(central.controller, peripheral.controller);
        loop.advance(Duration.ofMillis(720));
        assertThat(central.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x08);
    }

    @Test
    void cancellingIsAnsweredByAConnectionCompleteWithUnknownConnection() {
        central.connectLegacy(peripheral.controller.address());
        assertThat(central.connectLegacy(peripheral.controller.address())).containsExactly(0x0c);
        central.ok(OpCode.LE_CREATE_CONNECTION_CANCEL);
        assertThat(central.event(RawHost.ENHANCED_CONNECTION_COMPLETE)).startsWith(0x02).hasSize(30);
        assertThat(central.command(OpCode.LE_CREATE_CONNECTION_CANCEL)).containsExactly(0x0c);
        int complete = indexOf(central, RawHost.COMMAND_COMPLETE, OpCode.LE_CREATE_CONNECTION_CANCEL);
        assertThat(central.packets.get(complete + 1)[1]).isEqualTo((byte) 0x3e);
    }

    private static int indexOf(RawHost host, int event, OpCode opCode) {
        for (int i = 0; i < host.packets.size(); i++) {
            var packet = host.packets.get(i);
            if (packet[1] == event && packet[4] == (byte) opCode.value() && packet[5] == (byte) (opCode.value() >>> 8)) {
                return i;
            }
        }
        throw new AssertionError("no answer to " + opCode);
    }

    @Test
    void anExtendedSetUsesItsOwnRandomAddressAndReportsWhichConnectionEndedIt() {
        var random = DeviceAddress.parse("C0:00:00:00:00:07/random");
        peripheral.extendedSet(3, 0x13, 1);
        peripheral.ok(OpCode.LE_SET_ADVERTISING_SET_RANDOM_ADDRESS, 3, random);
        peripheral.enableSet(3);
        assertThat(central.connectExtended(random)).containsExactly(0);
        loop.advance(Duration.ofMillis(20));
        assertThat(central.event(RawHost.ENHANCED_CONNECTION_COMPLETE)).startsWith(octets(0, u16(central.handle()), 0, 1, random));
        assertThat(peripheral.event(RawHost.SET_TERMINATED)).startsWith(octets(0, 3, u16(peripheral.handle())));
    }

    @Test
    void theAcceptListDecidesWhoIsConnectedTo() {
        var other = new RawHost(loop, air.controller()).setUp();
        other.advertiseLegacy();
        peripheral.advertiseLegacy();
        central.ok(OpCode.LE_ADD_DEVICE_TO_FILTER_ACCEPT_LIST, 0, peripheral.controller.address());
        central.ok(OpCode.LE_CREATE_CONNECTION, u16(0x60), u16(0x30), 1, 0, new byte[6], 0, RawHost.connectionParameters());
        loop.advance(Duration.ofMillis(60));
        assertThat(central.event(RawHost.ENHANCED_CONNECTION_COMPLETE)).contains(octets(peripheral.controller.address()));
        assertThat(other.events(RawHost.ENHANCED_CONNECTION_COMPLETE)).isEmpty();
    }

    @Test
    void aSecondConnectionToTheSamePeerIsRefused() {
        connect();
        assertThat(central.connectLegacy(peripheral.controller.address())).containsExactly(0x0b);
    }

    @Test
    void latencyDelaysWhatTheOtherEndHears() {
        air.latency(Duration.ofMillis(7));
        peripheral.advertiseLegacy();
        central.connectLegacy(peripheral.controller.address());
        loop.advance(Duration.ofMillis(20));
        assertThat(central.events(RawHost.ENHANCED_CONNECTION_COMPLETE)).hasSize(1);
        assertThat(peripheral.events(RawHost.ENHANCED_CONNECTION_COMPLETE)).isEmpty();
        loop.advance(Duration.ofMillis(7));
        assertThat(peripheral.events(RawHost.ENHANCED_CONNECTION_COMPLETE)).hasSize(1);
    }

    @Test
    void theCentralUpdatesAndThePeripheralAsks() {
        connect();
        var wanted = octets(u16(80), u16(80), u16(1), u16(300));
        central.ok(OpCode.LE_CONNECTION_UPDATE, u16(central.handle()), wanted, u16(0), u16(0));
        var told = octets(u16(80), u16(1), u16(300));
        assertThat(central.event(RawHost.CONNECTION_UPDATE)).isEqualTo(octets(0, u16(central.handle()), told));
        assertThat(peripheral.event(RawHost.CONNECTION_UPDATE)).isEqualTo(octets(0, u16(peripheral.handle()), told));

        peripheral.ok(OpCode.LE_CONNECTION_UPDATE, u16(peripheral.handle()), octets(u16(24), u16(24), u16(0), u16(100)), u16(0), u16(0));
        assertThat(central.event(RawHost.PARAMETER_REQUEST))
                .isEqualTo(octets(u16(central.handle()), u16(24), u16(24), u16(0), u16(100)));
        central.ok(OpCode.LE_REMOTE_CONNECTION_PARAMETER_REQUEST_NEGATIVE_REPLY, u16(central.handle()), 0x3b);
        assertThat(peripheral.event(RawHost.CONNECTION_UPDATE)).startsWith(0x3b);
        peripheral.ok(OpCode.LE_CONNECTION_UPDATE, u16(peripheral.handle()), octets(u16(24), u16(24), u16(0), u16(100)), u16(0), u16(0));
        central.ok(
                OpCode.LE_REMOTE_CONNECTION_PARAMETER_REQUEST_REPLY,
                u16(central.handle()), u16(24), u16(24), u16(0), u16(100), u16(0), u16(0));
        assertThat(peripheral.event(RawHost.CONNECTION_UPDATE)).endsWith(octets(u16(24), u16(0), u16(100)));
    }

    @Test
    void remoteFeaturesAndVersionAreThoseOfThePeer() {
        connect();
        central.ok(OpCode.LE_READ_REMOTE_FEATURES, u16(central.handle()));
        var own = peripheral.ok(OpCode.LE_READ_LOCAL_SUPPORTED_FEATURES);
        assertThat(central.event(RawHost.REMOTE_FEATURES)).endsWith(java.util.Arrays.copyOfRange(own, 1, 9));
        central.ok(OpCode.READ_REMOTE_VERSION_INFORMATION, u16(central.handle()));
        assertThat(central.event(RawHost.REMOTE_VERSION)).startsWith(octets(0, u16(central.handle()), 0x0c));
    }

    @Test
    void handlesAreUsedAgain() {
        connect();
        int first = central.handle();
        central.ok(OpCode.DISCONNECT, u16(first), 0x13);
        connect();
        assertThat(central.handle()).isEqualTo(first);
    }
}
