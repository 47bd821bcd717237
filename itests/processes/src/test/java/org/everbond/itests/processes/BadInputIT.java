package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is said in one line that names the thing and the cure; nothing is lost, and what may come is waited for. */
class BadInputIT {
    private static final String CONTROLLER = "00:11:22:33:44:01";
    private static final String UP = "adapters --up --timeout 3s";

    @TempDir
    Path folder;

    @Test
    void aSerialPortThatDoesNotExist() throws Exception {
        assertComplaint(runAdapter(Map.of("transport", "serial:/dev/ttyNotThere"), UP), "/dev/ttyNotThere");
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
    void aControllerThatDoesNotAnswer() throws Exception {
        try (var mute = new FakeController(socket -> {})) {
            assertComplaint(runAdapter(Map.of("transport", mute.transport()), "adapters --up --timeout 20s"), "answer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000", "\u0004\u000e\u0001"})
    void aControllerThatAnswersNonsense(String nonsense) throws Exception {
        try (var mad = new FakeController(socket -> write(socket, nonsense))) {
            assertComplaint(runAdapter(Map.of("transport", mad.transport()), "adapters --up --timeout 20s"), "adapter main");
        }
    }

    @Test
    void aStoreWhoseEndIsCutOffKeepsWhatWasWholeAndGoesOn() throws Exception {
        try (var air = new ServedAir(folder);
                var pair = Pair.on(folder, air.serve("c", CONTROLLER), air.serve("p", "00:11:22:33:44:02"))) {
            pair.up();
            pair.willing();
            pair.connect();
            pair.pair();
            var identity = pair.central().identity();
            pair.kill();
            var file = pair.central().store();
            // As of a write that was cut off: a record longer than what is left.
            Files.write(file, new byte[] {'B', 'T', 'D', 1, 0, 0, 0, 60, 9, 9, 9}, StandardOpenOption.APPEND);

            pair.up();

            assertThat(pair.central().identity()).isEqualTo(identity);
            assertThat(pair.central().run("bonds --json")).hasSize(1);
            pair.connect();
            pair.encrypt();
            pair.nobodyPaired();
        }
    }

    @Test
    void aFileThatIsNoStoreIsKeptAside() throws Exception {
        var text = "these are not the octets that you are looking for\n";
        try (var air = new ServedAir(folder); var gateway = new Gateway(folder, "main", air.serve("c", CONTROLLER))) {
            Files.createDirectories(gateway.data());
            Files.writeString(gateway.store(), text);

            gateway.start();
            gateway.run("store --json");
            gateway.stop();

            try (var files = Files.list(gateway.data())) {
                assertThat(files.filter(file -> file.getFileName().toString().startsWith("main.tlv")).filter(Files::isRegularFile).map(BadInputIT::text))
                        .as("somewhere the octets must be left")
                        .contains(text);
            }
        }
    }

    @Test
    void aStoreThatAnotherProcessUses() throws Exception {
        var store = "file:" + folder.resolve("shared.tlv");
        try (var air = new ServedAir(folder);
                var first = new Gateway(folder, "first", air.serve("c", CONTROLLER)).with("store", store);
                var second = new Gateway(folder, "second", air.serve("p", "00:11:22:33:44:02")).with("store", store)) {
            first.up();
            var identity = first.identity();
            second.start();

            assertThat(second.complaint("adapters --up --timeout 3s --json")).contains("shared.tlv").contains("another");
            assertThat(first.one("adapters --json").get("storeState").getAsString()).isEqualTo("ready");

            first.kill();
            assertThat(second.one("adapters --up --timeout 60s --json").get("identity").getAsString()).isEqualTo(identity);
        }
    }

    @Test
    void aDataFolderThatAnotherGatewayUses() throws Exception {
        try (var air = new ServedAir(folder); var gateway = new Gateway(folder, "main", air.serve("c", CONTROLLER)).up()) {
            assertComplaint(Everbond.run(folder, "--data", gateway.data().toString(), "-c", "adapters"), gateway.data().toString());
            assertThat(gateway.one("adapters --json").get("state").getAsString()).isEqualTo("up");
        }
    }

    @Test
    void aDataFolderThatIsAFile() throws Exception {
        var file = Files.writeString(folder.resolve("data"), "mine");

        assertComplaint(Everbond.run(folder, "--data", file.toString(), "-c", "adapters"), file.toString());
        assertThat(file).hasContent("mine");
    }

    @Test
    void aDataFolderThatCannotBeMade() throws Exception {
        assertComplaint(Everbond.run(folder, "--data", "/proc/everbond", "-c", "adapters"), "/proc/everbond");
    }

    @Test
    void aConfigurationFolderThatDoesNotExist() throws Exception {
        assertComplaint(Everbond.run(folder, "--config", "nowhere", "-c", "adapters"), "nowhere");
    }

    @ParameterizedTest
    @CsvSource({
        "--dta, --dta",
        "frobnicate, frobnicate",
        "--data, --data",
    })
    void aWrongOption(String argument, String named) throws Exception {
        assertComplaint(Everbond.run(folder, argument), named);
    }

    @ParameterizedTest
    @CsvSource({
        "bond.minimumKeySize, 99, 7..16",
        "bond.minimumLevel, high, 2..4",
        "privacy.lifetime, 0, 1..41400",
        "bondable, maybe, off",
        "device.appearance, 70000, 65535",
        "identity, 12:34, identity",
        "trace.keys, perhaps, true",
    })
    void aConfigurationValueOutOfRange(String option, String value, String allowed) throws Exception {
        var outcome = runAdapter(Map.of("transport", "virtual:air", option, value), UP);

        assertComplaint(outcome, option);
        assertThat(outcome.err()).contains(value).contains(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "frobnicate, frobnicate",
        "connect nowhere, nowhere",
        "connect, address",
        "bondable perhaps, perhaps",
        "adapters --jsn, --jsn",
        "read 2a00, link",
        "forget 99, 99",
        "adapters --adapter nobody, nobody",
        "scan --timeout soon, soon",
    })
    void aWrongCommand(String command, String named) throws Exception {
        assertComplaint(runAdapter(Map.of("transport", "virtual:air"), command), named);
    }

    @Test
    void noAdapterConfigured() throws Exception {
        assertComplaint(Everbond.run(folder, "-c", "adapters"), "transport=");
    }

    @Test
    void theFirstCommandThatFailsEndsTheScript() throws Exception {
        var outcome = runAdapter(Map.of("transport", "virtual:air"), "frobnicate; adapters --json");

        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void aStackTraceComesWhenAskedFor() throws Exception {
        var outcome = runAdapter(Map.of("transport", "virtual:air"), "connect nowhere", "-v");

        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.err()).contains("\tat org.everbond.");
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

    /** Runs a script with one configured adapter. */
    private Everbond.Outcome runAdapter(Map<String, String> options, String script, String... more) throws Exception {
        var config = Files.createDirectories(folder.resolve("config"));
        var lines = options.entrySet().stream().map(option -> option.getKey() + "=" + option.getValue()).toList();
        Files.write(config.resolve("org.everbond.adapter-main.cfg"), lines);
        var arguments = new ArrayList<>(List.of("--data", folder.resolve("data").toString(), "--config", config.toString(), "-c", script));
        arguments.addAll(List.of(more));
        return Everbond.run(folder, arguments.toArray(String[]::new));
    }

    /** It failed, with one line of error that names the thing, and no stack trace. */
    private static void assertComplaint(Everbond.Outcome outcome, String named) {
        assertThat(outcome.exit()).as("exit code of %s", outcome).isNotZero();
        assertThat(outcome.err()).contains(named).doesNotContain("\tat ", "Exception");
        assertThat(outcome.err().lines().filter(line -> !line.isBlank())).as("lines of error").hasSize(1);
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
