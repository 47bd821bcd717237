package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path over BlueZ's controller emulator. */
class BtvirtIT {
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
