package org.everbond.gateway.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.everbond.gateway.launch.ProcessRun.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar everbond.jar store}. */
class OfflineStoreIT {
    private static final String PAIR =
            "agent accept; serve --adapter b; bondable on --adapter b; connect --name Everbond --adapter a; pair --adapter a";

    @TempDir
    Path folder;

    private Result run(String... arguments) throws Exception {
        return ProcessRun.run(folder, arguments);
    }

    private void adapters() throws Exception {
        var config = Files.createDirectory(folder.resolve("config"));
        for (var name : new String[] {"a", "b"}) {
            Files.writeString(config.resolve("org.everbond.adapter-" + name + ".cfg"), "transport=virtual:air\n");
        }
    }

    @Test
    void aBondGoesThroughEveryFormatAndTheGatewayGoesOnWithIt() throws Exception {
        adapters();
        assertThat(run("-c", PAIR).exitCode()).isZero();
        var gateway = run("-c", "bonds --adapter a --json").out().strip();
        var store = folder.resolve("data/a.tlv");
        var octets = Files.readAllBytes(store);
        var time = Files.getLastModifiedTime(store);

        var listed = run("store", "data/a.tlv", "--json");
        assertThat(listed.exitCode()).isZero();
        assertThat(listed.err()).isEmpty();
        assertThat(listed.out()).contains("\"name\":\"SMER\"", "\"name\":\"companion/", "\"place\":\"BTD+15\"", "\"inUse\":false")
                .doesNotContain("\"ltk\"", "\"value\":\"");
        var bond = gateway.substring(gateway.indexOf("\"bond\":\""), gateway.indexOf(",\"identity\""));
        assertThat(listed.out()).contains(bond);
        assertThat(run("store", "data/a.tlv", "--keys").out()).contains("LTK ");
        assertThat(run("store", "check", "data/a.tlv").out()).contains(": clean, ");
        assertThat(store).hasBinaryContent(octets);
        assertThat(Files.getLastModifiedTime(store)).isEqualTo(time);

        assertThat(run("store", "convert", "data/a.tlv", "a.flash", "--format", "flash", "--mode", "delete-field", "--alignment", "8").exitCode())
                .isZero();
        assertThat(run("store", "convert", "a.flash", "a.nvs", "--format", "nvs",
                "--from-format", "flash", "--from-mode", "delete-field", "--from-alignment", "8").exitCode()).isZero();
        assertThat(run("store", "convert", "a.nvs", "data/a.tlv", "--format", "file", "--force").exitCode()).isZero();
        assertThat(store).isNotEmptyFile();

        var later = run("-c", "bonds --adapter a --json");
        assertThat(later.err()).isEmpty();
        assertThat(later.out().strip()).isEqualTo(gateway);
    }

    @Test
    void aStoreOfARunningGatewayIsListedButNotWrittenTo() throws Exception {
        adapters();
        var gateway = ProcessRun.start(folder, "--until-eof");
        gateway.command(PAIR + "; bonds --adapter a");
        gateway.awaitOutput("out", "1@");
        var tool = Files.createDirectory(folder.resolve("tool"));

        var listed = ProcessRun.run(tool, "store", "../data/a.tlv");
        assertThat(listed.exitCode()).isZero();
        assertThat(listed.out()).contains("remark: a gateway uses this store just now");
        var compact = ProcessRun.run(tool, "store", "compact", "../data/a.tlv");
        assertThat(compact.exitCode()).isEqualTo(1);
        assertThat(compact.err().lines()).hasSize(1).first().asString().contains("is in use by another process");

        gateway.command("adapters --json");
        gateway.awaitOutput("out", "\"storeState\":\"ready\"");
        gateway.process().outputWriter().close();
        assertThat(gateway.end().exitCode()).isZero();
    }

    @Test
    void whatIsWrongIsToldInOneLineWithoutADataFolder() throws Exception {
        Files.writeString(folder.resolve("text"), "no store at all\n");

        for (var arguments : new String[][] {{"store"}, {"store", "nowhere"}, {"store", "text"}, {"store", "check", "."}, {"store", "text", "--nonsense"}}) {
            var result = run(arguments);
            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err().lines()).hasSize(1).first().asString().startsWith("everbond: ");
        }
        assertThat(run("store", "--help").out()).contains("store convert FROM TO");
        assertThat(run("--help").out()).contains("everbond.jar store FILE");
        assertThat(folder.resolve("data")).doesNotExist();
    }
}
