package org.everbond.itests.story.swap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterStatus;
import org.everbond.tlv.TlvState;

/** An adapter that plays in the story, with all that it told of. */
final class Actor {
    static final long DEADLINE_S = 40;

    private final Ground ground;
    private final String name;
    private final Map<String, String> options = new HashMap<>();
    private final List<AdapterEvent> events = new ArrayList<>();
    private Adapter adapter;
    private AutoCloseable hearing;

    Actor(Ground ground, String name) {
        this.ground = ground;
        this.name = name;
        options.putAll(Map.of("transport", "story:" + name, "pairing.justWorks", "accept"));
    }

    Actor with(String option, String value) {
        options.put(option, value);
        return this;
    }

    String name() {
        return name;
    }

    Adapter adapter() {
        return adapter;
    }

    /** Comes on stage, and is up. */
    Actor enter() throws Exception {
        adapter = ground.configure(name, options);
        hearing = adapter.listen(this::heard);
        get(adapter.up(Duration.ofSeconds(DEADLINE_S)));
        return this;
    }

    /** The options that were set since take effect. */
    void reconfigure() throws Exception {
        ground.configure(name, options);
    }

    void leave() throws Exception {
        if (adapter != null) {
            // What it still tells of while it ends is nobody's concern.
            hearing.close();
            adapter = null;
            ground.remove(name);
        }
    }

    private synchronized void heard(AdapterEvent event) {
        events.add(event);
        notifyAll();
    }

    /** What it told of so far. */
    synchronized List<AdapterEvent> events() {
        return List.copyOf(events);
    }

    synchronized void forgetEvents() {
        events.clear();
    }

    synchronized <T extends AdapterEvent> long count(Class<T> kind, Predicate<T> wanted) {
        return events.stream().filter(kind::isInstance).map(kind::cast).filter(wanted).count();
    }

    /** Waits until the status says so; each change of it comes with an event. */
    void until(String what, Predicate<AdapterStatus> wanted) throws InterruptedException {
        await(what, () -> wanted.test(adapter.status()));
    }

    /** Waits until the store at this place serves. */
    void serves(String place) throws InterruptedException {
        until(place + " serves", status -> status.storeState() == TlvState.READY && status.backend().resource().endsWith(place));
    }

    synchronized void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_S);
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError(name + ": not within " + DEADLINE_S + " s: " + what + "; it told of " + events + ", is "
                        + adapter.status());
            }
            wait(Math.min(left, 500));
        }
    }

    /** The value of a stage; a failure comes out as it is. */
    static <T> T get(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(DEADLINE_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
