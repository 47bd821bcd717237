package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations that are misnamed, cannot be read, contradict another one or have values that are not allowed. */
class BadConfigurationIT extends Complaints {
    @Test
    void aConfigurationFolderThatDoesNotExist() throws Exception {
        assertComplaint(Everbond.run(folder, "--config", "nowhere", "-c", "adapters"), "nowhere");
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
    void aMisspeltOption() throws Exception {
        assertComplaint(runAdapter(Map.of("transport", "virtual:air", "bond.minimumLevl", "3"), UP),
                "the option bond.minimumLevl is not known; did you mean bond.minimumLevel?");
    }

    @Test
    void anUnknownOptionIsToldOfInScripts() throws Exception {
        var outcome = runAdapter(Map.of("transport", "virtual:air", "frobnicate", "3"), UP);

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.err().lines()).singleElement().asString()
                .contains("org.everbond.adapter-main.cfg", "frobnicate is not known and does nothing");
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
}
