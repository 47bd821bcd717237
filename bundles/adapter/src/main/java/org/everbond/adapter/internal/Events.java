package org.everbond.adapter.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.everbond.adapter.AdapterEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands events to listeners, in order and never on the event loop. */
final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private final List<Consumer<AdapterEvent>> listeners = new CopyOnWriteArrayList<>();
    private final Executor callbacks;

    Events(Executor callbacks) {
        this.callbacks = callbacks;
    }

    AutoCloseable listen(Consumer<AdapterEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void publish(AdapterEvent event) {
        if (listeners.isEmpty()) {
            return;
        }
        callbacks.execute(() -> listeners.forEach(listener -> call(listener, event)));
    }

    private static void call(Consumer<AdapterEvent> listener, AdapterEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.warn("A listener failed at {}: {}", event.getClass().getSimpleName(), e.toString());
        }
    }
}
