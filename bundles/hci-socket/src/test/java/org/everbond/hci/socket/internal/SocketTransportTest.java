package org.everbond.hci.socket.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.spi.HciTransportProvider;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualAirServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The socket transports against a virtual air that is served in the same process. */
class SocketTransportTest {
    private static final Map<String, String> NO_OPTIONS = Map.of();

    @TempDir
    Path folder;

    private final EventLoop.OnThread loop = EventLoop.onThread("air");
    private final VirtualAir air = VirtualAir.on(loop);
    private final List<AutoCloseable> open = new java.util.ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var each : open) {
            each.close();
        }
        loop.close();
    }

    private VirtualAirServer serve(SocketAddress address, ControllerOptions options) throws IOException {
        var server = VirtualAirServer.serve(air, address, options);
        open.add(server);
        return server;
    }

    private HciTransport transport(VirtualAirServer server) {
        HciTransport transport;
        if (server.address() instanceof InetSocketAddress tcp) {
            transport = new TcpTransportProvider().create("127.0.0.1:" + tcp.getPort(), NO_OPTIONS);
        } else {
            transport = new UnixTransportProvider().create(server.address().toString(), NO_OPTIONS);
        }
        open.add(transport::close);
        return transport;
    }

    private Stream<SocketAddress> addresses() {
        return Stream.of(
                new InetSocketAddress("127.0.0.1", 0), UnixDomainSocketAddress.of(folder.resolve("hci.sock")));
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
            var packet = packets.poll(10, TimeUnit.SECONDS);
            assertThat(packet).as("a packet within 10 s").isNotNull();
            return packet;
        }

        String lostSentence() throws InterruptedException {
            var cause = lost.poll(10, TimeUnit.SECONDS);
            assertThat(cause).as("lost within 10 s").isNotNull();
            return cause.getMessage();
        }
    }

    private static byte[] command(OpCode opCode) {
        return HciCommand.of(opCode).packet();
    }

    @Test
    void commandsAndAnswersPassOverTcpAndUnixSockets() throws Exception {
        for (var address : addresses().toList()) {
            var transport = transport(serve(address, ControllerOptions.extended()));
            var host = new Host();
            transport.open(host);
            transport.send(command(OpCode.RESET));
            assertThat(host.next()).containsExactly(4, 0x0e, 4, 1, 3, 0x0c, 0);
            transport.send(command(OpCode.READ_LOCAL_SUPPORTED_COMMANDS));
            assertThat(host.next()).hasSize(3 + 4 + 64);
        }
    }

    @Test
    void manyPacketsAtOnceComeWholeAndInOrder() throws Exception {
        var transport = transport(serve(new InetSocketAddress("127.0.0.1", 0), ControllerOptions.extended()));
        var host = new Host();
        transport.open(host);
        for (int i = 0; i < 1000; i++) {
            transport.send(command(i % 2 == 0 ? OpCode.READ_BD_ADDR : OpCode.LE_RAND));
        }
        for (int i = 0; i < 1000; i++) {
            var opCode = i % 2 == 0 ? OpCode.READ_BD_ADDR : OpCode.LE_RAND;
            assertThat(host.next()[4] & 0xff).isEqualTo(opCode.value() & 0xff);
        }
    }

    @Test
    void anIpv6PlaceIsWrittenInBrackets() throws Exception {
        var server = serve(new InetSocketAddress("::1", 0), ControllerOptions.extended());
        int port = ((InetSocketAddress) server.address()).getPort();
        var transport = new TcpTransportProvider().create("[::1]:" + port, NO_OPTIONS);
        open.add(transport::close);
        var host = new Host();
        transport.open(host);
        transport.send(command(OpCode.RESET));
        assertThat(host.next()).startsWith(4, 0x0e);
    }

    @Test
    void aServerThatEndsIsALostTransportOnce() throws Exception {
        var server = serve(UnixDomainSocketAddress.of(folder.resolve("hci.sock")), ControllerOptions.extended());
        var transport = transport(server);
        var host = new Host();
        transport.open(host);
        transport.send(command(OpCode.RESET));
        host.next();
        server.close();
        assertThat(host.lostSentence()).startsWith("unix:" + folder.resolve("hci.sock")).contains("closed by the other side");
        transport.send(command(OpCode.RESET));
        transport.close();
        assertThat(host.lost).isEmpty();
        assertThat(folder.resolve("hci.sock")).doesNotExist();
    }

    @Test
    void closingIsNotLosing() throws Exception {
        var transport = transport(serve(new InetSocketAddress("127.0.0.1", 0), ControllerOptions.extended()));
        var host = new Host();
        transport.open(host);
        transport.close();
        transport.close();
        assertThat(host.lost.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void aClientThatComesBackFindsItsFixedControllerAgainAndTakesItOver() throws Exception {
        var address = DeviceAddress.parse("00:11:22:33:44:55");
        var server = serve(new InetSocketAddress("127.0.0.1", 0), ControllerOptions.extended().address(address));
        var first = transport(server);
        var firstHost = new Host();
        first.open(firstHost);
        first.send(command(OpCode.READ_BD_ADDR));
        assertThat(firstHost.next()).endsWith(0x55, 0x44, 0x33, 0x22, 0x11, 0x00);
        var second = transport(server);
        var secondHost = new Host();
        second.open(secondHost);
        second.send(command(OpCode.READ_BD_ADDR));
        assertThat(secondHost.next()).endsWith(0x55, 0x44, 0x33, 0x22, 0x11, 0x00);
        firstHost.lostSentence();
        assertThat(air.controllers()).hasSize(1);
    }

    @Test
    void everyConnectionMayGetAnotherController() throws Exception {
        var server = VirtualAirServer.serve(air, new InetSocketAddress("127.0.0.1", 0), connection ->
                ControllerOptions.legacy().address(DeviceAddress.parse("00:00:00:00:01:0" + connection)));
        open.add(server);
        for (int connection = 0; connection < 3; connection++) {
            var transport = transport(server);
            var host = new Host();
            transport.open(host);
            transport.send(command(OpCode.READ_BD_ADDR));
            assertThat(host.next()[7]).isEqualTo((byte) connection);
        }
    }

    @Test
    void garbageFromAClientEndsNobody() throws Exception {
        var server = serve(new InetSocketAddress("127.0.0.1", 0), ControllerOptions.extended());
        int port = ((InetSocketAddress) server.address()).getPort();
        var random = new java.util.Random(7);
        for (int i = 0; i < 20; i++) {
            try (var socket = new java.net.Socket("127.0.0.1", port)) {
                var garbage = new byte[5000];
                random.nextBytes(garbage);
                socket.getOutputStream().write(garbage);
            }
        }
        var transport = transport(server);
        var host = new Host();
        transport.open(host);
        transport.send(command(OpCode.RESET));
        assertThat(host.next()).endsWith(0);
    }

    @Test
    void aSocketFileThatAKilledServerLeftIsReplaced() throws Exception {
        var path = folder.resolve("hci.sock");
        ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path)).close();
        assertThat(Files.exists(path)).isTrue();
        var transport = transport(serve(UnixDomainSocketAddress.of(path), ControllerOptions.extended()));
        transport.open(new Host());
        assertThatThrownBy(() -> serve(UnixDomainSocketAddress.of(path), ControllerOptions.extended()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unix:" + path);
    }

    // --- what people read --------------------------------------------------------------------------------------

    private static void assertSentence(HciTransportProvider provider, String place, String... parts) {
        assertThatThrownBy(() -> provider.create(place, NO_OPTIONS).open(new Host()))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(parts)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n").doesNotContain("Exception"));
    }

    @Test
    void aPortThatNobodyListensOnIsSaidToRefuse() throws Exception {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertSentence(new TcpTransportProvider(), "127.0.0.1:" + port, "tcp:127.0.0.1:" + port, "refuses", "running");
    }

    @Test
    void anUnknownHostIsNamed() {
        assertSentence(new TcpTransportProvider(), "no-such-host.invalid:1", "'no-such-host.invalid'", "unknown");
    }

    @Test
    void aMissingSocketFileAndAFileThatIsNoSocketAreTold() throws Exception {
        assertSentence(new UnixTransportProvider(), folder + "/none.sock", "does not exist", "none.sock");
        Files.writeString(folder.resolve("plain"), "x");
        assertSentence(new UnixTransportProvider(), folder + "/plain", "is not a socket");
        var left = folder.resolve("left.sock");
        ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(left)).close();
        assertSentence(new UnixTransportProvider(), left.toString(), "refuses the connection");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "localhost:", "localhost:0", "localhost:70000", ":4000", "::1:4000", "a b:1", "h:1x"})
    void aPlaceThatIsNoHostAndPortIsRefusedWithAnExample(String place) {
        assertThatThrownBy(() -> new TcpTransportProvider().create(place, NO_OPTIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tcp:localhost:4000");
    }

    @ParameterizedTest
    @CsvSource({"tcp,localhost:1", "unix,/x"})
    void optionsAreRefused(String scheme, String place) {
        var provider = scheme.equals("tcp") ? new TcpTransportProvider() : new UnixTransportProvider();
        assertThat(provider.scheme()).isEqualTo(scheme);
        assertThatThrownBy(() -> provider.create(place, Map.of("baud", "9600")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'baud'");
    }

    @Test
    void aPathThatIsTooLongOrEmptyIsRefused() {
        var chars = new char[110];
        Arrays.fill(chars, 'x');
        assertThatThrownBy(() -> new UnixTransportProvider().create("/" + new String(chars), NO_OPTIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shorter");
        assertThatThrownBy(() -> new UnixTransportProvider().create("", NO_OPTIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unix:/run/hci.sock");
    }
}
