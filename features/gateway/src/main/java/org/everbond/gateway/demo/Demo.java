package org.everbond.gateway.demo;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The promise, played for real: two gateways in two processes bond, are killed with SIGKILL, start again from their data
 * folders, and reconnect encrypted with the stored key, without pairing.
 */
public final class Demo {
    private static final String ENCRYPTED = "00000000-1111-2222-3333-444444444444";
    private static final String CENTRAL = "central";
    private static final String PERIPHERAL = "peripheral";

    private final PrintStream out;
    private final Stage stage;
    private GatewayProcess central;
    private GatewayProcess peripheral;
    private boolean bonded;
    private long since = System.nanoTime();

    private Demo(PrintStream out, Stage stage) {
        this.out = out;
        this.stage = stage;
    }

    /**
     * Plays it.
     *
     * @param keep where the gateways' data folders and HCI traces stay
     * @return the exit code: 0 when the bond survived
     */
    public static int play(PrintStream out, Optional<Path> keep) throws IOException, InterruptedException {
        try (var stage = new Stage(keep)) {
            var hook = new Thread(stage::close, "everbond-demo-stop");
            Runtime.getRuntime().addShutdownHook(hook);
            return new Demo(out, stage).play();
        }
    }

    private int play() throws IOException, InterruptedException {
        try {
            prepare();
            start();
            bond();
            kill();
            start();
            reconnect();
            out.println("The bond survived: both gateways were killed, and encrypted again with the stored key, without pairing.");
            whatNext();
            return 0;
        } catch (DemoException e) {
            out.println((bonded ? "The bond did NOT survive: " : "No bond was made: ") + e.getMessage() + ".");
            return 1;
        }
    }

    private void prepare() throws IOException {
        out.println("Two gateways on one virtual air: they bond, are killed, and come back.");
        stage.prepare(CENTRAL, "00:11:22:33:44:01");
        stage.prepare(PERIPHERAL, "00:11:22:33:44:02");
        step("two virtual controllers served on Unix sockets");
    }

    private void start() throws IOException, InterruptedException, DemoException {
        central = stage.start(CENTRAL);
        peripheral = stage.start(PERIPHERAL);
        var one = central.ask("adapters --up --timeout 20s");
        var other = peripheral.ask("adapters --up --timeout 20s");
        step("central, process " + central.pid() + ", is up as " + one.get("identity") + " with " + bonds(one));
        step("peripheral, process " + peripheral.pid() + ", is up as " + other.get("identity") + " with " + bonds(other));
    }

    private static String bonds(Map<String, Object> status) {
        return number(status, "bonds") == 1 ? "1 bond" : number(status, "bonds") + " bonds";
    }

    private void bond() throws InterruptedException, DemoException {
        var address = peripheral.ask("serve --interval 20ms").get("identity");
        peripheral.ask("bondable 60s");
        peripheral.ask("agent accept");
        central.ask("agent accept");
        step("peripheral serves the demo service and advertises");
        central.ask("connect " + address);
        step("central connected to " + address);
        var refused = central.tryAsk("read " + ENCRYPTED);
        if (!refused.containsKey("error")) {
            throw new DemoException("the encrypted characteristic was read without encryption");
        }
        step("central may not read the encrypted characteristic yet");
        var result = central.ask("pair");
        check(Boolean.TRUE.equals(result.get("bonded")), "the central did not bond");
        step("central paired: " + security(result) + ", bonded as " + result.get("bond") + ", "
                + number(result, "octets") + " octets flushed, pairing took " + result.get("ms") + " ms");
        var paired = peripheral.event("paired", event -> true);
        check(Boolean.TRUE.equals(paired.get("bonded")), "the peripheral did not bond");
        step("peripheral paired: " + security(paired) + ", bonded as " + paired.get("bond") + ", "
                + number(paired, "octets") + " octets flushed");
        step("central reads '" + read() + "'");
    }

    private String read() throws InterruptedException, DemoException {
        var value = central.ask("read " + ENCRYPTED).get("text");
        check("encrypted".equals(value), "the encrypted characteristic reads '" + value + "'");
        return (String) value;
    }

    private void kill() throws InterruptedException, DemoException, IOException {
        var stores = new Path[] {store(central), store(peripheral)};
        bonded = true;
        central.kill();
        peripheral.kill();
        step("both killed with SIGKILL");
        for (var store : stores) {
            check(Files.isRegularFile(store) && Files.size(store) > 0, "the store " + store + " is gone");
            step("on disk: " + stage.folder().relativize(store) + ", " + Files.size(store) + " octets");
        }
    }

    private static Path store(GatewayProcess gateway) throws InterruptedException, DemoException {
        var store = gateway.ask("store");
        check(Boolean.TRUE.equals(store.get("durable")), "the store is volatile");
        check(number(store, "bonds") == 1, "the store holds " + number(store, "bonds") + " bonds, not 1");
        return Path.of((String) store.get("resource"));
    }

    private void reconnect() throws InterruptedException, DemoException {
        var address = peripheral.ask("serve --interval 20ms").get("identity");
        step("peripheral advertises again; neither side is bondable, no agent answers");
        central.ask("connect " + address);
        step("central connected to its bonded peer");
        var link = central.ask("encrypt");
        check(link.get("security") instanceof Map, "the link is not encrypted");
        @SuppressWarnings("unchecked")
        var security = (Map<String, Object>) link.get("security");
        step("encrypted with the stored key of bond " + link.get("bond") + ": " + security(security) + ", " + link.get("ms") + " ms");
        step("central reads '" + read() + "'");
        check(!central.happened("pairing") && !peripheral.happened("pairing"), "they paired again instead of using the stored key");
        central.stop();
        peripheral.stop();
        step("no pairing took place; both stopped");
    }

    private static String security(Map<String, Object> security) {
        return (Boolean.TRUE.equals(security.get("secureConnections")) ? "LE Secure Connections " : "LE legacy pairing ")
                + security.get("method") + ", level " + number(security, "level") + ", key size " + number(security, "keySize");
    }

    private static long number(Map<String, Object> object, String member) {
        return object.get(member) instanceof Double number ? number.longValue() : -1;
    }

    private static void check(boolean condition, String otherwise) throws DemoException {
        if (!condition) {
            throw new DemoException(otherwise);
        }
    }

    /** One line with the time since the last one. */
    private void step(String text) {
        long now = System.nanoTime();
        out.printf("%9.1f ms  %s%n", (now - since) / 1e6, text);
        out.flush();
        since = now;
    }

    /** As it was called, so that the line can be typed where the demo was. */
    private static String jar() {
        var path = System.getProperty("java.class.path");
        return path.endsWith(".jar") && !path.contains(File.pathSeparator) ? path : "everbond.jar";
    }

    private void whatNext() {
        out.println();
        if (stage.keeps()) {
            out.println("Look: " + stage.folder() + " holds both data folders, and an HCI trace of each side with the keys blanked:");
            out.println("      tshark -r " + stage.folder().resolve(CENTRAL).resolve("data").resolve(CENTRAL + ".btsnoop"));
        } else {
            out.println("Look: demo --keep DIR leaves both data folders and an HCI trace of each side.");
        }
        out.println("Next: the shell, with two virtual controllers that hear each other:");
        out.println("      mkdir -p config; for n in a b; do echo transport=virtual:air > config/org.everbond.adapter-$n.cfg; done");
        out.println("      java -jar " + jar());
        out.println("      then: serve --adapter b; bondable 60s --adapter b; agent accept");
        out.println("            connect --name Everbond --adapter a; pair --adapter a; bonds --adapter a");
        out.println("      a real controller (H4 over a serial port or USB-CDC): transport=serial:/dev/ttyACM0?baud=1000000");
    }
}
