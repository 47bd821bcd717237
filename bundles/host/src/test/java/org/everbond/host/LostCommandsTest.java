package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.OpCode;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.Faults;
import org.everbond.hci.virtual.Faults.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One command of advertising, scanning or connecting is lost on its way, or its answer is: the controller has done it, or has not. What was
 * asked for comes about all the same, at the first time of asking.
 */
class LostCommandsTest {
    /** How a command is lost. */
    enum Loss {
        COMMAND,
        ANSWER
    }

    private static Stream<Arguments> each(List<OpCode> legacy, List<OpCode> extended) {
        var all = new ArrayList<Arguments>();
        for (var loss : Loss.values()) {
            legacy.forEach(opCode -> all.add(Arguments.of(ControllerOptions.legacy(), opCode, loss)));
            extended.forEach(opCode -> all.add(Arguments.of(ControllerOptions.extended(), opCode, loss)));
        }
        return all.stream();
    }

    static Stream<Arguments> advertising() {
        return each(
                List.of(OpCode.LE_SET_RANDOM_ADDRESS, OpCode.LE_SET_ADVERTISING_PARAMETERS, OpCode.LE_SET_ADVERTISING_DATA,
                        OpCode.LE_SET_SCAN_RESPONSE_DATA, OpCode.LE_SET_ADVERTISING_ENABLE),
                List.of(OpCode.LE_SET_RANDOM_ADDRESS, OpCode.LE_SET_EXTENDED_ADVERTISING_PARAMETERS,
                        OpCode.LE_SET_ADVERTISING_SET_RANDOM_ADDRESS, OpCode.LE_SET_EXTENDED_ADVERTISING_DATA,
                        OpCode.LE_SET_EXTENDED_SCAN_RESPONSE_DATA, OpCode.LE_SET_EXTENDED_ADVERTISING_ENABLE));
    }

    static Stream<Arguments> scanning() {
        return each(
                List.of(OpCode.LE_SET_RANDOM_ADDRESS, OpCode.LE_SET_SCAN_PARAMETERS, OpCode.LE_SET_SCAN_ENABLE),
                List.of(OpCode.LE_SET_RANDOM_ADDRESS, OpCode.LE_SET_EXTENDED_SCAN_PARAMETERS, OpCode.LE_SET_EXTENDED_SCAN_ENABLE));
    }

    static Stream<Arguments> connecting() {
        return each(
                List.of(OpCode.LE_SET_RANDOM_ADDRESS, OpCode.LE_CREATE_CONNECTION),
                List.of(OpCode.LE_SET_RANDOM_ADDRESS, OpCode.LE_EXTENDED_CREATE_CONNECTION));
    }

    /** Once, from now on. */
    private static void lose(Faults faults, OpCode opCode, Loss loss) {
        var lost = new boolean[1];
        Faults.PacketRule command = packet -> {
            boolean it = packet[0] == 1 && opCode(packet, 1) == opCode.value() && !lost[0];
            lost[0] |= it;
            return it ? Verdict.drop() : Verdict.pass(packet);
        };
        Faults.PacketRule answer = packet -> {
            boolean complete = packet[0] == 4 && packet[1] == 0x0e && opCode(packet, 4) == opCode.value();
            boolean status = packet[0] == 4 && packet[1] == 0x0f && opCode(packet, 5) == opCode.value();
            boolean it = (complete || status) && !lost[0];
            lost[0] |= it;
            return it ? Verdict.drop() : Verdict.pass(packet);
        };
        if (loss == Loss.COMMAND) {
            faults.fromHost(command);
        } else {
            faults.toHost(answer);
        }
    }

    private static int opCode(byte[] packet, int at) {
        return packet.length < at + 2 ? 0 : packet[at] & 0xff | (packet[at + 1] & 0xff) << 8;
    }

    @ParameterizedTest
    @MethodSource("advertising")
    void advertising_begins(ControllerOptions options, OpCode opCode, Loss loss) {
        var pair = new HostPair(ControllerOptions.extended(), options).start();
        lose(pair.peripheral.controller.faults(), opCode, loss);
        pair.await(pair.peripheral.host.advertise(HostPair.ADVERTISING));

        assertThat(pair.peripheral.host.isAdvertising()).isTrue();
        var connection = pair.await(pair.central.host.connect(HostPair.PERIPHERAL, Duration.ofSeconds(5)));
        assertThat(connection.peerAddress()).isEqualTo(HostPair.PERIPHERAL);
        assertThat(pair.peripheral.upper.lost).as("one lost command is no lost controller").isNull();
    }

    /** The reconnect of a peripheral: nobody calls advertise() again. */
    @ParameterizedTest
    @MethodSource("advertising")
    void advertising_goes_on_after_a_connection_and_with_another_address(ControllerOptions options, OpCode opCode, Loss loss) {
        var pair = new HostPair(ControllerOptions.extended(), options).start();
        var first = pair.connect();
        lose(pair.peripheral.controller.faults(), opCode, loss);
        first.disconnect(0x13);
        pair.settle();
        var renewed = DeviceAddress.parse("C1:00:00:00:00:0B/random");
        pair.peripheral.upper.own = renewed;
        pair.peripheral.host.ownAddressChanged();

        var again = pair.await(pair.central.host.connect(renewed, Duration.ofSeconds(10)));
        assertThat(again.peerAddress()).isEqualTo(renewed);
        pair.settle();
        assertThat(pair.peripheral.connection().ownAddress()).as("what SMP calculates with").isEqualTo(renewed);
        assertThat(pair.peripheral.upper.lost).isNull();
    }

    @ParameterizedTest
    @MethodSource("advertising")
    void advertising_that_was_stopped_is_off(ControllerOptions options, OpCode opCode, Loss loss) {
        var pair = new HostPair(ControllerOptions.extended(), options).start();
        pair.await(pair.peripheral.host.advertise(HostPair.ADVERTISING));
        lose(pair.peripheral.controller.faults(), opCode, loss);
        pair.await(pair.peripheral.host.stopAdvertising());

        var heard = new ArrayList<Advertisement>();
        pair.await(pair.central.host.scan(true, false, heard::add));
        pair.settle();
        assertThat(heard).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("scanning")
    void scanning_begins_changes_and_ends(ControllerOptions options, OpCode opCode, Loss loss) {
        var pair = new HostPair(options, ControllerOptions.extended()).start();
        pair.await(pair.peripheral.host.advertise(HostPair.ADVERTISING));
        var heard = new ArrayList<Advertisement>();
        lose(pair.central.controller.faults(), opCode, loss);
        pair.await(pair.central.host.scan(true, false, heard::add));
        pair.settle();
        assertThat(heard).isNotEmpty();

        lose(pair.central.controller.faults(), opCode, loss);
        pair.central.upper.own = DeviceAddress.parse("C1:00:00:00:00:0C/random");
        pair.central.host.ownAddressChanged();
        pair.loop.advance(Duration.ofSeconds(10));
        heard.clear();
        pair.settle();
        assertThat(heard).as("with another address").isNotEmpty();
        assertThat(pair.central.upper.troubles).isEmpty();

        lose(pair.central.controller.faults(), opCode, loss);
        pair.await(pair.central.host.stopScan());
        heard.clear();
        pair.settle();
        assertThat(heard).isEmpty();
        pair.await(pair.central.host.scan(true, false, heard::add));
    }

    @ParameterizedTest
    @MethodSource("connecting")
    void connecting_succeeds(ControllerOptions options, OpCode opCode, Loss loss) {
        var pair = new HostPair(options, ControllerOptions.extended()).start();
        pair.await(pair.peripheral.host.advertise(HostPair.ADVERTISING));
        lose(pair.central.controller.faults(), opCode, loss);

        assertThat(pair.await(pair.central.host.connect(HostPair.PERIPHERAL, Duration.ofSeconds(10))).isOpen()).isTrue();
    }

    /** An application's scan that a refused change interrupts comes back by itself. */
    @Test
    void a_scan_that_is_refused_for_a_while_goes_on_later() {
        var pair = new HostPair(ControllerOptions.legacy(), ControllerOptions.legacy()).start();
        pair.await(pair.peripheral.host.advertise(HostPair.ADVERTISING));
        var heard = new ArrayList<Advertisement>();
        pair.await(pair.central.host.scan(true, false, heard::add));
        pair.central.controller.faults().answer(OpCode.LE_SET_SCAN_PARAMETERS.value(), 0x07);
        pair.central.upper.own = DeviceAddress.parse("C1:00:00:00:00:0C/random");
        pair.central.host.ownAddressChanged();
        pair.settle();
        assertThat(pair.central.upper.troubles).singleElement().asString().contains("scanning pauses and is tried again");

        pair.central.controller.faults().clear();
        heard.clear();
        pair.loop.advance(Duration.ofSeconds(6));
        assertThat(heard).isNotEmpty();
    }
}
