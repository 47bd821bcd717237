package org.everbond.adapter.internal;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.everbond.adapter.Adapter;
import org.everbond.gatt.GattServer;
import org.everbond.gatt.spi.GattService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The GATT services of other bundles that this adapter serves, for as long as they are there. Any thread. */
final class Served {
    private static final Logger LOG = LoggerFactory.getLogger(Served.class);

    private final GattServer server;
    private final Whiteboard<GattService> offered;
    private final String adapter;
    private final Map<GattService, CompletionStage<AutoCloseable>> registrations = new ConcurrentHashMap<>();

    Served(GattServer server, Whiteboard<GattService> offered, String adapter) {
        this.server = server;
        this.offered = offered;
        this.adapter = adapter;
    }

    void changed(GattService service, boolean added) {
        if (added && offered.allows(service, Adapter.NAME, adapter)) {
            registrations.computeIfAbsent(service, server::add).exceptionally(failure -> {
                LOG.warn("Adapter {} cannot serve {}: {}", adapter, service.uuid(), failure.getMessage());
                return null;
            });
        } else if (!added) {
            var registration = registrations.remove(service);
            if (registration != null) {
                registration.thenAccept(this::close);
            }
        }
    }

    private void close(AutoCloseable registration) {
        try {
            registration.close();
        } catch (Exception e) {
            LOG.warn("Adapter {} could not take a service away: {}", adapter, e.toString());
        }
    }
}
