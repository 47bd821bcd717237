package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;

/** Two gateways on one air: the steps of the story. */
record Pair(Gateway central, Gateway peripheral) implements AutoCloseable {
    /** @param folder of both */
    static Pair on(Path folder, String centralTransport, String peripheralTransport) {
        return new Pair(
                new Gateway(folder, "central", centralTransport).with("trace", "hci.btsnoop"),
                new Gateway(folder, "peripheral", peripheralTransport).with("trace", "hci.btsnoop"));
    }

    /** Both up, the peripheral serving and advertising. */
    void up() throws IOException, InterruptedException {
        peripheral.up();
        central.up();
        peripheral.run("serve --interval 20ms --json");
    }

    /** Lets the two bond. */
    void willing() throws InterruptedException {
        central.run("agent accept --json");
        peripheral.run("agent accept --json");
        peripheral.run("bondable on --json");
    }

    JsonObject connect() throws InterruptedException {
        return central.one("connect " + peripheral.identity() + " --timeout 60s --json");
    }

    /** The address of the peripheral that the central hears. */
    String onAir() throws InterruptedException {
        return central.run("scan --count 1 --timeout 20s --json").get(0).get("address").getAsString();
    }

    /** Pairs and bonds. Returns what both say of it, the central first. */
    JsonObject[] pair() throws InterruptedException {
        var here = central.one("pair --json");
        var there = peripheral.event("paired");
        for (var result : new JsonObject[] {here, there}) {
            assertThat(result.get("bonded").getAsBoolean()).as("%s", result).isTrue();
            assertThat(result.get("method").getAsString()).isEqualTo("just-works");
            assertThat(result.get("secureConnections").getAsBoolean()).isTrue();
            assertThat(result.get("keySize").getAsInt()).isEqualTo(16);
            assertThat(result.get("level").getAsInt()).isEqualTo(2);
        }
        return new JsonObject[] {here, there};
    }

    /** Pairs as soon as both sides allow it: a pairing that a kill has ended may count as a failed attempt, for which one waits. */
    void pairWhenAllowed() throws InterruptedException {
        long deadline = System.nanoTime() + java.time.Duration.ofSeconds(30).toNanos();
        var result = central.runOrFail("pair --json");
        while (result.has("error") && result.get("error").getAsString().contains("pair again") && System.nanoTime() < deadline) {
            result = central.runOrFail("pair --json");
        }
        assertThat(result.has("bonded") && result.get("bonded").getAsBoolean()).as("%s", result).isTrue();
        peripheral.event("paired");
    }

    /** Encrypts with the stored key. */
    void encrypt() throws InterruptedException {
        assertThat(central.one("encrypt --json").get("encrypted").getAsBoolean()).isTrue();
        peripheral.event("encryption", event -> event.get("encrypted").getAsBoolean());
    }

    String read(String characteristic) throws InterruptedException {
        return central.one("read " + characteristic + " --json").get("text").getAsString();
    }

    /** SIGKILL for both. */
    void kill() throws InterruptedException {
        central.kill();
        peripheral.kill();
    }

    /** Nobody began to pair since the start of the processes. */
    void nobodyPaired() {
        assertThat(central.events("pairing")).isEmpty();
        assertThat(peripheral.events("pairing")).isEmpty();
    }

    @Override
    public void close() throws InterruptedException {
        central.close();
        peripheral.close();
    }
}
