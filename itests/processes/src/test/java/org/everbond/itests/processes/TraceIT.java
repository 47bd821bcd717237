package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HCI traces that gateways write, read by somebody else. */
class TraceIT {
    private static final String CENTRAL = "00:11:22:33:44:01";
    private static final String PERIPHERAL = "00:11:22:33:44:02";

    @TempDir
    Path folder;

    @Test
    void tsharkReadsAPairingAndAnEncryptedSessionAndFindsNothingMalformed() throws Exception {
        tellTheStory("false");

        for (var file : traces()) {
            var trace = Trace.read(file).isWellFormed();
            for (var opcode : List.of("pairing request 0x01", "pairing response 0x02", "public key 0x0c", "confirm 0x03",
                    "random 0x04", "dhkey check 0x0d", "identity information 0x08", "identity address information 0x09")) {
                assertThat(trace.select("btsmp.opcode == " + opcode.substring(opcode.lastIndexOf(' ') + 1)))
                        .as("%s in %s", opcode, file)
                        .isNotEmpty();
            }
            for (var method : List.of("0x02", "0x08", "0x0a", "0x0b", "0x10")) { // MTU, discovery, read
                assertThat(trace.select("btatt.opcode == " + method)).as("ATT %s in %s", method, file).isNotEmpty();
            }
            assertThat(trace.select("bthci_evt.code == 0x08")).as("Encryption Change in %s", file).hasSizeGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void noKeyIsInATrace() throws Exception {
        tellTheStory("false");

        for (var trace : traces()) {
            for (var key : keys()) {
                assertThat(Octets.contains(new Trace(trace).octets(), key)).isFalse();
                assertThat(Octets.contains(new Trace(trace).octets(), Octets.reversed(key))).isFalse();
            }
        }
    }

    @Test
    void keysAreInATraceOnlyForThoseWhoAskForThem() throws Exception {
        tellTheStory("true");

        var octets = new Trace(traces().get(0)).octets();
        assertThat(keys()).anyMatch(key -> Octets.contains(octets, Octets.reversed(key)));
    }

    private void tellTheStory(String withKeys) throws Exception {
        try (var air = new ServedAir(folder);
                var pair = Pair.on(folder, air.serve("c", CENTRAL), air.serve("p", PERIPHERAL))) {
            pair.central().with("trace.keys", withKeys);
            pair.peripheral().with("trace.keys", withKeys);
            pair.up();
            pair.willing();
            pair.connect();
            pair.pair();
            assertThat(pair.read(DemoService.ENCRYPTED)).isEqualTo("encrypted");
            pair.central().one("disconnect --json");
            pair.peripheral().event("disconnected");
            pair.connect();
            pair.encrypt();
            assertThat(pair.read(DemoService.ENCRYPTED)).isEqualTo("encrypted");
            pair.kill();
        }
    }

    private List<Path> traces() {
        return List.of(folder.resolve("central/data/hci.btsnoop"), folder.resolve("peripheral/data/hci.btsnoop"));
    }

    private List<byte[]> keys() throws Exception {
        var keys = new ArrayList<byte[]>();
        for (var name : List.of("central", "peripheral")) {
            keys.addAll(StoreFile.read(folder.resolve(name + "/data/" + name + ".tlv")).keys());
        }
        return keys;
    }
}
