package org.everbond.gateway.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar everbond.jar demo}. */
class DemoIT {
    @TempDir
    Path folder;

    @Test
    void theBondSurvivesAndTheEvidenceIsKept() throws Exception {
        var demo = ProcessRun.run(folder, "demo", "--keep", "kept");

        assertThat(demo.out()).contains(
                "LE Secure Connections just-works, level 2, key size 16", "octets flushed", "both killed with SIGKILL", "with 1 bond",
                "encrypted with the stored key", "central reads 'encrypted'", "\nThe bond survived: ");
        assertThat(demo.exitCode()).isZero();
        for (var role : new String[] {"central", "peripheral"}) {
            var data = folder.resolve("kept").resolve(role).resolve("data");
            assertThat(data.resolve(role + ".tlv")).isNotEmptyFile();
            assertThat(data.resolve(role + ".btsnoop")).isNotEmptyFile();
        }

        var again = ProcessRun.run(folder, "demo", "--keep", "kept");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err().lines()).hasSize(1).first().asString().contains("holds an earlier demo; remove it or name another with --keep");
    }

    @Test
    void whoeverStopsItLeavesNoProcessBehind() throws Exception {
        var demo = ProcessRun.start(folder, "demo", "--keep", "kept");
        demo.awaitOutput("out", "central, process ");
        var children = demo.process().children().toList();
        assertThat(children).hasSize(2);

        demo.process().destroy();
        demo.end();
        for (var child : children) {
            child.onExit().get();
        }
        assertThat(Files.isRegularFile(folder.resolve("kept/central/data/central.tlv"))).isTrue();
    }
}
