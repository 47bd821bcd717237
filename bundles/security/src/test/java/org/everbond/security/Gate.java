package org.everbond.security;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.everbond.hci.EventLoop;

/** What comes to a device from outside, one after another; a closed gate lets it in one by one. */
final class Gate {
    private record Input(String name, Runnable effect) {}

    private final EventLoop loop;
    private final Deque<Input> waiting = new ArrayDeque<>();
    private boolean closed;
    /** The names of what went in. */
    final List<String> passed = new ArrayList<>();

    Gate(EventLoop loop) {
        this.loop = loop;
    }

    void close() {
        closed = true;
    }

    void open() {
        closed = false;
        while (!waiting.isEmpty()) {
            step();
        }
    }

    void put(String name, Runnable effect) {
        if (closed) {
            waiting.add(new Input(name, effect));
        } else {
            loop.execute(() -> pass(new Input(name, effect)));
        }
    }

    /** Lets the next one in; false when nothing waits. */
    boolean step() {
        var next = waiting.poll();
        if (next == null) {
            return false;
        }
        loop.execute(() -> pass(next));
        return true;
    }

    /** The name of what would go in next; empty when nothing waits. */
    String next() {
        return waiting.isEmpty() ? "" : waiting.peek().name();
    }

    /** Throws away the next one. */
    void dropNext() {
        waiting.poll();
    }

    /** Throws away what waits. */
    void drop() {
        waiting.clear();
    }

    private void pass(Input input) {
        passed.add(input.name());
        input.effect().run();
    }
}
