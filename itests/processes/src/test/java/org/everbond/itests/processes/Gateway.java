package org.everbond.itests.processes;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One gateway with its folders, and its process while one runs: started, told shell commands, heard, killed, started again. What is
 * awaited and does not come fails with everything that the process has said.
 */
final class Gateway implements AutoCloseable {
    private final String name;
    private final Path folder;
    private final Map<String, String> options = new TreeMap<>();
    private final Set<Integer> taken = new HashSet<>();
    private Process process;
    private Lines out;
    private Lines err;
    private int marks;

    /** @param folder where its data and configuration lie */
    Gateway(Path folder, String name, String transport) {
        this.folder = folder.resolve(name);
        this.name = name;
        options.put("transport", transport);
    }

    /** Sets a configuration value of its adapter. */
    Gateway with(String option, String value) {
        options.put(option, value);
        return this;
    }

    Path data() {
        return folder.resolve("data");
    }

    Path config() {
        return folder.resolve("config");
    }

    /** The file of its bonds. */
    Path store() {
        return data().resolve(name + ".tlv");
    }

    /** Writes the configuration and starts the process; events are heard from then on. */
    Gateway start() throws IOException, InterruptedException {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name + " is running");
        }
        adapter(name, options);
        taken.clear();
        process = Everbond.command("--data", data().toString(), "--config", config().toString(), "--until-eof")
                .directory(folder.toFile())
                .start();
        out = new Lines(name + " output", process.getInputStream());
        err = new Lines(name + " errors", process.getErrorStream());
        run("events on --json");
        return this;
    }

    /** Writes the configuration of another adapter of it. */
    void adapter(String adapter, Map<String, String> properties) throws IOException {
        Files.createDirectories(config());
        var lines = properties.entrySet().stream().map(property -> property.getKey() + "=" + property.getValue()).toList();
        Files.write(config().resolve("org.everbond.adapter-" + adapter + ".cfg"), lines);
    }

    /** Starts, and waits until the adapter is UP. */
    Gateway up() throws IOException, InterruptedException {
        start();
        one("adapters --up --adapter " + name + " --timeout 60s --json");
        return this;
    }

    /** The address under which bonds know it. */
    String identity() throws InterruptedException {
        return one("adapters --json").get("identity").getAsString();
    }

    /** Runs a shell command that must succeed. Returns the JSON objects that it wrote, events left out. */
    List<JsonObject> run(String command) throws InterruptedException {
        var said = tell(command);
        var error = error(said);
        if (error.isPresent()) {
            throw failure("'" + command + "' failed: " + error.get());
        }
        return objects(said.out);
    }

    /** Runs a command that writes one object. */
    JsonObject one(String command) throws InterruptedException {
        var objects = run(command);
        if (objects.size() != 1) {
            throw failure("'" + command + "' gave " + objects + " and not one object");
        }
        return objects.get(0);
    }

    /** Runs a shell command that must fail. Returns what it complains of. */
    String complaint(String command) throws InterruptedException {
        return error(tell(command)).orElseThrow(() -> failure("'" + command + "' did not fail"));
    }

    /** Runs a shell command that may fail. Returns the object that it wrote: its result, or one with the member "error". */
    JsonObject runOrFail(String command) throws InterruptedException {
        var objects = objects(tell(command).out);
        if (objects.size() != 1) {
            throw failure("'" + command + "' gave " + objects + " and not one object");
        }
        return objects.get(0);
    }

    /** Runs a shell command that may fail, or never end because the process is killed. Returns the JSON objects of a success. */
    List<JsonObject> runOrDie(String command) throws InterruptedException {
        int from = out.size();
        var mark = "mark" + ++marks;
        sendIfAlive(command + "\n" + "mark = " + mark);
        out.await(lines -> lines.stream().skip(from).filter(mark::equals).findFirst(), Everbond.DEADLINE);
        if (!out.ended() && !out.from(from).contains(mark)) {
            throw failure("'" + command + "' did not end");
        }
        return objects(out.from(from)).stream().filter(object -> !object.has("error")).toList();
    }

    private static List<JsonObject> objects(List<String> lines) {
        return lines.stream().map(Gateway::json).flatMap(Optional::stream).filter(object -> !object.has("event")).toList();
    }

    private record Said(List<String> out, List<String> err) {}

    /**
     * Sends a command and waits for its end, which two more lines show: an assignment, whose value the shell writes as output, and
     * a command that does not exist, of which it complains as errors.
     */
    private Said tell(String command) throws InterruptedException {
        int outFrom = out.size();
        int errFrom = err.size();
        var mark = "mark" + ++marks;
        send(command + "\n" + "mark = " + mark + "\n" + "no-" + mark + "\n");
        int outTo = end(out, outFrom, line -> line.equals(mark), command);
        int errTo = end(err, errFrom, line -> line.contains("no-" + mark), command);
        return new Said(out.from(outFrom).subList(0, outTo), err.from(errFrom).subList(0, errTo));
    }

    private int end(Lines lines, int from, Predicate<String> last, String command) throws InterruptedException {
        return lines.await(
                        all -> {
                            for (int i = from; i < all.size(); i++) {
                                if (last.test(all.get(i))) {
                                    return Optional.of(i - from);
                                }
                            }
                            return Optional.empty();
                        },
                        Everbond.DEADLINE)
                .orElseThrow(() -> failure("'" + command + "' did not end"));
    }

    private void send(String text) {
        if (!sendIfAlive(text)) {
            throw failure("it does not take commands any more");
        }
    }

    private boolean sendIfAlive(String text) {
        try {
            process.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Optional<String> error(Said said) {
        var told = said.out.stream()
                .map(Gateway::json)
                .flatMap(Optional::stream)
                .filter(object -> object.has("error"))
                .map(object -> object.get("error").getAsString());
        var written = said.err.stream().filter(line -> line.startsWith("error: ")).map(line -> line.substring("error: ".length()));
        return Stream.concat(told, written).findFirst();
    }

    /** Waits for an event that was not yet taken, and takes it. */
    JsonObject event(String type, Predicate<JsonObject> which) throws InterruptedException {
        return out.await(all -> take(all, type, which), Everbond.DEADLINE)
                .orElseThrow(() -> failure("the event '" + type + "' did not come"));
    }

    JsonObject event(String type) throws InterruptedException {
        return event(type, event -> true);
    }

    private synchronized Optional<JsonObject> take(List<String> lines, String type, Predicate<JsonObject> which) {
        for (int i = 0; i < lines.size(); i++) {
            var event = taken.contains(i) ? Optional.<JsonObject>empty() : eventOf(lines.get(i));
            if (event.isPresent() && event.get().get("event").getAsString().equals(type) && which.test(event.get())) {
                taken.add(i);
                return event;
            }
        }
        return Optional.empty();
    }

    /** Waits for a line of output that begins so. Returns the rest of it. */
    String line(String beginning) throws InterruptedException {
        return out.await(lines -> lines.stream().filter(line -> line.startsWith(beginning)).findFirst(), Everbond.DEADLINE)
                .orElseThrow(() -> failure("no line begins with '" + beginning + "'"))
                .substring(beginning.length());
    }

    /** All events of this type since the start of the process, taken or not. */
    List<JsonObject> events(String type) {
        return out.from(0).stream()
                .map(Gateway::eventOf)
                .flatMap(Optional::stream)
                .filter(event -> event.get("event").getAsString().equals(type))
                .toList();
    }

    private static Optional<JsonObject> eventOf(String line) {
        return json(line).filter(object -> object.has("event"));
    }

    private static Optional<JsonObject> json(String line) {
        if (!line.startsWith("{")) {
            return Optional.empty();
        }
        try {
            return Optional.of(JsonParser.parseString(line).getAsJsonObject());
        } catch (JsonSyntaxException e) {
            return Optional.empty(); // cut off in the middle by a kill
        }
    }

    /** SIGKILL. */
    void destroy() {
        process.destroyForcibly();
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() throws InterruptedException {
        destroy();
        exit();
    }

    /** SIGTERM, and waits for the orderly end. */
    int stop() throws InterruptedException {
        process.destroy();
        return exit();
    }

    int exit() throws InterruptedException {
        if (!process.waitFor(Everbond.DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw failure("it does not end");
        }
        out.awaitEnd(Everbond.DEADLINE);
        err.awaitEnd(Everbond.DEADLINE);
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String errors() {
        return err.toString();
    }

    AssertionError failure(String what) {
        return new AssertionError(name + ": " + what + "\n--- it wrote\n" + out + "\n--- errors\n" + err
                + (process.isAlive() ? "" : "\n--- and ended with " + process.exitValue()));
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }
}
