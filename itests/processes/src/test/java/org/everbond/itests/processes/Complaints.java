package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** One run of the program: what is wrong is said in one line that names the thing and the cure. */
class Complaints {
    static final String CONTROLLER = "00:11:22:33:44:01";
    static final String UP = "adapters --up --timeout 3s";

    @TempDir
    Path folder;

    /** Runs a script with one configured adapter. */
    Everbond.Outcome runAdapter(Map<String, String> options, String script, String... more) throws Exception {
        var lines = options.entrySet().stream().map(option -> option.getKey() + "=" + option.getValue()).toList();
        Files.write(config().resolve("org.everbond.adapter-main.cfg"), lines);
        return run(script, more);
    }

    Everbond.Outcome run(String script, String... more) throws Exception {
        var arguments = new ArrayList<>(
                List.of("--data", folder.resolve("data").toString(), "--config", config().toString(), "-c", script));
        arguments.addAll(List.of(more));
        return Everbond.run(folder, arguments.toArray(String[]::new));
    }

    Path config() throws IOException {
        return Files.createDirectories(folder.resolve("config"));
    }

    /** It failed, with one line of error that names the thing, and no stack trace. */
    static void assertComplaint(Everbond.Outcome outcome, String named) {
        assertThat(outcome.exit()).as("exit code of %s", outcome).isNotZero();
        assertThat(outcome.err()).contains(named).doesNotContain("\tat ", "Exception");
        assertThat(outcome.err().lines().filter(line -> !line.isBlank())).as("lines of error").hasSize(1);
    }
}
