package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller on a serial port: a pseudo terminal that socat joins with a virtual controller. */
class SerialIT {
    private static final String CENTRAL = "00:11:22:33:44:01";
    private static final String PERIPHERAL = "00:11:22:33:44:02";

    @TempDir
    Path folder;

    @BeforeEach
    void needsSocat() {
        Programs.assume("socat");
    }

    @Test
    void bondsSurviveAKillOfAGatewayOnASerialPort() throws Exception {
        try (var air = new ServedAir(folder);
                var pair = Pair.on(folder, "serial:" + port() + "?baud=1000000", air.serve("p", PERIPHERAL))) {
            air.serve("c", CENTRAL);
            try (var cable = cable(air)) {
                pair.up();
                pair.willing();
                pair.connect();
                pair.pair();
                assertThat(pair.read(DemoService.ENCRYPTED)).isEqualTo("encrypted");
                pair.kill();
            }
            try (var cable = cable(air)) {
                pair.up();
                pair.connect();
                pair.encrypt();
                assertThat(pair.read(DemoService.ENCRYPTED)).isEqualTo("encrypted");
                pair.nobodyPaired();
                pair.kill();
            }
        }
    }

    @Test
    void aPortThatAppearsLaterIsPickedUp() throws Exception {
        try (var air = new ServedAir(folder); var gateway = new Gateway(folder, "late", "serial:" + port())) {
            air.serve("c", CENTRAL);
            gateway.start();
            gateway.one("adapters --json");
            var lost = gateway.complaint("adapters --up --timeout 2s --json");
            assertThat(lost).contains(port().toString());

            try (var cable = cable(air)) {
                assertThat(gateway.one("adapters --up --timeout 60s --json").get("state").getAsString()).isEqualTo("up");
            }
            gateway.event("state", event -> event.get("state").getAsString().equals("lost"));
            try (var cable = cable(air)) {
                assertThat(gateway.one("adapters --up --timeout 60s --json").get("state").getAsString()).isEqualTo("up");
            }
        }
    }

    private Path port() {
        return folder.resolve("tty");
    }

    /** Joins the port, which appears with it, and a controller. */
    private Cable cable(ServedAir air) throws IOException, InterruptedException {
        return new Cable(air.socket("c"), port());
    }

    private static final class Cable implements AutoCloseable {
        private final Process socat;

        Cable(Path socket, Path port) throws IOException, InterruptedException {
            socat = new ProcessBuilder(
                            "socat", "-d", "-d", "-d", "pty,raw,echo=0,link=" + port, "UNIX-CONNECT:" + socket)
                    .start();
            var log = new Lines("socat", socat.getErrorStream());
            log.await(
                            lines -> lines.stream().filter(line -> line.contains("starting data transfer loop")).findFirst(),
                            Everbond.DEADLINE)
                    .orElseThrow(() -> new AssertionError("socat does not work: " + log));
        }

        @Override
        public void close() throws InterruptedException {
            socat.destroy();
            socat.waitFor();
        }
    }
}
