package org.everbond.itests.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code java -jar everbond.jar}. */
final class Everbond {
    static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final Path JAR = Path.of(System.getProperty("everbond.jar", "../../features/gateway/target/everbond.jar"))
            .toAbsolutePath()
            .normalize();

    /** How one run ended. */
    record Outcome(int exit, String out, String err) {}

    private Everbond() {}

    static ProcessBuilder command(String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** Runs it to its end, with no standard input, in that folder. */
    static Outcome run(Path folder, String... arguments) throws IOException, InterruptedException {
        return run(DEADLINE, folder, arguments);
    }

    static Outcome run(Duration deadline, Path folder, String... arguments) throws IOException, InterruptedException {
        return run(deadline, command(arguments).directory(folder.toFile()));
    }

    /** Runs it as the user nobody, who must be let into the folder; needs root and setpriv. */
    static Outcome runAsNobody(Path folder, String... arguments) throws IOException, InterruptedException {
        var process = command(arguments).directory(folder.toFile());
        var jar = folder.resolve("everbond.jar");
        Files.copy(JAR, jar);
        process.command().replaceAll(word -> word.equals(JAR.toString()) ? jar.toString() : word);
        process.command().addAll(0, List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        return run(DEADLINE, process);
    }

    private static Outcome run(Duration deadline, ProcessBuilder builder) throws IOException, InterruptedException {
        var process = builder.start();
        try {
            process.getOutputStream().close();
            var out = new Lines("output", process.getInputStream());
            var err = new Lines("errors", process.getErrorStream());
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(builder.command() + " does not end; it said\n" + out + "\n" + err);
            }
            out.awaitEnd(DEADLINE);
            err.awaitEnd(DEADLINE);
            return new Outcome(process.exitValue(), out.toString(), err.toString());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
