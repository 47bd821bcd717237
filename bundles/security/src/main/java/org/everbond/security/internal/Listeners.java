package org.everbond.security.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.everbond.security.SecurityEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who hear of security events. One that throws harms neither the others nor the protocol. */
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<Consumer<SecurityEvent>> all = new CopyOnWriteArrayList<>();

    AutoCloseable add(Consumer<SecurityEvent> listener) {
        // A registration of its own, so that closing one of two equal listeners leaves the other.
        Consumer<SecurityEvent> registration = listener::accept;
        all.add(registration);
        return () -> all.remove(registration);
    }

    void tell(SecurityEvent event) {
        for (var listener : all) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.error("A listener of security events failed on {}", event.getClass().getSimpleName(), e);
            }
        }
    }
}
