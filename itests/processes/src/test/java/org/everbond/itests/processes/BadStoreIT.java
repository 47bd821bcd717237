package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Stores that are damaged, foreign, older than they were or in use: nothing is lost, and it is said. */
class BadStoreIT extends Complaints {
    @Test
    void aStoreWhoseEndIsCutOffKeepsWhatWasWholeAndGoesOn() throws Exception {
        try (var air = new ServedAir(folder);
                var pair = Pair.on(folder, air.serve("c", CONTROLLER), air.serve("p", "00:11:22:33:44:02"))) {
            pair.up();
            pair.willing();
            pair.connect();
            pair.pair();
            var identity = pair.central().identity();
            pair.kill();
            var file = pair.central().store();
            // As of a write that was cut off: a record longer than what is left.
            Files.write(file, new byte[] {'B', 'T', 'D', 1, 0, 0, 0, 60, 9, 9, 9}, StandardOpenOption.APPEND);

            pair.up();

            assertThat(pair.central().identity()).isEqualTo(identity);
            assertThat(pair.central().run("bonds --json")).hasSize(1);
            assertThat(notice(pair.central())).contains("central.tlv: the last 11 octets, from offset ").contains("were left out");
            pair.connect();
            pair.encrypt();
            pair.nobodyPaired();
        }
    }

    @Test
    void aStoreCutWithinItsFirstTransactionGetsANewIdentityAndSaysSo() throws Exception {
        try (var air = new ServedAir(folder); var gateway = new Gateway(folder, "main", air.serve("c", CONTROLLER)).up()) {
            var identity = gateway.identity();
            gateway.kill();
            // As if the first flush had never ended: then nothing was confirmed, and nothing noted.
            Files.delete(gateway.store().resolveSibling("main.tlv.lock"));
            Files.write(gateway.store(), Arrays.copyOf(Files.readAllBytes(gateway.store()), 100));
            assertThat(checked(gateway)).contains("39 octets, from offset 61 on").contains("were left out");

            gateway.up();

            assertThat(gateway.identity()).isNotEqualTo(identity);
            assertThat(notice(gateway)).contains("39 octets, from offset 61 on").contains("were left out");
        }
    }

    @Test
    void aStoreThatLostWhatWasConfirmedGetsNoNewIdentity() throws Exception {
        try (var air = new ServedAir(folder); var gateway = new Gateway(folder, "main", air.serve("c", CONTROLLER)).up()) {
            var identity = gateway.identity();
            gateway.kill();
            var whole = Files.readAllBytes(gateway.store());
            Files.write(gateway.store(), Arrays.copyOf(whole, 100));
            // The first one, or that of the second copies, which follows it.
            assertThat(checked(gateway)).containsPattern("transaction [12] of store ").contains("put the newer file back");

            gateway.start();
            assertThat(gateway.complaint("adapters --up --timeout 2s --json")).contains("put back a copy of the store");
            assertThat(notice(gateway)).containsPattern("transaction [12] of store ");
            gateway.kill();

            Files.write(gateway.store(), whole);
            assertThat(gateway.up().identity()).isEqualTo(identity);
            assertThat(gateway.one("store --json").get("notices").getAsJsonArray()).isEmpty();
        }
    }

    @Test
    void tB16_anOlderCopyOfTheStoreThatWasPutBackIsToldAndTeachesNobodyThatItsBondIsDead() throws Exception {
        try (var air = new ServedAir(folder);
                var pair = Pair.on(folder, air.serve("c", CONTROLLER), air.serve("p", "00:11:22:33:44:02"))) {
            pair.up();
            pair.willing();
            pair.kill();
            var store = pair.peripheral().store();
            var older = Files.readAllBytes(store);
            pair.up();
            pair.willing();
            pair.connect();
            pair.pair();
            pair.kill();
            Files.write(store, older);
            assertThat(checked(pair.peripheral())).contains("an older copy was put back");

            pair.up();

            assertThat(notice(pair.peripheral())).contains("an older copy was put back");
            pair.connect();
            pair.central().complaint("encrypt");
            assertThat(pair.central().run("bonds --json")).as("the peer still has its bond").hasSize(1);
            assertThat(pair.central().errors()).doesNotContain("\tat ");
        }
    }

    /** The one thing that people should know of the store, which is in the log, too. */
    private static String notice(Gateway gateway) throws Exception {
        var notices = gateway.one("store --json").get("notices").getAsJsonArray();
        var texts = new ArrayList<String>();
        notices.forEach(text -> texts.add(text.getAsString()));
        assertThat(texts).isNotEmpty();
        assertThat(gateway.errors()).contains(texts.get(0));
        return texts.get(0);
    }

    /** What the tool has to say of the store while no gateway runs. */
    private String checked(Gateway gateway) throws Exception {
        var outcome = Everbond.run(folder, "store", "check", gateway.store().toString());
        assertThat(outcome.exit()).isEqualTo(1);
        return outcome.out();
    }

    @Test
    void aFileThatIsNoStoreIsKeptAside() throws Exception {
        var text = "these are not the octets that you are looking for\n";
        try (var air = new ServedAir(folder); var gateway = new Gateway(folder, "main", air.serve("c", CONTROLLER))) {
            Files.createDirectories(gateway.data());
            Files.writeString(gateway.store(), text);

            gateway.start();
            gateway.run("store --json");
            gateway.stop();

            try (var files = Files.list(gateway.data())) {
                assertThat(files.filter(file -> file.getFileName().toString().startsWith("main.tlv"))
                                .filter(Files::isRegularFile)
                                .map(BadStoreIT::text))
                        .as("somewhere the octets must be left")
                        .contains(text);
            }
        }
    }

    @Test
    void aStoreThatAnotherProcessUses() throws Exception {
        var store = "file:" + folder.resolve("shared.tlv");
        try (var air = new ServedAir(folder);
                var first = new Gateway(folder, "first", air.serve("c", CONTROLLER)).with("store", store);
                var second = new Gateway(folder, "second", air.serve("p", "00:11:22:33:44:02")).with("store", store)) {
            first.up();
            var identity = first.identity();
            second.start();

            assertThat(second.complaint("adapters --up --timeout 3s --json")).contains("shared.tlv").contains("another");
            assertThat(first.one("adapters --json").get("storeState").getAsString()).isEqualTo("ready");

            first.kill();
            assertThat(second.one("adapters --up --timeout 60s --json").get("identity").getAsString()).isEqualTo(identity);
        }
    }

    @Test
    void aDataFolderThatAnotherGatewayUses() throws Exception {
        try (var air = new ServedAir(folder); var gateway = new Gateway(folder, "main", air.serve("c", CONTROLLER)).up()) {
            assertComplaint(Everbond.run(folder, "--data", gateway.data().toString(), "-c", "adapters"), gateway.data().toString());
            assertThat(gateway.one("adapters --json").get("state").getAsString()).isEqualTo("up");
        }
    }

    @Test
    void aDataFolderThatIsAFile() throws Exception {
        var file = Files.writeString(folder.resolve("data"), "mine");

        assertComplaint(Everbond.run(folder, "--data", file.toString(), "-c", "adapters"), file.toString());
        assertThat(file).hasContent("mine");
    }

    @Test
    void aDataFolderThatCannotBeMade() throws Exception {
        assertComplaint(Everbond.run(folder, "--data", "/proc/everbond", "-c", "adapters"), "/proc/everbond");
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
