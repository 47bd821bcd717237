package org.everbond.adapter.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.spi.HciTransportProvider;
import org.everbond.hci.virtual.VirtualController;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.memory.internal.MemoryBackendProvider;

/** A whole adapter in the test's process, on a virtual controller, with its store in a folder. */
final class Gateway implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final Environment environment = new Environment();
    final BlockingQueue<AdapterEvent> events = new LinkedBlockingQueue<>();
    private final Map<String, Object> configuration = new HashMap<>();
    private final Path folder;
    private Stack stack;

    Gateway(String name, VirtualController controller, Path folder) {
        this.folder = folder;
        configuration.putAll(Map.of("name", name, "transport", "test:controller"));
        environment.transports().add(new TestTransport(controller), Map.of());
        environment.stores().add(new FileBackendProvider(folder), Map.of());
        environment.stores().add(new MemoryBackendProvider(), Map.of());
    }

    Gateway with(String option, Object value) {
        configuration.put(option, value);
        return this;
    }

    Gateway start() {
        stack = new Stack(Settings.of(configuration), environment, Disk.system(), folder, new SystemThreads(String.valueOf(configuration.get("name"))));
        stack.adapter().listen(events::add);
        stack.start();
        return this;
    }

    Gateway startUp() {
        start();
        get(adapter().up(PATIENCE));
        return this;
    }

    /** The options that were set so far take effect. */
    void reconfigure() {
        stack.configure(Settings.of(configuration));
    }

    Adapter adapter() {
        return stack.adapter();
    }

    /** The first event of the kind that comes from now on, or has come and was not asked for. */
    <T extends AdapterEvent> T await(Class<T> kind) {
        return await(kind, event -> true);
    }

    <T extends AdapterEvent> T await(Class<T> kind, java.util.function.Predicate<T> wanted) {
        List<AdapterEvent> seen = new java.util.ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (long left = PATIENCE.toNanos(); left > 0; left = deadline - System.nanoTime()) {
                var event = events.poll(left, TimeUnit.NANOSECONDS);
                if (event != null) {
                    seen.add(event);
                }
                if (kind.isInstance(event) && wanted.test(kind.cast(event))) {
                    return kind.cast(event);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new AssertionError("no " + kind.getSimpleName() + " came, but " + seen + "; " + adapter().status());
    }

    void awaitState(AdapterState state) {
        await(AdapterEvent.StateChanged.class, event -> event.state() == state);
    }

    /** The store serves from a place with this name. */
    void awaitStore(String name) {
        if (!adapter().status().backend().resource().endsWith(name)) {
            await(AdapterEvent.StoreChanged.class, event -> adapter().status().backend().resource().endsWith(name));
        }
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e.getCause() == null ? e : e.getCause());
        }
    }

    @Override
    public void close() {
        stack.close();
    }

    private record TestTransport(VirtualController controller) implements HciTransportProvider {
        @Override
        public String scheme() {
            return "test";
        }

        @Override
        public HciTransport create(String place, Map<String, String> options) {
            return Optional.of(controller).map(VirtualController::transport).orElseThrow();
        }
    }
}
