package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line without any controller. */
class CommandLineIT {
    @TempDir
    Path folder;

    @Test
    void helpNamesEveryOption() throws Exception {
        var outcome = Everbond.run(folder, "--help");

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out()).contains("--data", "--config", "-c", "demo", "--verbose");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void versionIsOneLine() throws Exception {
        var outcome = Everbond.run(folder, "--version");

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out()).startsWith("everbond ").hasLineCount(1);
    }
}
