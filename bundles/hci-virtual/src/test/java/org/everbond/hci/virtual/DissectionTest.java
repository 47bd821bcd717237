package org.everbond.hci.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.hci.virtual.RawHost.u16;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.HciTrace;
import org.everbond.hci.OpCode;
import org.everbond.hci.SupportedCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the controllers say is read by somebody who knows the specification and not us: Wireshark's dissector. */
class DissectionTest {
    private static final Key LTK = Key.of("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    @TempDir
    Path folder;

    private final SimulatedLoop loop = new SimulatedLoop();
    private final VirtualAir air = VirtualAir.on(loop);
    private final List<HciTrace> traces = new ArrayList<>();

    private RawHost traced(String name, ControllerOptions options) throws IOException {
        var trace = HciTrace.open(folder.resolve(name), HciTrace.Options.DEFAULT);
        traces.add(trace);
        var controller = air.controller(options);
        return new RawHost(loop, controller, trace.around(controller.transport())).setUp();
    }

    private List<String> dissect(String name, String... arguments) throws Exception {
        traces.forEach(HciTrace::close);
        var command = new ArrayList<>(List.of("tshark", "-r", folder.resolve(name).toString()));
        command.addAll(List.of(arguments));
        Process tshark;
        try {
            tshark = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException missing) {
            assumeTrue(false, "tshark is not installed: what the controllers say is not checked by it");
            return List.of();
        }
        var lines = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        assertThat(tshark.waitFor()).isZero();
        return lines;
    }

    private void askEverything(RawHost host) {
        var answer = host.ok(OpCode.READ_LOCAL_SUPPORTED_COMMANDS);
        var supported = SupportedCommands.of(Arrays.copyOfRange(answer, 1, answer.length));
        for (var opCode : OpCode.values()) {
            if (opCode.text().contains("Read") && supported.has(opCode)) {
                host.command(opCode);
            }
        }
    }

    private void liveTogether(RawHost central, RawHost peripheral) {
        loop.advance(Duration.ofMillis(40));
        byte[] ofCentral = u16(central.handle());
        byte[] ofPeripheral = u16(peripheral.handle());
        central.ok(OpCode.LE_READ_REMOTE_FEATURES, ofCentral);
        central.ok(OpCode.READ_REMOTE_VERSION_INFORMATION, ofCentral);
        central.ok(OpCode.LE_SET_DATA_LENGTH, ofCentral, u16(251), u16(2120));
        central.acl(central.handle(), 0, new byte[] {3, 0, 4, 0, 2, (byte) 0xf7, 0});
        central.ok(OpCode.LE_ENABLE_ENCRYPTION, ofCentral, new byte[8], u16(0), LTK);
        peripheral.ok(OpCode.LE_LONG_TERM_KEY_REQUEST_REPLY, ofPeripheral, LTK);
        central.ok(OpCode.LE_ENABLE_ENCRYPTION, ofCentral, new byte[8], u16(0), LTK);
        peripheral.ok(OpCode.LE_LONG_TERM_KEY_REQUEST_REPLY, ofPeripheral, LTK);
        peripheral.ok(OpCode.LE_CONNECTION_UPDATE, ofPeripheral, u16(24), u16(24), u16(0), u16(100), u16(0), u16(0));
        central.ok(
                OpCode.LE_REMOTE_CONNECTION_PARAMETER_REQUEST_REPLY,
                ofCentral, u16(24), u16(24), u16(0), u16(100), u16(0), u16(0));
        central.ok(OpCode.DISCONNECT, ofCentral, 0x13);
    }

    @Test
    void extendedControllersSpeakByTheSpecification() throws Exception {
        var central = traced("central", ControllerOptions.extended());
        var peripheral = traced("peripheral", ControllerOptions.extended());
        askEverything(central);
        central.setUp();
        var random = DeviceAddress.parse("C0:00:00:00:00:07/random");
        peripheral.extendedSet(1, 0x13, 1);
        peripheral.ok(OpCode.LE_SET_ADVERTISING_SET_RANDOM_ADDRESS, 1, random);
        peripheral.ok(OpCode.LE_SET_EXTENDED_ADVERTISING_DATA, 1, 3, 0, 3, new byte[] {2, 1, 6});
        peripheral.enableSet(1);
        central.ok(OpCode.LE_SET_EXTENDED_SCAN_PARAMETERS, 0, 0, 1, 1, u16(0x10), u16(0x10));
        central.ok(OpCode.LE_SET_EXTENDED_SCAN_ENABLE, 1, 0, u16(3), u16(0));
        loop.advance(Duration.ofMillis(40));
        assertThat(central.connectExtended(random)).containsExactly(0);
        loop.advance(Duration.ofMillis(40));
        central.ok(OpCode.LE_SET_PHY, u16(central.handle()), 0, 2, 2, u16(0));
        liveTogether(central, peripheral);
        central.ok(OpCode.LE_READ_LOCAL_P256_PUBLIC_KEY);

        assertThat(dissect("central", "-Y", "_ws.malformed")).isEmpty();
        assertThat(dissect("peripheral", "-Y", "_ws.malformed")).isEmpty();
        assertThat(subevents("central"))
                .contains("0x0a", "0x14", "0x04", "0x07", "0x06", "0x03", "0x0c", "0x0d", "0x11", "0x08");
        assertThat(subevents("peripheral")).contains("0x0a", "0x12", "0x05", "0x03", "0x07", "0x0c");
        assertThat(codes("central")).contains("0x05", "0x08", "0x30", "0x0c", "0x0e", "0x0f", "0x13");
    }

    @Test
    void legacyControllersSpeakByTheSpecification() throws Exception {
        var central = traced("central", ControllerOptions.legacy());
        var peripheral = traced("peripheral", ControllerOptions.legacy().dualMode(true));
        askEverything(peripheral);
        peripheral.setUp();
        peripheral.ok(OpCode.LE_SET_ADVERTISING_DATA, 3, new byte[] {2, 1, 6}, new byte[28]);
        peripheral.advertiseLegacy();
        central.ok(OpCode.LE_SET_SCAN_PARAMETERS, 1, u16(0x10), u16(0x10), 0, 0);
        central.ok(OpCode.LE_SET_SCAN_ENABLE, 1, 1);
        loop.advance(Duration.ofMillis(40));
        central.ok(OpCode.LE_SET_SCAN_ENABLE, 0, 0);
        central.ok(OpCode.LE_SET_EVENT_MASK, 0x7f, new byte[7]);
        central.connectLegacy(peripheral.controller.address());
        liveTogether(central, peripheral);

        assertThat(dissect("central", "-Y", "_ws.malformed")).isEmpty();
        assertThat(dissect("peripheral", "-Y", "_ws.malformed")).isEmpty();
        assertThat(subevents("central")).contains("0x01", "0x02", "0x03", "0x04", "0x06", "0x07");
    }

    private List<String> subevents(String name) throws Exception {
        return dissect(name, "-T", "fields", "-e", "bthci_evt.le_meta_subevent");
    }

    private List<String> codes(String name) throws Exception {
        return dissect(name, "-T", "fields", "-e", "bthci_evt.code");
    }
}
