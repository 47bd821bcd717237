package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's story is true: its processes and files are watched from outside. */
class DemoIT {
    private static final Pattern PROCESS = Pattern.compile(".*(central|peripheral), process (\\d+), is up as (\\S+) with (\\d) bonds?");

    @TempDir
    Path folder;

    @Test
    void theBondSurvivesAndItsProcessesAreReal() throws Exception {
        var demo = Everbond.command("demo", "--keep", folder.resolve("kept").toString()).directory(folder.toFile()).start();
        try {
            demo.getOutputStream().close();
            var out = new Lines("demo", demo.getInputStream());
            var err = new Lines("demo errors", demo.getErrorStream());

            var first = processes(out, 2);
            assertThat(first).allSatisfy(process -> assertThat(process.bonds).isEqualTo(0));
            out.await(lines -> lines.stream().filter(line -> line.contains("SIGKILL")).findFirst(), Everbond.DEADLINE).orElseThrow(() -> said(out, err));
            assertThat(first).noneMatch(process -> alive(process.pid));
            for (var name : List.of("central", "peripheral")) {
                assertThat(StoreFile.read(store(name)).devices()).as("bonds in the file of the dead %s", name).hasSize(1);
            }

            var second = processes(out, 4).subList(2, 4);
            assertThat(second).allSatisfy(process -> assertThat(process.bonds).isEqualTo(1));
            assertThat(second).noneMatch(process -> first.stream().anyMatch(dead -> dead.pid == process.pid));
            assertThat(second).allMatch(process -> first.stream()
                    .anyMatch(dead -> dead.name.equals(process.name) && dead.identity.equals(process.identity)));

            assertThat(demo.waitFor(Everbond.DEADLINE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            out.awaitEnd(Everbond.DEADLINE);
            assertThat(demo.exitValue()).as("exit code of the demo, which said\n%s\n%s", out, err).isZero();
            assertThat(out.from(0)).anyMatch(line -> line.startsWith("The bond survived"));
            assertThat(second).noneMatch(process -> alive(process.pid));
        } finally {
            demo.descendants().forEach(ProcessHandle::destroyForcibly);
            demo.destroyForcibly();
        }
    }

    @Test
    void theStoriesTracesAreRightForOthers() throws Exception {
        Programs.assume("tshark");
        var outcome = Everbond.run(Duration.ofSeconds(120), folder, "demo", "--keep", folder.resolve("kept").toString());
        assertThat(outcome.exit()).as("%s", outcome).isZero();

        for (var name : List.of("central", "peripheral")) {
            try (var files = Files.list(folder.resolve("kept").resolve(name).resolve("data"))) {
                var traces = files.filter(file -> file.toString().endsWith(".btsnoop")).toList();
                assertThat(traces).isNotEmpty();
                for (var trace : traces) {
                    Trace.read(trace).isWellFormed();
                }
            }
        }
    }

    @Test
    void anEarlierDemoIsNotOverwritten() throws Exception {
        Files.createDirectories(folder.resolve("kept/central/data"));

        var outcome = Everbond.run(folder, "demo", "--keep", folder.resolve("kept").toString());

        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.err()).contains("earlier demo").hasLineCount(1);
    }

    private record Member(String name, long pid, String identity, int bonds) {}

    private List<Member> processes(Lines out, int count) throws InterruptedException {
        return out.await(
                        lines -> Optional.of(lines.stream()
                                        .map(PROCESS::matcher)
                                        .filter(Matcher::matches)
                                        .map(match -> new Member(match.group(1), Long.parseLong(match.group(2)), match.group(3), Integer.parseInt(match.group(4))))
                                        .toList())
                                .filter(members -> members.size() >= count),
                        Everbond.DEADLINE)
                .orElseThrow(() -> new AssertionError("no " + count + " processes come up in\n" + out));
    }

    private Path store(String name) {
        return folder.resolve("kept").resolve(name).resolve("data").resolve(name + ".tlv");
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static AssertionError said(Lines out, Lines err) {
        return new AssertionError("the demo does not kill; it said\n" + out + "\n" + err);
    }
}
