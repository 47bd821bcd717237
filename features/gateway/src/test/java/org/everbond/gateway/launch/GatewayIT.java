package org.everbond.gateway.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.everbond.gateway.launch.ProcessRun.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** everbond.jar as users start it, in a process of its own. */
class GatewayIT {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int SIGTERM = 128 + 15;

    @TempDir
    Path folder;

    private Result run(String... arguments) throws Exception {
        return ProcessRun.run(folder, arguments);
    }

    @Test
    void helpAndVersionNeedNoDataFolder() throws Exception {
        var help = run("--help");
        assertThat(help.exitCode()).isEqualTo(OK);
        assertThat(help.out()).contains("java -jar everbond.jar demo");
        assertThat(run("--version").out()).startsWith("everbond 0.");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void everyBundleInsideResolvesAndStarts() throws Exception {
        for (var start : List.of("first", "second, from the cache")) {
            var result = run("-c", "felix:lb -s; help");

            assertThat(result.exitCode()).as(start).isEqualTo(OK);
            assertThat(result.err()).isEmpty();
            assertThat(result.out()).contains("COMMAND", "pair [LINK]");
        }
        var bundles = run("-c", "felix:lb -s").out();
        assertThat(bundles.lines().filter(line -> line.contains("|Active "))).hasSize(Bundles.names().size() + 1);
        assertThat(bundles).doesNotContain("|Installed ", "|Resolved ");
    }

    @Test
    void aCacheThatWasDamagedIsMadeAnew() throws Exception {
        assertThat(run("-c", "agent").exitCode()).isEqualTo(OK);
        var cache = folder.resolve("data/cache");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                .as("it has copies of configurations, which may hold passkeys")
                .isEqualTo("rwx------");
        Files.write(cache.resolve("bundles/org.everbond.shell.jar"), new byte[0]);
        Files.writeString(cache.resolve("framework/bundle5/bundle.info"), "nonsense");

        var result = run("-c", "agent");
        assertThat(result.err()).doesNotContain("\tat ");
        assertThat(result.out()).contains("agent off");

        Files.delete(cache.resolve("bundles/org.everbond.crypto.jar"));
        assertThat(run("-c", "agent").out()).contains("agent off");
    }

    @Test
    void whatUsersGetWrongIsToldInOneLine() throws Exception {
        oneLine(run("--dtaa"), WRONG_USAGE, "everbond: unknown option '--dtaa'; --help lists the options");
        oneLine(run("-c", "pear"), FAILED, "error: unknown command 'pear'; 'help' lists the commands");
        oneLine(run("-c", "connect nowhere"), FAILED, "error: 'nowhere' is not a device address");
        oneLine(run("-c", "bonds"), FAILED, "error: no adapter is configured");
        assertThat(run("-c", "bonds").err()).contains("into a file " + folder.toRealPath().resolve("config/org.everbond.adapter-main.cfg"));
        oneLine(run("-c", "exit now"), FAILED, "error: 'exit' takes nothing behind it");
        oneLine(run("-c", "agent accept; agent maybe; agent off"), FAILED, "error: 'agent' does not know 'maybe'");
        Files.createFile(folder.resolve("file"));
        oneLine(run("--data", "file/data"), WRONG_USAGE, "everbond: the data folder file/data cannot be");
    }

    private static void oneLine(Result result, int exitCode, String message) {
        assertThat(result.err().lines()).hasSize(1).first().asString().startsWith(message);
        assertThat(result.exitCode()).isEqualTo(exitCode);
    }

    @Test
    void commandsComeFromStandardInputAndAnswersGoToStandardOutput() throws Exception {
        var gateway = ProcessRun.start(folder, "--until-eof");
        gateway.command("agent accept --json");
        gateway.command("nonsense");
        gateway.command("agent --json");
        gateway.process().outputWriter().close();
        var result = gateway.end();

        assertThat(result.exitCode()).isEqualTo(OK);
        assertThat(result.out().lines()).hasSize(2).allSatisfy(
                line -> assertThat(line).startsWith("{\"agent\":\"accept\",\"io\":\"no-input-no-output\",").endsWith("}"));
        assertThat(result.err()).startsWith("error: unknown command 'nonsense'");
    }

    @Test
    void exitEndsItWhereverItStands() throws Exception {
        var script = run("-c", "agent; exit; nonsense");
        assertThat(script.out().lines()).hasSize(1);
        assertThat(script.err()).isEmpty();
        assertThat(script.exitCode()).isEqualTo(OK);

        for (var line : List.of("agent; exit", "quit")) {
            var gateway = ProcessRun.start(folder);
            gateway.command(line);
            gateway.command("nonsense");
            var result = gateway.end();
            assertThat(result.err()).isEmpty();
            assertThat(result.exitCode()).isEqualTo(OK);
        }
    }

    @Test
    void theTraceOfAStoreIsSeenWhenItIsAskedFor() throws Exception {
        var config = Files.createDirectories(folder.resolve("config")).resolve("org.everbond.adapter-a.cfg");
        Files.writeString(config, "transport=virtual:air\n");
        assertThat(run("-c", "adapters --up").err()).isEmpty();
        Files.delete(folder.resolve("data/a.tlv"));
        Files.delete(folder.resolve("data/a.tlv.lock"));
        Files.writeString(config, "transport=virtual:air\nstore.trace=on\n");

        assertThat(run("-c", "adapters --up").err())
                .contains("INFO  trace: a: store SMER 16 octets")
                .containsPattern("a: commit 1 of \\d+ changes, \\d+ octets, durable in \\d+ us");
    }

    @Test
    void theHistoryOfATerminalKeepsNoSecrets() throws Exception {
        assumeTrue(Stream.of("/usr/bin/script", "/bin/script").map(Path::of).anyMatch(Files::isExecutable), "needs the program 'script'");
        var gateway = ProcessRun.startOnTerminal(folder);
        gateway.awaitOutput("out", "'help' lists the commands");
        for (var line : List.of("agent accept --passkey 271828", "oob peer 0011", "agent ask", "exit")) {
            gateway.command(line);
        }
        assertThat(gateway.end().exitCode()).isEqualTo(OK);

        assertThat(Files.readString(folder.resolve("data/history"))).contains("agent ask").doesNotContain("271828", "0011");
    }

    @Test
    void withoutATerminalItRunsUntilItIsToldToStopAndHoldsItsDataFolder() throws Exception {
        var gateway = ProcessRun.start(folder, "--data", "held");
        gateway.command("agent");
        gateway.process().outputWriter().close();
        gateway.awaitOutput("out", "agent off");

        var second = ProcessRun.run(Files.createDirectory(folder.resolve("second")), "--data", "../held", "-c", "help");
        oneLine(second, WRONG_USAGE, "everbond: the data folder " + folder.toRealPath().resolve("held") + " is in use by another gateway; stop that one");

        assertThat(gateway.process().isAlive()).isTrue();
        gateway.process().destroy();
        assertThat(gateway.end().exitCode()).isEqualTo(SIGTERM);
    }

    @Test
    void adaptersComeAndGoWithTheirConfigurationFiles() throws Exception {
        var gateway = ProcessRun.start(folder, "--until-eof");
        gateway.command("bonds");
        gateway.awaitOutput("err", "no adapter is configured");

        gateway.command("events on");
        var file = Files.createDirectory(folder.resolve("config")).resolve("org.everbond.adapter-main.cfg");
        Files.writeString(file, "transport = virtual:air  \nstore=memory:\n");
        gateway.awaitOutput("out", "state  main  up");
        gateway.command("store --json");
        gateway.awaitOutput("out", "\"store\":\"memory:\"");

        Files.writeString(file, "transport=virtual:air\nstore=memory:\nbond.minimumLevel=9\n");
        gateway.awaitOutput("err", "bond.minimumLevel=9 is out of range; use 2..4; adapter main goes on as it was configured before");
        gateway.command("adapters");
        gateway.awaitOutput("err", "error: " + file.toRealPath() + ": bond.minimumLevel=9 is out of range");

        Files.write(file.resolveSibling("org.everbond.adapter-broken.cfg"), new byte[] {(byte) 0xff, '=', 'x'});
        gateway.awaitOutput("err", "org.everbond.adapter-broken.cfg makes no adapter: it cannot be read (it is not in UTF-8); mend the file");

        Files.delete(file);
        gateway.awaitOutput("out", "state  main  off");
        gateway.process().outputWriter().close();
        assertThat(gateway.end().exitCode()).isEqualTo(OK);
    }

    @Test
    void bondsOutliveTheGatewayAndTheConfigurationIsOnlyWhatTheFilesSay() throws Exception {
        var config = Files.createDirectory(folder.resolve("config"));
        for (var name : List.of("a", "b")) {
            Files.writeString(config.resolve("org.everbond.adapter-" + name + ".cfg"), "transport=virtual:air\n");
        }
        var bonded = run("-c", "agent accept; serve --adapter b; bondable on --adapter b; connect --name Everbond --adapter a; pair --adapter a --json");
        assertThat(bonded.err()).isEmpty();
        assertThat(bonded.out()).contains("\"bonded\":true");

        Files.delete(config.resolve("org.everbond.adapter-b.cfg"));
        var later = run("-c", "bonds --json; adapters --up --json");
        assertThat(later.err()).isEmpty();
        assertThat(later.out().lines()).hasSize(2).first().asString().contains("\"bond\":\"1@");
        assertThat(later.out()).contains("\"adapter\":\"a\"").doesNotContain("\"adapter\":\"b\"");
    }
}
