package org.everbond.shell.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.everbond.adapter.Adapter;

/** The adapters that are there, by name. */
final class Adapters {
    private static final String NONE = "no adapter is configured; write a file org.everbond.adapter-main.cfg with the line"
            + " 'transport=serial:/dev/ttyACM0' into the configuration folder";

    private final Map<String, Adapter> byName = new TreeMap<>();
    private final IntSupplier configured;

    /** @param configured how many adapters the configuration asks for */
    Adapters(IntSupplier configured) {
        this.configured = configured;
    }

    synchronized void add(Adapter adapter) {
        byName.put(adapter.name(), adapter);
        notifyAll();
    }

    synchronized void remove(Adapter adapter) {
        byName.remove(adapter.name(), adapter);
    }

    /** All adapters, by name. */
    synchronized List<Adapter> all() {
        return List.copyOf(byName.values());
    }

    /** All adapters, once as many are there as are configured, or the time has passed. */
    synchronized List<Adapter> all(Duration timeout) throws InterruptedException {
        int expected = configured.getAsInt();
        await(timeout, () -> byName.size() >= expected);
        return all();
    }

    /**
     * The adapter of that name, or the only one; waits for it while the configuration says that it is to come.
     *
     * @throws CommandException when there is none such, or several to choose from
     */
    synchronized Adapter find(Optional<String> name, Duration timeout) throws CommandException, InterruptedException {
        int expected = configured.getAsInt();
        if (byName.isEmpty() && expected == 0) {
            throw new CommandException(NONE);
        }
        if (name.isEmpty() || !byName.containsKey(name.get())) {
            await(timeout, () -> byName.size() >= expected || name.map(byName::containsKey).orElse(false));
        }
        if (name.isPresent()) {
            if (!byName.containsKey(name.get())) {
                throw new CommandException("there is no adapter '" + name.get() + "'" + alternatives());
            }
            return byName.get(name.get());
        }
        if (byName.isEmpty()) {
            throw new CommandException("the configured adapter did not come; look for its error in the log");
        }
        if (byName.size() > 1) {
            throw new CommandException("there are several adapters; name one by --adapter: " + String.join(", ", byName.keySet()));
        }
        return byName.values().iterator().next();
    }

    private String alternatives() {
        return byName.isEmpty() ? "; none is there" : "; there is " + String.join(", ", byName.keySet());
    }

    private void await(Duration timeout, BooleanSupplier enough) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toMillis(); !enough.getAsBoolean() && left > 0; left = (deadline - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }
}
