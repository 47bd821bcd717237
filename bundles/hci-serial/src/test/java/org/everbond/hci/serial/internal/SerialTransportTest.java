package org.everbond.hci.serial.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.everbond.hci.EventLoop;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualAirServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The serial transport on a pseudo terminal that socat joins to a served virtual controller. */
class SerialTransportTest {
    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Process socat;

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private static final class Host implements HciTransport.Receiver {
        final LinkedBlockingQueue<byte[]> packets = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<IOException> lost = new LinkedBlockingQueue<>();

        @Override
        public void received(byte[] packet) {
            packets.add(packet);
        }

        @Override
        public void lost(IOException cause) {
            lost.add(cause);
        }

        byte[] next() throws InterruptedException {
            var packet = packets.poll(20, TimeUnit.SECONDS);
            assertThat(packet).as("a packet within 20 s").isNotNull();
            return packet;
        }
    }

    /** A serial port with a virtual controller behind it. */
    private String portOfAController() throws Exception {
        var loop = EventLoop.onThread("air");
        open.add(loop);
        var socket = folder.resolve("air.sock");
        open.add(VirtualAirServer.serve(VirtualAir.on(loop), UnixDomainSocketAddress.of(socket), ControllerOptions.extended()));
        var port = folder.resolve("tty");
        try {
            socat = new ProcessBuilder(
                            "socat", "-d", "-d", "PTY,link=" + port + ",rawer", "UNIX-CONNECT:" + socket)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException missing) {
            assumeTrue(false, "socat is not installed: serial ports are not tested");
        }
        open.add(() -> {
            socat.destroy(); // by SIGTERM it takes the link away
            socat.waitFor();
        });
        var lines = new BufferedReader(new InputStreamReader(socat.getInputStream()));
        for (var line = lines.readLine(); ; line = lines.readLine()) {
            assertThat(line).as("socat says that it transfers").isNotNull();
            if (line.contains("starting data transfer loop")) {
                return port.toString();
            }
        }
    }

    private HciTransport transport(String port, Map<String, String> options) {
        var transport = new SerialTransportProvider().create(port, options);
        open.add(transport::close);
        return transport;
    }

    private static byte[] command(OpCode opCode) {
        return HciCommand.of(opCode).packet();
    }

    @Test
    void aControllerBehindASerialPortAnswers() throws Exception {
        var transport = transport(portOfAController(), Map.of("baud", "115200"));
        var host = new Host();
        transport.open(host);
        transport.send(command(OpCode.RESET));
        assertThat(host.next()).containsExactly(4, 0x0e, 4, 1, 3, 0x0c, 0);
        for (int i = 0; i < 200; i++) {
            transport.send(command(OpCode.READ_LOCAL_SUPPORTED_COMMANDS));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(host.next()).hasSize(71);
        }
    }

    @Test
    void theBaudRateChangesAfterWhatWasSentBefore() throws Exception {
        var transport = transport(portOfAController(), Map.of("baud", "115200", "flow", "none", "rts", "on"));
        var host = new Host();
        transport.open(host);
        transport.send(command(OpCode.RESET));
        transport.setBaudRate(921_600);
        transport.send(command(OpCode.READ_BD_ADDR));
        host.next();
        assertThat(host.next()).hasSize(13);
    }

    @Test
    void aPortThatGoesAwayIsLostWithItsName() throws Exception {
        String port = portOfAController();
        var transport = transport(port, Map.of());
        var host = new Host();
        transport.open(host);
        transport.send(command(OpCode.RESET));
        host.next();
        socat.destroy();
        var cause = host.lost.poll(20, TimeUnit.SECONDS);
        assertThat(cause).isNotNull();
        assertThat(cause).hasMessageContaining(port).hasMessageContaining("gone");
        transport.close();
        assertThat(host.lost).isEmpty();
    }

    @Test
    void closingIsNotLosingAndThePortCanBeOpenedAgain() throws Exception {
        String port = portOfAController();
        for (int i = 0; i < 3; i++) {
            var transport = transport(port, Map.of());
            var host = new Host();
            transport.open(host);
            transport.send(command(OpCode.RESET));
            host.next();
            transport.close();
            assertThat(host.lost).isEmpty();
        }
    }

    @Test
    void aPortInUseIsSaidToBeInUse() throws Exception {
        String port = portOfAController();
        var first = transport(port, Map.of());
        first.open(new Host());
        var second = transport(port, Map.of());
        assertThatThrownBy(() -> second.open(new Host()))
                .isInstanceOf(IOException.class)
                .hasMessage("the serial port " + port + " is in use by another adapter of this gateway; give each one a port of its own");
        first.close();
        transport(port, Map.of()).open(new Host());
    }

    // --- what people read --------------------------------------------------------------------------------------

    @Test
    void aPortThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> transport("/dev/ttyNoSuch9", Map.of()).open(new Host()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no serial port /dev/ttyNoSuch9")
                .hasMessageContaining("plug the controller in");
    }

    @Test
    void aPlainFileIsNoSerialPort() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "x").toString();
        assertThatThrownBy(() -> transport(file, Map.of()).open(new Host()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file)
                .hasMessageContaining("is not a serial port");
    }

    @ParameterizedTest
    @CsvSource({
        "baud,fast,1200",
        "baud,0,1200",
        "baud,99999999,12000000",
        "flow,xonxoff,rtscts or none",
        "dtr,high,on or off",
        "rts,on,flow=none",
        "parity,even,'baud, flow, dtr and rts'"
    })
    void anOptionThatMakesNoSenseIsRefusedWithWhatIsAllowed(String name, String value, String allowed) {
        assertThatThrownBy(() -> new SerialTransportProvider().create("/dev/ttyUSB0", Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(allowed);
    }

    @Test
    void aPortIsNeeded() {
        assertThatThrownBy(() -> new SerialTransportProvider().create("", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serial:/dev/ttyUSB0");
    }

    @Test
    void theDefaultsAreThoseOfCommonControllerFirmware() {
        assertThat(SerialOptions.parse(Map.of())).isEqualTo(new SerialOptions(1_000_000, true, true, true));
        assertThat(SerialOptions.parse(Map.of("baud", "115200", "flow", "none", "dtr", "off", "rts", "off")))
                .isEqualTo(new SerialOptions(115_200, false, false, false));
    }
}
