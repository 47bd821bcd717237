package org.everbond.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualAirServer;

/**
 * Measures whole gateway processes on a virtual air that this process serves: from the start of a process to what it has achieved,
 * heap in use, and the size of the jar. Prints a table in Markdown. Arguments: the folder of everbond.jar and its launcher, and
 * how often.
 */
public final class WholeProcess implements AutoCloseable {
    private static final String CENTRAL = "00:11:22:33:44:01";
    private static final String PERIPHERAL = "00:11:22:33:44:02";

    private final Path gateway;
    private final int times;
    private final Path folder = Files.createTempDirectory("everbond-benchmark-");
    private final EventLoop.OnThread loop = EventLoop.onThread("air");
    private final VirtualAir air = VirtualAir.on(loop);
    private final List<VirtualAirServer> servers = new ArrayList<>();

    private WholeProcess(Path gateway, int times) throws IOException {
        this.gateway = gateway.toAbsolutePath().normalize();
        this.times = times;
        serve("c", CENTRAL);
        serve("p", PERIPHERAL);
    }

    public static void main(String[] arguments) throws Exception {
        try (var measured = new WholeProcess(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            measured.run();
        }
        System.exit(0);
    }

    private void serve(String name, String address) throws IOException {
        servers.add(VirtualAirServer.serve(
                air,
                UnixDomainSocketAddress.of(folder.resolve(name + ".sock")),
                ControllerOptions.extended().address(DeviceAddress.parse(address))));
    }

    private void run() throws Exception {
        System.out.println("| what | median | least | most | n |");
        System.out.println("|---|---|---|---|---|");
        row("`java -jar everbond.jar` to HCI ready, empty data folder", starts(jar(), true));
        row("`java -jar everbond.jar` to HCI ready, later starts", starts(jar(), false));
        row("launcher to HCI ready, empty data folder", starts(launcher(), true));
        row("launcher to HCI ready, later starts", starts(launcher(), false));
        reconnects();
        System.out.printf(Locale.ROOT, "| size of `everbond.jar` | %.2f MB | | | |%n", Files.size(gateway.resolve("everbond.jar")) / 1e6);
        System.out.println();
        System.out.println(machine());
    }

    private List<String> jar() {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", gateway.resolve("everbond.jar").toString());
    }

    private List<String> launcher() {
        return List.of(gateway.resolve("everbond").toString());
    }

    /** Milliseconds from the start of a process to its word that the controller is up. */
    private double[] starts(List<String> command, boolean empty) throws Exception {
        var took = new double[times];
        var home = folder.resolve("start");
        start(command, home, "c").close(); // the first one fills caches of the system, and makes the launcher's archive
        for (int i = 0; i < times; i++) {
            if (empty) {
                Devices.delete(home);
            }
            try (var process = start(command, home, "c")) {
                took[i] = process.sinceStart();
            }
        }
        Devices.delete(home);
        return took;
    }

    /** From the start of a process to its encrypted link with a bonded peer that advertises each 20 ms; and its heap then. */
    private void reconnects() throws Exception {
        var home = folder.resolve("central");
        try (var peripheral = start(launcher(), folder.resolve("peripheral"), "p")) {
            var identity = member(peripheral.ask("serve --interval 20ms"), "identity");
            peripheral.ask("agent accept");
            peripheral.ask("bondable on");
            try (var central = start(launcher(), home, "c")) {
                central.ask("connect " + identity);
                central.ask("agent accept");
                central.ask("pair");
            }
            var took = new double[times];
            for (int i = 0; i < times; i++) {
                try (var central = start(launcher(), home, "c", "connect 1", "encrypt")) {
                    took[i] = central.sinceStart();
                    if (i == times - 1) {
                        row("launcher start to encrypted with a bonded peer, advertising interval 20 ms", took);
                        System.out.printf(Locale.ROOT, "| heap in use with one bonded link, after a GC | %.1f MB | | | |%n", central.heap() / 1e6);
                    }
                }
            }
        }
    }

    private static void row(String what, double[] took) {
        Arrays.sort(took);
        System.out.printf(Locale.ROOT, "| %s | %.2f s | %.2f s | %.2f s | %d |%n",
                what, took[took.length / 2] / 1000, took[0] / 1000, took[took.length - 1] / 1000, took.length);
    }

    private static String machine() throws IOException {
        var processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
        return LocalDate.now() + ", " + processor + ", " + Runtime.getRuntime().availableProcessors() + " processors, load "
                + Files.readString(Path.of("/proc/loadavg")).split(" ")[0] + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", Java " + System.getProperty("java.runtime.version");
    }

    private Measured start(List<String> command, Path home, String socket, String... commands) throws Exception {
        var config = Files.createDirectories(home.resolve("config"));
        Files.writeString(config.resolve("org.everbond.adapter-main.cfg"), "transport=unix:" + folder.resolve(socket + ".sock") + "\n");
        var whole = new ArrayList<>(command);
        whole.addAll(List.of("--data", home.resolve("data").toString(), "--config", config.toString(), "--until-eof"));
        return new Measured(new ProcessBuilder(whole).redirectError(home.resolve("log").toFile()), commands);
    }

    private static String member(String object, String name) {
        int at = object.indexOf("\"" + name + "\":\"") + name.length() + 4;
        return object.substring(at, object.indexOf('"', at));
    }

    @Override
    public void close() throws IOException {
        servers.forEach(VirtualAirServer::close);
        loop.close();
        Devices.delete(folder);
    }

    /** A gateway process that has answered its first commands. */
    private static final class Measured implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;
        private final double took;

        Measured(ProcessBuilder builder, String... commands) throws Exception {
            long start = System.nanoTime();
            process = builder.start();
            out = process.inputReader(StandardCharsets.UTF_8);
            try {
                ask(commands.length == 0 ? "adapters --up --timeout 30s" : commands[0]);
                for (int i = 1; i < commands.length; i++) {
                    ask(commands[i]);
                }
            } catch (IOException e) {
                close();
                throw e;
            }
            took = (System.nanoTime() - start) / 1e6;
        }

        double sinceStart() {
            return took;
        }

        String ask(String command) throws IOException {
            process.getOutputStream().write((command + " --json\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            var answer = out.readLine();
            if (answer == null || answer.contains("\"error\"")) {
                throw new IOException("'" + command + "' failed: " + answer);
            }
            return answer;
        }

        /** Octets of live objects; counting them takes a full GC. */
        long heap() throws IOException, InterruptedException {
            var jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(process.pid()), "GC.class_histogram")
                    .start();
            var last = jcmd.inputReader().lines().reduce((before, line) -> line).orElseThrow().strip().split("\\s+");
            jcmd.waitFor();
            return Long.parseLong(last[2]);
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }
}
