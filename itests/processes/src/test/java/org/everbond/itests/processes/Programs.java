package org.everbond.itests.processes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Programs of the machine that some tests need. */
final class Programs {
    private Programs() {}

    /** Skips the test, and says so, unless all are there. */
    static void assume(String... programs) {
        for (var program : programs) {
            assumeTrue(present(program), () -> "skipped: the program " + program + " is not installed");
        }
    }

    private static boolean present(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).anyMatch(folder -> new File(folder, program).canExecute());
    }

    /** Runs a program that must succeed. Returns its output. */
    static String output(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        var out = new Lines(command[0], process.getInputStream());
        var err = new Lines(command[0], process.getErrorStream());
        if (!process.waitFor(Everbond.DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " does not end");
        }
        out.awaitEnd(Everbond.DEADLINE);
        err.awaitEnd(Everbond.DEADLINE);
        if (process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with " + process.exitValue() + ":\n" + out + "\n" + err);
        }
        return out.toString();
    }
}
