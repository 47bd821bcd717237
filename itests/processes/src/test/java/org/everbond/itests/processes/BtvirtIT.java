package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.everbond.crypto.DeviceAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path over BlueZ's controller emulator. */
class BtvirtIT {
    private static final String ADD = "0x2027";
    private static final String RESOLUTION_ENABLE = "0x202d";

    @TempDir
    Path folder;

    @Test
    void bondsSurviveAKillOnControllersOfLowEnergyOnly() throws Exception {
        try (var air = BtvirtAir.start(folder.resolve("air"))) {
            tellTheStory(air, air.le());
        }
    }

    @Test
    void bondsSurviveAKillOnDualModeControllers() throws Exception {
        try (var air = BtvirtAir.start(folder.resolve("air"))) {
            tellTheStory(air, air.dual());
        }
    }

    /**
     * The controller's resolving list, as far as btvirt has one: it takes the entries and never looks at them, so that it is the host that
     * finds the peer behind its private addresses.
     */
    @Test
    void privateAddressesAndTheResolvingListOnControllersOfLowEnergyOnly() throws Exception {
        try (var air = BtvirtAir.start(folder.resolve("air"))) {
            reconnectBehindPrivateAddresses(air, air.le());
        }
    }

    @Test
    void privateAddressesAndTheResolvingListOnDualModeControllers() throws Exception {
        try (var air = BtvirtAir.start(folder.resolve("air"))) {
            reconnectBehindPrivateAddresses(air, air.dual());
        }
    }

    private void reconnectBehindPrivateAddresses(BtvirtAir air, String transport) throws Exception {
        try (var pair = Pair.on(folder, transport, transport)) {
            pair.central().with("privacy", "true");
            pair.peripheral().with("privacy", "true");
            pair.up();
            pair.willing();
            pair.central().one("connect " + pair.onAir() + " --timeout 60s --json");
            pair.pair();
            pair.central().one("disconnect --json");
            pair.peripheral().event("disconnected");
            var earlier = isEncryptedBehindPrivateAddresses(pair);

            // In network mode they belong into it, on both sides; the peripheral advertises on.
            pair.central().one("bond 1 privacy network --json");
            pair.peripheral().one("bond 1 privacy network --json");
            pair.peripheral().run("privacy renew --json");
            var renewed = pair.onAir();
            for (int scans = 0; scans < 20 && renewed.startsWith(earlier); scans++) {
                // The central still hears it under the address before.
                renewed = pair.onAir();
            }
            assertThat(renewed).as("renewed").doesNotStartWith(earlier);
            isEncryptedBehindPrivateAddresses(pair);
            pair.kill();

            pair.up();
            assertThat(pair.central().one("bond 1 --json").get("privacyMode").getAsString()).isEqualTo("network");
            isEncryptedBehindPrivateAddresses(pair);
            pair.nobodyPaired();
            pair.kill();
        }
        // Without LE Set Privacy Mode no peer in device mode may be in the list: one entry in each process, once it is in network mode.
        assertThat(air.traces()).hasSize(4);
        for (var file : air.traces()) {
            var trace = Trace.read(file).isWellFormed();
            assertThat(trace.select("bthci_cmd.opcode == " + ADD)).as("entries in %s", file).hasSize(1);
            for (var opCode : List.of(ADD, RESOLUTION_ENABLE)) {
                assertThat(trace.select("bthci_evt.opcode == " + opCode + " && bthci_evt.status == 0"))
                        .as("%s is taken by the controller in %s", opCode, file)
                        .hasSize(1);
            }
        }
    }

    /** Returns the peer's address on air. */
    private static String isEncryptedBehindPrivateAddresses(Pair pair) throws Exception {
        var link = pair.connect();
        assertThat(link.get("peer").getAsString()).isEqualTo(pair.peripheral().identity());
        var peer = DeviceAddress.parse(link.get("peerOnAir").getAsString());
        assertThat(peer.isResolvable()).as("%s", link).isTrue();
        assertThat(DeviceAddress.parse(link.get("ownOnAir").getAsString()).isResolvable()).as("%s", link).isTrue();
        pair.encrypt();
        assertThat(pair.read(DemoService.ENCRYPTED)).isEqualTo("encrypted");
        pair.central().one("disconnect --json");
        pair.peripheral().event("disconnected");
        return peer.text();
    }

    private void tellTheStory(BtvirtAir air, String transport) throws Exception {
        try (var pair = Pair.on(folder, transport, transport)) {
            pair.up();
            pair.willing();
            pair.connect();
            assertThat(pair.read(DemoService.OPEN)).isEqualTo("open");
            pair.pair();
            assertThat(pair.read(DemoService.ENCRYPTED)).isEqualTo("encrypted");
            pair.central().run("subscribe " + DemoService.WRITE_NOTIFY + " --json");
            pair.kill();

            pair.up();
            pair.connect();
            pair.encrypt();
            assertThat(pair.read(DemoService.ENCRYPTED)).isEqualTo("encrypted");
            notifies(pair);
            assertThat(pair.central().complaint("read " + DemoService.AUTHENTICATED + " --json")).isNotEmpty();
            pair.nobodyPaired();
            assertThat(pair.central().run("bonds --json")).hasSize(1);
            assertThat(pair.peripheral().run("bonds --json")).hasSize(1);
            pair.kill();
        }
        for (var trace : air.traces()) {
            Trace.read(trace).isWellFormed();
        }
        Trace.read(folder.resolve("central/data/hci.btsnoop")).isWellFormed();
    }

    private static void notifies(Pair pair) throws InterruptedException {
        pair.central().run("subscribe " + DemoService.WRITE_NOTIFY + " --json");
        pair.central().run("write " + DemoService.WRITE_NOTIFY + " hello --json");
        var notification = pair.central().event("notification");
        assertThat(notification.get("text").getAsString()).isEqualTo("hello");
    }
}
