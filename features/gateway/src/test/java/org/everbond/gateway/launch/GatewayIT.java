package org.everbond.gateway.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** everbond.jar as users start it, in a process of its own. */
class GatewayIT {
    private static final Path JAR = Path.of("target/everbond.jar").toAbsolutePath();
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final long PATIENCE_S = 60;

    @TempDir
    Path folder;

    private record Result(int exitCode, String out, String err) {}

    private Process start(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private Result run(String... arguments) throws Exception {
        var process = start(arguments);
        process.getOutputStream().close();
        return result(process);
    }

    private Result result(Process process) throws Exception {
        try {
            assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).as("the process ends").isTrue();
            return new Result(process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void helpAndVersionNeedNoDataFolder() throws Exception {
        assertThat(run("--help")).satisfies(result -> {
            assertThat(result.exitCode()).isEqualTo(OK);
            assertThat(result.out()).contains("java -jar everbond.jar demo");
        });
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
    void whatUsersGetWrongIsToldInOneLine() throws Exception {
        oneLine(run("--dtaa"), WRONG_USAGE, "everbond: unknown option '--dtaa'; --help lists the options");
        oneLine(run("-c", "pear"), FAILED, "error: unknown command 'pear'; 'help' lists the commands");
        oneLine(run("-c", "connect nowhere"), FAILED, "error: 'nowhere' is not a device address");
        oneLine(run("-c", "bonds"), FAILED, "error: no adapter is configured");
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
        var process = start("--until-eof");
        try (var commands = process.outputWriter(StandardCharsets.UTF_8)) {
            commands.write("agent accept --json\nnonsense\nagent --json\n");
        }
        var result = result(process);

        assertThat(result.exitCode()).isEqualTo(OK);
        assertThat(result.out().lines()).containsExactly(
                "{\"agent\":\"accept\",\"io\":\"no-input-no-output\"}", "{\"agent\":\"accept\",\"io\":\"no-input-no-output\"}");
        assertThat(result.err()).startsWith("error: unknown command 'nonsense'");
    }

    @Test
    void withoutATerminalItRunsUntilItIsToldToStopAndHoldsItsDataFolder() throws Exception {
        var gateway = start("--data", "held");
        try (var commands = gateway.outputWriter(StandardCharsets.UTF_8)) {
            commands.write("agent\n");
        }
        while (Files.size(folder.resolve("out")) == 0) {
            assertThat(gateway.waitFor(50, TimeUnit.MILLISECONDS)).as("the gateway ended").isFalse();
        }
        var second = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString(), "--data", "held", "-c", "help")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains("held is in use by another gateway; stop that one");
        assertThat(second.waitFor()).isEqualTo(WRONG_USAGE);

        assertThat(gateway.isAlive()).isTrue();
        gateway.destroy();
        assertThat(result(gateway).exitCode()).isEqualTo(128 + 15);
    }
}
