package org.everbond.gateway.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A gateway in a process of its own, driven by shell commands over its standard input, answering in JSON lines. */
final class GatewayProcess {
    private static final Map<String, Object> END = Map.of();
    private static final long PATIENCE_S = 30;

    private final String role;
    private final Path log;
    private final Process process;
    private final Writer commands;
    private final BlockingQueue<Map<String, Object>> replies = new LinkedBlockingQueue<>();
    private final List<Map<String, Object>> events = new CopyOnWriteArrayList<>();

    private GatewayProcess(String role, Path log, Process process) {
        this.role = role;
        this.log = log;
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts a gateway.
     *
     * @param folder with {@code config} in it; {@code data} and {@code gateway.log} are made there
     */
    static GatewayProcess start(String role, Path folder) throws IOException {
        var log = folder.resolve("gateway.log");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-Dfile.encoding=UTF-8",
                        "-cp", System.getProperty("java.class.path"), "org.everbond.gateway.launch.Main",
                        "--data", folder.resolve("data").toString(), "--config", folder.resolve("config").toString(), "--until-eof")
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        var gateway = new GatewayProcess(role, log, process);
        var reader = new Thread(gateway::read, "everbond-demo-" + role);
        reader.setDaemon(true);
        reader.start();
        gateway.send("events on --json");
        return gateway;
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{")) {
                    take(JsonLine.parse(line));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            // the process is gone, maybe in the middle of a line
        }
        replies.add(END);
        synchronized (events) {
            events.notifyAll();
        }
    }

    private void take(Map<String, Object> object) {
        if (!object.containsKey("event")) {
            replies.add(object);
            return;
        }
        synchronized (events) {
            events.add(object);
            events.notifyAll();
        }
    }

    long pid() {
        return process.pid();
    }

    private void send(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    /**
     * Runs a command that answers with one object.
     *
     * @throws DemoException when it failed, or the gateway ended
     */
    Map<String, Object> ask(String command) throws InterruptedException, DemoException {
        var reply = tryAsk(command);
        if (reply.containsKey("error")) {
            throw new DemoException(role + ": '" + command + "' failed: " + reply.get("error"));
        }
        return reply;
    }

    /** Runs a command; its failure is an answer, too. */
    Map<String, Object> tryAsk(String command) throws InterruptedException, DemoException {
        try {
            send(command + " --json");
        } catch (IOException e) {
            throw ended(command);
        }
        var reply = replies.poll(2 * PATIENCE_S, TimeUnit.SECONDS);
        if (reply == null || reply == END) {
            throw ended(command);
        }
        return reply;
    }

    private DemoException ended(String command) {
        return new DemoException("the " + role + " gateway did not answer '" + command + "'" + lastWords());
    }

    private String lastWords() {
        try {
            var lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1);
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    /** Waits for an event of this process that has happened or will. */
    Map<String, Object> event(String type, Predicate<Map<String, Object>> condition) throws InterruptedException, DemoException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        synchronized (events) {
            while (true) {
                for (var event : events) {
                    if (type.equals(event.get("event")) && condition.test(event)) {
                        return event;
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || !process.isAlive()) {
                    throw new DemoException("the " + role + " gateway did not report '" + type + "'" + lastWords());
                }
                events.wait(left);
            }
        }
    }

    boolean happened(String type) {
        return events.stream().anyMatch(event -> type.equals(event.get("event")));
    }

    /** SIGKILL: no chance to save or say anything. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it, by force if it was not killed before; for the case that something went wrong. */
    void destroy() {
        process.destroyForcibly();
    }

    /** SIGTERM, then waits; by force after a while. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
