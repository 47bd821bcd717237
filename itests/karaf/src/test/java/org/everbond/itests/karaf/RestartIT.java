package org.everbond.itests.karaf;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The assembly, unpacked and started as users do it, twice on one data folder. */
public class RestartIT {
    private static final long DEADLINE_S = 180;

    @Rule
    public TemporaryFolder temporary = new TemporaryFolder();

    private Path karaf;
    private Path outcome;

    @Before
    public void unpackAndConfigure() throws Exception {
        var folder = temporary.getRoot().toPath();
        var tar = new ProcessBuilder("tar", "xzf", new File(System.getProperty("karaf.assembly")).getPath(), "-C", folder.toString())
                .inheritIO()
                .start();
        assertEquals("tar", 0, tar.waitFor());
        try (var unpacked = Files.list(folder)) {
            karaf = unpacked.findFirst().orElseThrow();
        }
        outcome = Files.createDirectory(folder.resolve("told")).resolve("outcome");
        var bundles = Files.createDirectory(folder.resolve("bundles"));
        Files.copy(Path.of(System.getProperty("story.bundle")), bundles.resolve("story.jar"));
        for (var name : List.of("central", "peripheral")) {
            configure("org.everbond.adapter-" + name, "transport=virtual:story", "pairing.justWorks=accept");
        }
        configure("org.everbond.itests.story", "outcome=" + outcome);
        configure("org.apache.felix.fileinstall-story", "felix.fileinstall.dir=" + bundles, "felix.fileinstall.noInitialDelay=true");
    }

    private void configure(String pid, String... lines) throws IOException {
        Files.write(karaf.resolve("etc").resolve(pid + ".cfg"), List.of(lines));
    }

    @Test
    public void theBondSurvivesARestartOfKaraf() throws Exception {
        assertEquals(
                "paired bonding=BONDED level=2 keySize=16 sc=true bonds=1+1 value=for bonded eyes only", run(false));
        assertEquals("reconnected level=2 value=for bonded eyes only", run(false));
        assertEquals("reconnected level=2 value=for bonded eyes only", run(true));
        assertEquals("after a SIGKILL", "reconnected level=2 value=for bonded eyes only", run(false));
    }

    /** Runs Karaf until the story is told, then ends it, by SIGTERM or by SIGKILL. */
    private String run(boolean kill) throws Exception {
        Files.deleteIfExists(outcome);
        try (var watch = FileSystems.getDefault().newWatchService()) {
            outcome.getParent().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            var process = new ProcessBuilder(karaf.resolve("bin").resolve("karaf").toString(), "daemon")
                    .redirectErrorStream(true)
                    .redirectOutput(karaf.resolve("console.log").toFile())
                    .start();
            try {
                while (!Files.exists(outcome)) {
                    var key = watch.poll(DEADLINE_S, TimeUnit.SECONDS);
                    assertNotNull("the story is not told; " + log(), key);
                    key.pollEvents();
                    key.reset();
                }
                return Files.readString(outcome).strip();
            } finally {
                end(process, kill);
            }
        }
    }

    private static void end(Process process, boolean kill) throws InterruptedException {
        var java = process.descendants().toList();
        if (!kill) {
            java.forEach(ProcessHandle::destroy);
            process.destroy();
            process.waitFor(60, TimeUnit.SECONDS);
        }
        java.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        java.forEach(handle -> handle.onExit().join());
    }

    private String log() {
        var log = karaf.resolve("data").resolve("log").resolve("karaf.log");
        try {
            return Files.exists(log) ? Files.readString(log) : Files.readString(karaf.resolve("console.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
