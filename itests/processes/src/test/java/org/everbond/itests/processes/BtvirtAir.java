package org.everbond.itests.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** BlueZ's controller emulator behind the gate, for the time of a test. */
final class BtvirtAir implements AutoCloseable {
    private static final Path SCRIPT = Path.of(System.getProperty("air.folder", "../air"), "air.sh").toAbsolutePath().normalize();

    private final Path folder;
    private final Process process;
    private final Lines out;

    private BtvirtAir(Path folder) throws IOException {
        this.folder = folder;
        process = new ProcessBuilder(SCRIPT.toString(), folder.toString()).redirectErrorStream(true).start();
        out = new Lines("air.sh", process.getInputStream());
    }

    /** Starts it, or skips the test where its programs are missing. */
    static BtvirtAir start(Path folder) throws IOException, InterruptedException {
        Programs.assume("btvirt", "python3", "gcc");
        var air = new BtvirtAir(Files.createDirectories(folder));
        air.out.await(lines -> lines.stream().filter("ready"::equals).findFirst(), Everbond.DEADLINE)
                .orElseThrow(() -> new AssertionError("btvirt does not come up: " + air.out));
        return air;
    }

    /** Transport of an LE controller with legacy advertising. */
    String le() {
        return place("le ");
    }

    /** Transport of a dual-mode controller; it lists legacy advertising only, so that is what is used. */
    String dual() {
        return place("dual ");
    }

    private String place(String prefix) {
        return out.from(0).stream().filter(line -> line.startsWith(prefix)).findFirst().orElseThrow().substring(prefix.length());
    }

    /** The traces that the gate wrote, one for each connection. */
    List<Path> traces() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".btsnoop")).sorted().toList();
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
