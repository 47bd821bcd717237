package org.everbond.shell.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.RejectedConfiguration;

/** The adapters that are there, by name, and the configurations that are not used. */
final class Adapters {
    private final Map<String, Adapter> byName = new TreeMap<>();
    private final Map<String, RejectedConfiguration> rejected = new TreeMap<>();
    private final Supplier<Set<String>> configured;
    private final String file;

    /**
     * @param configured the PIDs of the configurations that ask for an adapter
     * @param file which one would make an adapter
     */
    Adapters(Supplier<Set<String>> configured, String file) {
        this.configured = configured;
        this.file = file;
    }

    synchronized void add(Adapter adapter) {
        byName.put(adapter.name(), adapter);
        notifyAll();
    }

    synchronized void remove(Adapter adapter) {
        byName.remove(adapter.name(), adapter);
    }

    synchronized void add(RejectedConfiguration configuration) {
        rejected.put(configuration.pid(), configuration);
        notifyAll();
    }

    synchronized void remove(RejectedConfiguration configuration) {
        rejected.remove(configuration.pid(), configuration);
    }

    /** Fails if a configuration is not used, with the reason. */
    synchronized void complain() throws CommandException {
        if (!rejected.isEmpty()) {
            throw new CommandException(rejected.values().stream().map(RejectedConfiguration::reason).collect(Collectors.joining("; ")));
        }
    }

    /** All adapters, by name. */
    synchronized List<Adapter> all() {
        return List.copyOf(byName.values());
    }

    /** All adapters, once as many are there as are configured, or the time has passed. */
    synchronized List<Adapter> all(Duration timeout) throws InterruptedException {
        var expected = configured.get();
        await(timeout, () -> complete(expected));
        return all();
    }

    /**
     * The adapter of that name, or the only one; waits for it while the configuration says that it is to come.
     *
     * @throws CommandException when there is none such, or several to choose from
     */
    synchronized Adapter find(Optional<String> name, Duration timeout) throws CommandException, InterruptedException {
        var expected = configured.get();
        if (name.isEmpty() || !byName.containsKey(name.get())) {
            await(timeout, () -> complete(expected) || name.map(this::knows).orElse(false));
        }
        if (name.isPresent() && byName.containsKey(name.get())) {
            return byName.get(name.get());
        }
        for (var configuration : rejected.values()) {
            if (name.map(configuration.adapter()::equals).orElse(false)) {
                throw new CommandException(configuration.reason());
            }
        }
        if (byName.isEmpty()) {
            complain();
            throw new CommandException(expected.isEmpty()
                    ? "no adapter is configured; write the line 'transport=serial:/dev/ttyACM0', or without hardware 'transport=virtual:air',"
                            + " into a file " + file
                    : "no adapter came of " + String.join(", ", expected) + " in time; --timeout gives it longer, -v shows what happens");
        }
        if (name.isPresent()) {
            throw new CommandException("there is no adapter '" + name.get() + "'; there is " + String.join(", ", byName.keySet()));
        }
        if (byName.size() > 1) {
            throw new CommandException("there are several adapters; name one by --adapter: " + String.join(", ", byName.keySet()));
        }
        return byName.values().iterator().next();
    }

    private boolean complete(Set<String> expected) {
        var none = rejected.values().stream()
                .filter(configuration -> expected.contains(configuration.pid()) && !byName.containsKey(configuration.adapter()));
        return byName.size() + none.count() >= expected.size();
    }

    private boolean knows(String name) {
        return byName.containsKey(name) || rejected.values().stream().anyMatch(configuration -> configuration.adapter().equals(name));
    }

    private void await(Duration timeout, BooleanSupplier enough) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toMillis(); !enough.getAsBoolean() && left > 0; left = (deadline - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }
}
