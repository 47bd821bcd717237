package org.everbond.hci.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.everbond.hci.virtual.RawHost.octets;
import static org.everbond.hci.virtual.RawHost.u16;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.OctetOrder;
import org.everbond.crypto.P256;
import org.everbond.crypto.PublicKey;
import org.everbond.hci.HciCommand;
import org.everbond.hci.LeFeature;
import org.everbond.hci.OpCode;
import org.everbond.hci.SupportedCommands;
import org.everbond.hci.spi.HciTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a controller says of itself, and how it takes what makes no sense. */
class SetUpTest {
    private final SimulatedLoop loop = new SimulatedLoop();
    private final VirtualAir air = VirtualAir.on(loop);

    private RawHost host(ControllerOptions options) {
        return new RawHost(loop, air.controller(options)).setUp();
    }

    private static byte[] behindStatus(byte[] answer) {
        return Arrays.copyOfRange(answer, 1, answer.length);
    }

    private static SupportedCommands supported(RawHost host) {
        return SupportedCommands.of(behindStatus(host.ok(OpCode.READ_LOCAL_SUPPORTED_COMMANDS)));
    }

    private static long features(RawHost host) {
        var octets = host.ok(OpCode.LE_READ_LOCAL_SUPPORTED_FEATURES);
        return java.nio.ByteBuffer.wrap(octets, 1, 8).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** The list of supported commands is the truth: what it has is answered, what it has not is unknown. */
    @ParameterizedTest
    @EnumSource(ControllerOptions.Flavour.class)
    void exactlyTheSupportedCommandsAreKnown(ControllerOptions.Flavour flavour) {
        var options = flavour == ControllerOptions.Flavour.LEGACY ? ControllerOptions.legacy() : ControllerOptions.extended();
        var host = host(options);
        var supported = supported(host);
        for (var opCode : OpCode.values()) {
            if (opCode != OpCode.HOST_NUMBER_OF_COMPLETED_PACKETS) {
                host.command(OpCode.RESET);
                var answer = host.command(opCode);
                assertThat(answer[0] != 1).as(opCode.toString()).isEqualTo(supported.has(opCode));
            }
        }
    }

    @Test
    void theFlavourShowsInCommandsFeaturesAndVersion() {
        var legacy = host(ControllerOptions.legacy());
        assertThat(supported(legacy).has(OpCode.LE_SET_EXTENDED_ADVERTISING_ENABLE)).isFalse();
        assertThat(LeFeature.EXTENDED_ADVERTISING.in(features(legacy))).isFalse();
        assertThat(legacy.ok(OpCode.READ_LOCAL_VERSION_INFORMATION)).startsWith(0, 0x08);
        var extended = host(ControllerOptions.extended());
        assertThat(supported(extended).has(OpCode.LE_SET_EXTENDED_ADVERTISING_ENABLE)).isTrue();
        assertThat(LeFeature.EXTENDED_ADVERTISING.in(features(extended))).isTrue();
        assertThat(extended.ok(OpCode.READ_LOCAL_VERSION_INFORMATION)).startsWith(0, 0x0c);
    }

    @Test
    void buffersAreOwnOrSharedWithBrEdr() {
        assertThat(host(ControllerOptions.extended().acl(100, 5)).ok(OpCode.LE_READ_BUFFER_SIZE)).containsExactly(0, 100, 0, 5);
        var shared = host(ControllerOptions.extended().acl(100, 5).dualMode(true).sharedBuffers(true));
        assertThat(shared.ok(OpCode.LE_READ_BUFFER_SIZE)).containsExactly(0, 0, 0, 0);
        assertThat(shared.ok(OpCode.LE_READ_BUFFER_SIZE_V2)).containsExactly(0, 0, 0, 0, 0, 0, 0);
        assertThat(shared.ok(OpCode.READ_BUFFER_SIZE)).startsWith(0, 100, 0, 0, 5, 0);
    }

    @Test
    void dualModeControllersTakeTheBrEdrSetUp() {
        var dual = host(ControllerOptions.extended().dualMode(true));
        dual.ok(OpCode.WRITE_LE_HOST_SUPPORT, 1, 0);
        assertThat(dual.ok(OpCode.READ_LE_HOST_SUPPORT)).containsExactly(0, 1, 0);
        dual.controller.receive(new HciCommand(0x0c56, new byte[] {1}).packet());
        loop.runUntilIdle();
        assertThat(dual.packets.get(dual.packets.size() - 1)).containsExactly(4, 0x0e, 4, 1, 0x56, 0x0c, 0);
        assertThat(dual.ok(OpCode.READ_LOCAL_SUPPORTED_FEATURES)[5] & 0x60).isEqualTo(0x40);
        var le = host(ControllerOptions.extended());
        assertThat(le.ok(OpCode.READ_LOCAL_SUPPORTED_FEATURES)[5] & 0x60).isEqualTo(0x60);
        assertThat(le.command(OpCode.WRITE_LE_HOST_SUPPORT, 1, 0)).startsWith(1);
    }

    @Test
    void addressesAreGivenInOrderOrAsked() {
        assertThat(air.controller().address().text()).isEqualTo("00:EB:00:00:00:01");
        assertThat(air.controller().address().text()).isEqualTo("00:EB:00:00:00:02");
        var address = DeviceAddress.parse("11:22:33:44:55:66");
        assertThat(host(ControllerOptions.extended().address(address)).ok(OpCode.READ_BD_ADDR)).isEqualTo(octets(0, address));
        assertThatThrownBy(() -> air.controller(ControllerOptions.legacy().address(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("11:22:33:44:55:66");
        var nameless = host(ControllerOptions.extended().quirk(ControllerOptions.Quirk.NO_PUBLIC_ADDRESS));
        assertThat(nameless.ok(OpCode.READ_BD_ADDR)).isEqualTo(new byte[7]);
        air.remove(air.controllers().get(0));
        assertThat(air.controller().address().text()).isEqualTo("00:EB:00:00:00:01");
    }

    /** Sample data of the specification (Vol 3, Part H, 2.2.1 uses FIPS-197). */
    @Test
    void leEncryptIsAes() {
        var key = Key.of(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
        var plain = new byte[16];
        for (int i = 0; i < 16; i++) {
            plain[i] = (byte) (i * 0x11);
        }
        var answer = host(ControllerOptions.extended()).ok(OpCode.LE_ENCRYPT, key, OctetOrder.reversed(plain));
        assertThat(OctetOrder.reversed(behindStatus(answer)))
                .startsWith(0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30)
                .endsWith(0xb4, 0xc5, 0x5a);
        assertThat(host(ControllerOptions.extended()).ok(OpCode.LE_RAND)).hasSize(9);
    }

    @Test
    void theControllerMakesP256KeysAndDhKeys() throws Exception {
        var host = host(ControllerOptions.extended());
        assertThat(host.command(OpCode.LE_GENERATE_DHKEY, new byte[64])).containsExactly(0x0c);
        host.ok(OpCode.LE_READ_LOCAL_P256_PUBLIC_KEY);
        var controllerKey = PublicKey.ofLittleEndian(host.event(RawHost.P256_KEY), 1);
        var own = P256.generate();
        var octets = new byte[64];
        own.publicKey().writeLittleEndian(octets, 0);
        host.ok(OpCode.LE_GENERATE_DHKEY, octets);
        assertThat(OctetOrder.reversed(behindStatus(host.event(RawHost.DHKEY)))).isEqualTo(own.dhKey(controllerKey).octets());
        host.ok(OpCode.LE_GENERATE_DHKEY, new byte[64]);
        assertThat(host.event(RawHost.DHKEY)[0]).isNotZero();
        assertThat(host(ControllerOptions.legacy().p256(false)).command(OpCode.LE_READ_LOCAL_P256_PUBLIC_KEY)).startsWith(1);
    }

    @Test
    void listsAreBounded() {
        var host = host(ControllerOptions.extended());
        for (int i = 0; i < 16; i++) {
            host.ok(OpCode.LE_ADD_DEVICE_TO_FILTER_ACCEPT_LIST, 0, DeviceAddress.parse("00:00:00:00:00:" + (10 + i)));
            host.ok(OpCode.LE_ADD_DEVICE_TO_RESOLVING_LIST, 0, DeviceAddress.parse("00:00:00:00:00:" + (10 + i)), Key.ZERO, Key.ZERO);
        }
        var more = DeviceAddress.parse("00:00:00:00:00:99");
        assertThat(host.command(OpCode.LE_ADD_DEVICE_TO_FILTER_ACCEPT_LIST, 0, more)).containsExactly(0x07);
        assertThat(host.command(OpCode.LE_ADD_DEVICE_TO_RESOLVING_LIST, 0, more, Key.ZERO, Key.ZERO)).containsExactly(0x07);
        assertThat(host.command(OpCode.LE_REMOVE_DEVICE_FROM_RESOLVING_LIST, 0, more)).containsExactly(0x02);
    }

    @Test
    void everyWrongLengthIsRefusedOrTakenAndNothingEverThrows() {
        var random = new Random(42);
        var host = host(ControllerOptions.extended().dualMode(true));
        var other = host(ControllerOptions.extended());
        other.advertiseLegacy();
        for (var opCode : OpCode.values()) {
            for (int length = 0; length <= 70; length++) {
                var parameters = new byte[length];
                random.nextBytes(parameters);
                host.controller.receive(new HciCommand(opCode.value(), parameters).packet());
                loop.advance(java.time.Duration.ofMillis(1));
            }
        }
        host.ok(OpCode.RESET);
        assertThat(host.command(OpCode.LE_SET_ADVERTISING_ENABLE)).containsExactly(0x12);
    }

    @Test
    void packetsThatAreNoneAreIgnored() {
        var host = host(ControllerOptions.extended());
        host.forget();
        var random = new Random(1);
        for (int i = 0; i < 5000; i++) {
            var packet = new byte[random.nextInt(20)];
            random.nextBytes(packet);
            if (packet.length > 0 && packet[0] == HciCommand.INDICATOR) {
                packet[0] = 0;
            }
            host.controller.receive(packet);
        }
        host.controller.receive(new byte[] {1, 3, 0x0c});
        host.controller.receive(new byte[] {1, 3, 0x0c, 1});
        loop.runUntilIdle();
        assertThat(host.packets).isEmpty();
        host.ok(OpCode.RESET);
    }

    // --- in process --------------------------------------------------------------------------------------------

    private static final class Receiver implements HciTransport.Receiver {
        int packets;
        IOException lost;

        @Override
        public void received(byte[] packet) {
            packets++;
        }

        @Override
        public void lost(IOException cause) {
            lost = cause;
        }
    }

    @Test
    void aTransportPowersTheControllerAndAnotherOneFindsItBusyUntilClosed() throws Exception {
        var controller = air.controller();
        var first = controller.transport();
        var receiver = new Receiver();
        first.open(receiver);
        loop.runUntilIdle();
        first.send(HciCommand.of(OpCode.RESET).packet());
        loop.runUntilIdle();
        assertThat(receiver.packets).isEqualTo(1);
        assertThatThrownBy(() -> controller.transport().open(new Receiver()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(controller.address().text());
        first.close();
        first.send(HciCommand.of(OpCode.RESET).packet());
        loop.runUntilIdle();
        assertThat(controller.powered()).isFalse();
        assertThat(receiver.packets).isEqualTo(1);
        assertThat(receiver.lost).isNull();
        var second = new Receiver();
        controller.transport().open(second);
        loop.runUntilIdle();
        controller.unplug();
        loop.runUntilIdle();
        assertThat(second.lost).hasMessageContaining("unplugged");
    }

    @ParameterizedTest
    @CsvSource({"flavour,new,legacy", "dual,maybe,on or off", "acl,many,number", "acl,5,27..65535", "colour,red,flavour", "address,1:2,C0:FF:EE"})
    void optionsThatMakeNoSenseAreRefusedWithWhatIsAllowed(String name, String value, String allowed) {
        assertThatThrownBy(() -> ControllerOptions.parse(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(allowed);
    }

    @Test
    void optionsAreReadFromText() {
        var options = ControllerOptions.parse(Map.of(
                "flavour", "legacy", "address", "00:11:22:33:44:55", "dual", "on", "shared", "on", "acl", "27", "buffers", "2", "p256", "off"));
        assertThat(options.flavour()).isEqualTo(ControllerOptions.Flavour.LEGACY);
        assertThat(options.address().text()).isEqualTo("00:11:22:33:44:55");
        assertThat(options.dualMode() && options.sharedBuffers() && !options.p256()).isTrue();
        assertThat(options.aclLength()).isEqualTo(27);
        assertThat(options.aclPackets()).isEqualTo(2);
    }

    @Test
    void aHandleOfNobodyIsUnknown() {
        var host = host(ControllerOptions.extended());
        for (var opCode : new OpCode[] {OpCode.LE_READ_REMOTE_FEATURES, OpCode.READ_RSSI, OpCode.LE_READ_PHY, OpCode.LE_READ_CHANNEL_MAP}) {
            assertThat(host.command(opCode, u16(0x0123))[0]).as(opCode.toString()).isEqualTo((byte) 0x02);
        }
        assertThat(host.command(OpCode.READ_RSSI, u16(0x0123))).isEqualTo(octets(2, u16(0x0123), 0));
    }
}
