package org.everbond.shell.internal;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.everbond.security.spi.PairingAgent;

/** A shell with one session, whose output is read line by line. */
final class Terminal {
    final EventFeed feed = new EventFeed();
    final Adapters adapters;
    final Shell shell;
    PairingAgent agent;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(written, true, StandardCharsets.UTF_8);

    Terminal(FakeAdapter... there) {
        this(Arrays.stream(there).map(adapter -> "org.everbond.adapter~" + adapter.name()).collect(Collectors.toSet()), there);
    }

    /** @param configured PIDs */
    Terminal(Set<String> configured, FakeAdapter... there) {
        adapters = new Adapters(() -> configured, "/srv/everbond/config/org.everbond.adapter-main.cfg");
        shell = new Shell(adapters, feed, new ShellAgent(feed, self -> {
            agent = self;
            return () -> agent = null;
        }));
        for (var adapter : there) {
            feed.add(adapter);
            adapters.add(adapter);
        }
    }

    /** Runs a command and gives back what it wrote. */
    String run(String line) throws CommandException, InterruptedException {
        written.reset();
        var words = List.of(line.split(" "));
        shell.run(shell.commands().get(words.get(0)), words.subList(1, words.size()), stream);
        return output();
    }

    /** Runs a command with {@code --json} and gives back the objects, one from each line. */
    List<JsonObject> json(String line) throws CommandException, InterruptedException {
        return run(line + " --json").lines().map(text -> JsonParser.parseString(text).getAsJsonObject()).toList();
    }

    /** What was written since the last command began. */
    String output() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
