package org.everbond.gateway.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** everbond.jar in a process of its own, with its output in files of the folder that it runs in. */
final class ProcessRun {
    private static final Path JAR = Path.of("target/everbond.jar").toAbsolutePath();
    private static final long PATIENCE_S = 90;

    private final Path folder;
    private final Process process;

    private ProcessRun(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    record Result(int exitCode, String out, String err) {}

    static ProcessRun start(Path folder, String... arguments) throws IOException {
        return run(folder, command(arguments));
    }

    /** On a terminal, which the program {@code script} provides; what is typed comes by {@link #command}. */
    static ProcessRun startOnTerminal(Path folder, String... arguments) throws IOException {
        return run(folder, List.of("script", "-qec", String.join(" ", command(arguments)), "/dev/null"));
    }

    private static List<String> command(String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static ProcessRun run(Path folder, List<String> command) throws IOException {
        return new ProcessRun(folder, new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start());
    }

    /** Runs it to its end, with nothing on standard input. */
    static Result run(Path folder, String... arguments) throws Exception {
        var run = start(folder, arguments);
        run.process.getOutputStream().close();
        return run.end();
    }

    Process process() {
        return process;
    }

    void command(String line) throws IOException {
        process.outputWriter().write(line + "\n");
        process.outputWriter().flush();
    }

    /** Waits until the process has written this. */
    void awaitOutput(String file, String text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!Files.readString(folder.resolve(file)).contains(text)) {
            assertThat(process.waitFor(20, TimeUnit.MILLISECONDS)).as("ended before it wrote " + text).isFalse();
            assertThat(System.nanoTime()).as("it writes " + text).isLessThan(deadline);
        }
    }

    /** Waits for its end. */
    Result end() throws Exception {
        try {
            assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).as("the process ends").isTrue();
            return new Result(process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
        } finally {
            process.destroyForcibly();
        }
    }
}
