package org.everbond.hci.virtual.internal;

import java.util.HashMap;
import java.util.Map;
import org.everbond.hci.EventLoop;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.spi.HciTransportProvider;
import org.everbond.hci.virtual.ControllerOptions;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Answers to {@code transport=virtual:<air>?address=...&flavour=legacy|extended&...}: controllers on airs of this process, by
 * name. An adapter with a fixed address finds its controller again; one without gets a free address each time.
 */
@Component
public final class VirtualTransportProvider implements HciTransportProvider {
    private final Map<String, Air> airs = new HashMap<>();
    private EventLoop.OnThread loop;

    @Override
    public String scheme() {
        return "virtual";
    }

    @Override
    public synchronized HciTransport create(String place, Map<String, String> options) {
        if (place.isBlank()) {
            throw new IllegalArgumentException("transport=virtual: needs the name of an air, as in virtual:air");
        }
        var parsed = ControllerOptions.parse(options);
        return new NamedAirTransport(air(place), parsed);
    }

    private Air air(String name) {
        if (loop == null) {
            loop = EventLoop.onThread("everbond-virtual-air");
        }
        return airs.computeIfAbsent(name, unused -> new Air(loop));
    }

    @Deactivate
    synchronized void deactivate() {
        for (var air : airs.values()) {
            air.controllers().forEach(air::remove);
        }
        airs.clear();
        if (loop != null) {
            loop.execute(loop::close);
            loop = null;
        }
    }
}
