package org.everbond.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.memory.internal.MemoryBackendProvider;
import org.everbond.tlv.spi.TlvBackend;

/** Two ends on one virtual air without latency, in this process. */
final class Devices implements AutoCloseable {
    private final EventLoop.OnThread airLoop = EventLoop.onThread("air");
    private final VirtualAir air = VirtualAir.on(airLoop);
    private final Path folder;
    final Device central;
    final Device peripheral;

    /** @param store {@code memory} leaves the flush out, {@code file} has it */
    Devices(String store) throws Exception {
        folder = folder();
        central = new Device("central", air.controller(), backend(store, "central"));
        peripheral = new Device("peripheral", air.controller(), backend(store, "peripheral"));
    }

    private TlvBackend backend(String store, String name) {
        return switch (store) {
            case "memory" -> new MemoryBackendProvider().create(name, Map.of());
            case "file" -> new FileBackendProvider(folder).create(name + ".tlv", Map.of());
            default -> throw new IllegalArgumentException(store);
        };
    }

    /** A new folder on the disk that is measured: -Dbenchmark.folder, else the working directory. */
    static Path folder() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of(System.getProperty("benchmark.folder", "."))), "benchmark-");
    }

    static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() throws Exception {
        central.close();
        peripheral.close();
        airLoop.close();
        delete(folder);
    }
}
