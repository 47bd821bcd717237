package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ports that are not there or closed, controllers that say nothing or nonsense, and those that come later. */
class BadTransportIT extends Complaints {
    @Test
    void aSerialPortThatDoesNotExist() throws Exception {
        assertComplaint(runAdapter(Map.of("transport", "serial:/dev/ttyNotThere"), UP), "/dev/ttyNotThere");
    }

    @ParameterizedTest
    @CsvSource({
        "660, add the user to the group daemon and log in again",
        "600, change its owner or its mode",
    })
    void aSerialPortThatThisUserMayNotOpen(String mode, String cure) throws Exception {
        Programs.assume("setpriv", "mknod", "chgrp", "id");
        assumeTrue(Programs.output("id", "-u").strip().equals("0"), "skipped: only root can make a port that another user may not open");
        var port = folder.resolve("tty").toString();
        Programs.output("mknod", "-m", mode, port, "c", "4", "64");
        Programs.output("chgrp", "daemon", port);
        Files.writeString(config().resolve("org.everbond.adapter-main.cfg"), "transport=serial:" + port + "\n");
        Files.setPosixFilePermissions(Files.createDirectory(folder.resolve("data")), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

        var outcome = Everbond.runAsNobody(
                folder, "--data", folder.resolve("data").toString(), "--config", config().toString(), "-c", UP);

        assertComplaint(outcome, "the serial port " + port + " may not be opened by this user; " + cure);
    }

    @Test
    void aTcpPortWhereNobodyListens() throws Exception {
        int port;
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        assertComplaint(runAdapter(Map.of("transport", "tcp:127.0.0.1:" + port), UP), "tcp:127.0.0.1:" + port);
    }

    @Test
    void aSocketThatDoesNotExist() throws Exception {
        assertComplaint(runAdapter(Map.of("transport", "unix:/nowhere/hci.sock"), UP), "/nowhere/hci.sock");
    }

    @Test
    void aTransportThatNobodyKnows() throws Exception {
        assertComplaint(runAdapter(Map.of("transport", "carrier-pigeon:coop"), UP), "carrier-pigeon");
    }

    @Test
    void controllersThatDoNotAnswerOrAnswerNonsense() throws Exception {
        try (var mute = new FakeController(socket -> {});
                var chatty = new FakeController(socket -> write(socket, "HTTP/1.1 400 Bad Request\r\n\r\n"));
                var zeros = new FakeController(socket -> write(socket, "\0".repeat(300)));
                var torn = new FakeController(socket -> write(socket, "\u0004\u000e\u0001"));
                var wrong = new FakeController(socket -> write(socket, "\u0004\u000e\u0004\u0001\u0003\u000c\u0001".repeat(3)));
                var gateway = new Gateway(folder, "mute", mute.transport())) {
            var others = Map.of("chatty", chatty, "zeros", zeros, "torn", torn, "wrong", wrong);
            for (var other : others.entrySet()) {
                gateway.adapter(other.getKey(), Map.of("transport", other.getValue().transport()));
            }
            gateway.start();

            var adapters = new ArrayList<>(others.keySet());
            adapters.add("mute");
            for (var name : adapters) {
                var lost = gateway.event("state", event -> event.get("adapter").getAsString().equals(name)
                        && event.get("state").getAsString().equals("lost"));
                assertThat(lost.get("reason").getAsString()).as("reason of %s", name).isNotBlank().doesNotContain("Exception");
            }
            assertThat(gateway.complaint("adapters --up --adapter mute --timeout 1s --json")).contains("answer");
            assertThat(gateway.errors()).doesNotContain("\tat ");
        }
    }

    @Test
    void aControllerThatComesLaterIsPickedUp() throws Exception {
        try (var air = new ServedAir(folder); var gateway = new Gateway(folder, "main", "unix:" + air.socket("later")).start()) {
            assertThat(gateway.complaint("adapters --up --timeout 2s --json")).contains("later.sock");
            assertThat(gateway.one("adapters --json").get("state").getAsString()).isIn("lost", "starting");

            air.serve("later", CONTROLLER);

            assertThat(gateway.one("adapters --up --timeout 60s --json").get("state").getAsString()).isEqualTo("up");
        }
    }

    private static void write(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes connections, does one thing on each, and reads without answering. */
    private static final class FakeController implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());

        FakeController(Consumer<Socket> greeting) throws IOException {
            var thread = new Thread(() -> serve(greeting), "fake controller");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(Consumer<Socket> greeting) {
            while (!server.isClosed()) {
                try (var socket = server.accept()) {
                    greeting.accept(socket);
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException | UncheckedIOException e) {
                    // the host went away, or the test is over
                }
            }
        }

        String transport() {
            return "tcp:127.0.0.1:" + server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
