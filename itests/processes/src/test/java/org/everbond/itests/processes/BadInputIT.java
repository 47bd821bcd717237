package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
            assertThat(notice(pair.central())).contains("central.tlv: the last 11 octets, from offset ").contains("were left out");
            pair.connect();
            pair.encrypt();
            pair.nobodyPaired();
        }
    }

    @Test
    void aStoreCutWithinItsFirstTransactionGetsANewIdentityAndSaysSo() throws Exception {
        try (var air = new ServedAir(folder); var gateway = new Gateway(folder, "main", air.serve("c", CONTROLLER)).up()) {
            var identity = gateway.identity();
            gateway.kill();
            // As if the first flush had never ended: then nothing was confirmed, and nothing noted.
            Files.delete(gateway.store().resolveSibling("main.tlv.lock"));
            Files.write(gateway.store(), Arrays.copyOf(Files.readAllBytes(gateway.store()), 100));
            assertThat(checked(gateway)).contains("39 octets, from offset 61 on").contains("were left out");

            gateway.up();

            assertThat(gateway.identity()).isNotEqualTo(identity);
            assertThat(notice(gateway)).contains("39 octets, from offset 61 on").contains("were left out");
        }
    }

    @Test
    void aStoreThatLostWhatWasConfirmedGetsNoNewIdentity() throws Exception {
        try (var air = new ServedAir(folder); var gateway = new Gateway(folder, "main", air.serve("c", CONTROLLER)).up()) {
            var identity = gateway.identity();
            gateway.kill();
            var whole = Files.readAllBytes(gateway.store());
            Files.write(gateway.store(), Arrays.copyOf(whole, 100));
            assertThat(checked(gateway)).contains("transaction 1 of store ").contains("put the newer file back");

            gateway.start();
            assertThat(gateway.complaint("adapters --up --timeout 2s --json")).contains("put back a copy of the store");
            assertThat(notice(gateway)).contains("transaction 1 of store ");
            gateway.kill();

            Files.write(gateway.store(), whole);
            assertThat(gateway.up().identity()).isEqualTo(identity);
            assertThat(gateway.one("store --json").get("notices").getAsJsonArray()).isEmpty();
        }
    }

    @Test
    void tB16_anOlderCopyOfTheStoreThatWasPutBackIsToldAndTeachesNobodyThatItsBondIsDead() throws Exception {
        try (var air = new ServedAir(folder);
                var pair = Pair.on(folder, air.serve("c", CONTROLLER), air.serve("p", "00:11:22:33:44:02"))) {
            pair.up();
            pair.willing();
            pair.kill();
            var store = pair.peripheral().store();
            var older = Files.readAllBytes(store);
            pair.up();
            pair.willing();
            pair.connect();
            pair.pair();
            pair.kill();
            Files.write(store, older);
            assertThat(checked(pair.peripheral())).contains("an older copy was put back");

            pair.up();

            assertThat(notice(pair.peripheral())).contains("an older copy was put back");
            pair.connect();
            pair.central().complaint("encrypt");
            assertThat(pair.central().run("bonds --json")).as("the peer still has its bond").hasSize(1);
            assertThat(pair.central().errors()).doesNotContain("\tat ");
        }
    }

    /** The one thing that people should know of the store, which is in the log, too. */
    private static String notice(Gateway gateway) throws Exception {
        var notices = gateway.one("store --json").get("notices").getAsJsonArray();
        var texts = new ArrayList<String>();
        notices.forEach(text -> texts.add(text.getAsString()));
        assertThat(texts).isNotEmpty();
        assertThat(gateway.errors()).contains(texts.get(0));
        return texts.get(0);
    }

    /** What the tool has to say of the store while no gateway runs. */
    private String checked(Gateway gateway) throws Exception {
        var outcome = Everbond.run(folder, "store", "check", gateway.store().toString());
        assertThat(outcome.exit()).isEqualTo(1);
        return outcome.out();
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
    @ValueSource(strings = {UP, "bonds", "scan --adapter main", "connect 7"})
    void aConfigurationValueOutOfRange(String command) throws Exception {
        var outcome = runAdapter(Map.of("transport", "virtual:air", "bond.minimumKeySize", "99"), command);

        assertComplaint(outcome, "org.everbond.adapter-main.cfg makes no adapter: bond.minimumKeySize=99 is out of range; use 7..16");
    }

    @Test
    void aConfigurationValueOutOfRangeIsTheErrorInJson() throws Exception {
        var outcome = runAdapter(Map.of("transport", "virtual:air", "bond.minimumKeySize", "99"), UP + " --json");

        assertComplaint(outcome, "bond.minimumKeySize=99");
        var object = JsonParser.parseString(outcome.out()).getAsJsonObject();
        assertThat(object.get("error").getAsString()).contains("org.everbond.adapter-main.cfg", "bond.minimumKeySize=99", "use 7..16");
        assertThat(object.get("command").getAsString()).isEqualTo("adapters");
    }

    @Test
    void anAdapterWithoutTransport() throws Exception {
        assertComplaint(runAdapter(Map.of("bondable", "on"), UP), "set transport=");
    }

    @Test
    void aMisspeltOptionIsToldOfInScripts() throws Exception {
        var outcome = runAdapter(Map.of("transport", "virtual:air", "bond.minimumLevl", "3"), UP);

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.err().lines()).singleElement().asString()
                .contains("org.everbond.adapter-main.cfg", "bond.minimumLevl is not known", "did you mean bond.minimumLevel?");
    }

    @ParameterizedTest
    @CsvSource({
        "org.everbond.adapter.cfg, org.everbond.adapter-main.cfg",
        "org.everbond.adaptor-x.cfg, org.everbond.adapter-x.cfg",
        "org.everbond.Adapter-x.cfg, org.everbond.adapter-x.cfg",
        "everbond.adapter.cfg, org.everbond.adapter-main.cfg",
    })
    void aMisnamedConfigurationFile(String name, String right) throws Exception {
        Files.writeString(config().resolve(name), "transport=virtual:air\n");

        for (var command : List.of("bonds", UP)) {
            var outcome = run(command);
            assertComplaint(outcome, name);
            assertThat(outcome.err()).contains(right);
        }
    }

    @Test
    void aMisnamedConfigurationFileBesideARightOne() throws Exception {
        Files.writeString(config().resolve("org.everbond.adapter.cfg"), "transport=virtual:air\n");

        var outcome = runAdapter(Map.of("transport", "virtual:air", "name", "right"), UP);

        assertComplaint(outcome, "org.everbond.adapter.cfg");
        assertThat(outcome.out()).as("the list of those there are").contains("right");
    }

    @Test
    void aConfigurationFileThatCannotBeRead() throws Exception {
        Files.writeString(config().resolve("org.everbond.adapter-main.cfg"), "transport=virtual:\\uair\n");

        assertComplaint(run(UP), "org.everbond.adapter-main.cfg makes no adapter: it cannot be read");
    }

    @Test
    void twoConfigurationsOfOneName() throws Exception {
        try (var gateway = new Gateway(folder, "first", "virtual:air").with("name", "twin")) {
            gateway.adapter("second", Map.of("transport", "virtual:air", "name", "twin"));
            gateway.start();

            assertThat(gateway.complaint("adapters --up --json"))
                    .contains("org.everbond.adapter-second.cfg", "an adapter named twin already", "give one of them another name=");
            assertThat(gateway.one("adapters --adapter twin --json").get("state").getAsString()).as("the first one").isEqualTo("up");

            gateway.adapter("first", Map.of("transport", "virtual:air", "name", "other"));
            gateway.event("state", event -> event.get("adapter").getAsString().equals("other")
                    && event.get("state").getAsString().equals("up"));
            assertThat(gateway.one("adapters --up --adapter twin --timeout 60s --json").get("state").getAsString()).isEqualTo("up");
            assertThat(gateway.run("adapters --json")).hasSize(2);
        }
    }

    @Test
    void everyConfigurationValueThatIsWrongIsNamedWithWhatIsAllowed() throws Exception {
        var wrong = List.of(
                new String[] {"bond.minimumLevel", "high", "2..4"},
                new String[] {"privacy.lifetime", "0", "1..41400"},
                new String[] {"bondable", "maybe", "off"},
                new String[] {"device.appearance", "70000", "65535"},
                new String[] {"identity", "12:34", "C0:FF:EE"},
                new String[] {"trace.keys", "perhaps", "true"},
                new String[] {"store", "file", "file:"},
                new String[] {"transport", "ttyACM0", "serial:"});
        try (var gateway = new Gateway(folder, "good", "virtual:air")) {
            for (var value : wrong) {
                var options = new HashMap<>(Map.of("transport", "virtual:air"));
                options.put(value[0], value[1]);
                gateway.adapter(value[0], options);
            }
            gateway.up();

            for (var value : wrong) {
                assertThat(gateway.errors().lines().filter(line -> line.startsWith("ERROR ")))
                        .as("a line about %s=%s", value[0], value[1])
                        .anyMatch(line -> line.contains(value[0] + "=" + value[1]) && line.contains(value[2]));
            }
            assertThat(gateway.errors()).doesNotContain("\tat ");
        }
    }

    @ParameterizedTest
    @CsvSource({"frobnicate, frobnicate", "connect nowhere, nowhere"})
    void aWrongCommand(String command, String named) throws Exception {
        assertComplaint(runAdapter(Map.of("transport", "virtual:air"), command), named);
    }

    @Test
    void everyWrongArgumentIsNamed() throws Exception {
        try (var gateway = new Gateway(folder, "main", "virtual:air").up()) {
            assertThat(gateway.complaint("connect")).contains("address");
            assertThat(gateway.complaint("connect C0:FF:EE:00:00:01/random 2")).contains("'2'");
            assertThat(gateway.complaint("bondable perhaps")).contains("perhaps");
            assertThat(gateway.complaint("adapters --jsn")).contains("--jsn");
            assertThat(gateway.complaint("read 2a00")).contains("no link");
            assertThat(gateway.complaint("forget 99")).contains("99");
            assertThat(gateway.complaint("adapters --adapter nobody")).contains("nobody");
            assertThat(gateway.complaint("scan --timeout soon")).contains("soon");
            assertThat(gateway.complaint("advertise --interval 1ms")).contains("20ms");
            assertThat(gateway.complaint("agent --io telepathy")).contains("telepathy");
            assertThat(gateway.errors()).doesNotContain("\tat ");
        }
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
        var lines = options.entrySet().stream().map(option -> option.getKey() + "=" + option.getValue()).toList();
        Files.write(config().resolve("org.everbond.adapter-main.cfg"), lines);
        return run(script, more);
    }

    private Everbond.Outcome run(String script, String... more) throws Exception {
        var arguments = new ArrayList<>(
                List.of("--data", folder.resolve("data").toString(), "--config", config().toString(), "-c", script));
        arguments.addAll(List.of(more));
        return Everbond.run(folder, arguments.toArray(String[]::new));
    }

    private Path config() throws IOException {
        return Files.createDirectories(folder.resolve("config"));
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
