package org.everbond.gateway.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionsTest {
    @Test
    void withoutArgumentsTheGatewayRunsOnItsDataFolder() {
        var options = Options.parse();

        assertThat(options.action()).isEqualTo(Options.Action.RUN);
        assertThat(options.data()).isEqualTo(Path.of("data"));
        assertThat(options.config()).isEqualTo(Path.of("config"));
        assertThat(options.script()).isEmpty();
        assertThat(options.verbose()).isFalse();
    }

    @Test
    void everyOptionIsReadAndExplained(@TempDir Path folder) {
        var options = Options.parse("--data", "d", "--config", folder.toString(), "-c", "bonds", "--until-eof", "-v",
                "--bundles", folder.toString());

        assertThat(options.data()).isEqualTo(Path.of("d"));
        assertThat(options.config()).isEqualTo(folder);
        assertThat(options.bundles()).contains(folder);
        assertThat(options.script()).contains("bonds");
        assertThat(options.untilEof()).isTrue();
        assertThat(options.verbose()).isTrue();
        assertThat(Options.parse("demo", "--keep", "k").keep()).contains(Path.of("k"));
        assertThat(Options.HELP).contains("--data", "--config", "--bundles", "-c", "--until-eof", "-v", "--verbose", "--keep", "--help", "--version");
    }

    @Test
    void namesWhatIsWrongAndTheCure(@TempDir Path folder) throws IOException {
        var file = Files.createFile(folder.resolve("file")).toString();
        assertThatThrownBy(() -> Options.parse("--config", file)).hasMessage("the configuration folder " + file + " is a file; name a folder with --config");
        assertThatThrownBy(() -> Options.parse("--bundles", file)).hasMessageContaining("is a file; name a folder with --bundles");
        assertThatThrownBy(() -> Options.parse("--data", "")).hasMessage("--data needs a folder behind it");
        assertThatThrownBy(() -> Options.parse("--dtaa")).hasMessage("unknown option '--dtaa'; --help lists the options");
        assertThatThrownBy(() -> Options.parse("bonds")).hasMessageContaining("unknown argument 'bonds'").hasMessageContaining("behind -c");
        assertThatThrownBy(() -> Options.parse("--data")).hasMessage("--data needs a folder behind it");
        assertThatThrownBy(() -> Options.parse("-c")).hasMessageStartingWith("-c needs commands");
        assertThatThrownBy(() -> Options.parse("--config", "/nowhere")).hasMessageContaining("/nowhere does not exist; create it");
        assertThatThrownBy(() -> Options.parse("--bundles", "/nowhere")).hasMessageContaining("/nowhere does not exist; create it");
        assertThatThrownBy(() -> Options.parse("--keep", "k")).hasMessageContaining("demo --keep k");
    }
}
