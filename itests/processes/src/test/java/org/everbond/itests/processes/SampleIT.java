package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle that docs/BUNDLES.md explains, in a gateway as its users start it: one jar in the folder 'bundles', some files of configuration. */
class SampleIT {
    private static final Path SAMPLE = Path.of(System.getProperty("sample.jar", "../../features/sample/target/sample.jar"));
    private static final String SWITCH = "1a3b0001-5c7d-4e9f-8a1b-2c3d4e5f6071";

    @TempDir
    Path folder;

    private Gateway gateway;

    @BeforeEach
    void install() throws IOException {
        gateway = new Gateway(folder, "main", "virtual:air");
        gateway.adapter("lamp", Map.of("transport", "virtual:air"));
        var bundles = Files.createDirectories(gateway.data().resolveSibling("bundles"));
        Files.copy(SAMPLE, bundles.resolve("sample.jar"));
        configure("lamp", "adapter=lamp");
        configure("screen", "adapter=lamp");
        configure("collector", "adapter.target=(adapter=main)");
        configure("onefile", "everbond.store=lamp\nfile=data/lamp.bonds");
    }

    @AfterEach
    void end() throws InterruptedException {
        gateway.close();
    }

    private void configure(String component, String text) throws IOException {
        Files.writeString(gateway.config().resolve("org.example." + component + ".cfg"), text + "\n");
    }

    @Test
    void aServiceAnAgentAClientAndAStoreOfOthersWork() throws Exception {
        gateway.up();
        gateway.run("adapters --up --json");
        assertThat(gateway.one("store --adapter lamp --json").get("kind").getAsString()).isEqualTo("one-file");

        gateway.run("agent accept --io keyboard-only --json");
        gateway.run("advertise --name Lamp --adapter lamp --json");
        gateway.run("bondable 60s --adapter lamp --json");
        gateway.run("connect --name Lamp --adapter main --json");
        assertThat(gateway.complaint("read " + SWITCH + " --adapter main --json")).contains("ATT error 0x05");
        gateway.run("pair --no-wait --adapter main --json");
        gateway.event("pairing-question");
        gateway.run("agent passkey " + gateway.line("screen: type ").substring(0, 6) + " --json");
        gateway.line("screen: paired");
        assertThat(gateway.event("paired", paired -> paired.get("adapter").getAsString().equals("main")).get("level").getAsInt()).isEqualTo(4);

        gateway.line("collector: hears 1@");
        assertThat(gateway.complaint("write " + SWITCH + " --hex 07 --adapter main --json")).contains("ATT error 0x80");
        assertThat(gateway.one("read " + SWITCH + " --adapter main --json").get("value").getAsString()).isEqualTo("00");
        gateway.run("write " + SWITCH + " --hex 01 --adapter main --json");
        assertThat(gateway.line("collector: 1@")).endsWith(" 01");

        gateway.kill();
        gateway.up();
        gateway.run("advertise --name Lamp --adapter lamp --json");
        gateway.line("collector: hears 1@");
        gateway.run("write " + SWITCH + " --hex 01 --adapter main --json");
        assertThat(gateway.line("collector: 1@")).as("it has connected and subscribed by itself").endsWith(" 01");

        // The bundle's place goes: what is configured takes over, with the bond.
        Files.delete(gateway.config().resolve("org.example.onefile.cfg"));
        gateway.event("store", store -> store.get("adapter").getAsString().equals("lamp")
                && store.get("state").getAsString().equals("ready") && store.get("generation").getAsLong() > 1);
        assertThat(gateway.one("store --adapter lamp --json").get("kind").getAsString()).isEqualTo("file");
        assertThat(gateway.run("bonds --adapter lamp --json")).hasSize(1);
        assertThat(gateway.one("links --adapter lamp --json").get("encrypted").getAsBoolean()).isTrue();
    }

    @Test
    void aBundleThatCannotWorkIsToldOfAndHoldsUpNobody() throws Exception {
        Files.writeString(gateway.data().resolveSibling("bundles").resolve("broken.jar"), "no jar");
        gateway.up();
        assertThat(gateway.errors()).contains("broken.jar is not installed: ");
        assertThat(gateway.one("store --adapter lamp --json").get("kind").getAsString()).isEqualTo("one-file");
    }
}
