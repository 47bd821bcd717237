package org.example.gateway;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.adapter.Link;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.host.Role;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stays connected to every bonded peer of an adapter and subscribes to the switch of its lamp. Its configuration says which adapter:
 * {@code org.example.collector.cfg}, {@code adapter.target=(adapter=main)}.
 */
@Component(configurationPid = "org.example.collector", configurationPolicy = ConfigurationPolicy.REQUIRE, service = {})
public final class Collector {
    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long PAUSE_S = 2;

    private final Adapter adapter;
    private final AutoCloseable subscription;
    private final Set<BondId> connecting = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService pause = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "collector");
        thread.setDaemon(true);
        return thread;
    });

    @Activate
    public Collector(@Reference(name = "adapter") Adapter adapter) {
        this.adapter = adapter;
        // First listen, then look: nothing is missed in between.
        subscription = adapter.listen(this::happened);
        adapter.bonds().forEach(this::connect);
    }

    @Deactivate
    void end() throws Exception {
        subscription.close();
        pause.shutdownNow();
    }

    /** Called in order, never on the event loop. */
    private void happened(AdapterEvent event) {
        if (event instanceof AdapterEvent.StateChanged state && state.state() == AdapterState.UP) {
            adapter.bonds().forEach(this::connect);
        } else if (event instanceof AdapterEvent.Paired paired && paired.link().role() == Role.CENTRAL) {
            paired.result().bond().ifPresent(bond -> adapter.link(paired.link().id()).ifPresent(link -> collect(link, bond)));
        } else if (event instanceof AdapterEvent.Disconnected gone && gone.link().role() == Role.CENTRAL) {
            gone.link().bond().ifPresent(this::later);
        } else if (event instanceof AdapterEvent.BondLost lost) {
            LOG.warn("{}: {}", lost.link().peer(), lost.explanation());
        }
    }

    private void later(Bond bond) {
        pause.schedule(() -> connect(bond), PAUSE_S, TimeUnit.SECONDS);
    }

    /** Not if it was forgotten, or is connected or about to be. */
    private void connect(Bond bond) {
        if (adapter.bonds().stream().noneMatch(known -> known.id().equals(bond.id()))
                || adapter.linkStatus().stream().anyMatch(link -> link.peer().equals(bond.identity()))
                || !connecting.add(bond.id())) {
            return;
        }
        adapter.connect(bond.id(), PATIENCE).whenComplete((link, failure) -> {
            connecting.remove(bond.id());
            if (failure == null) {
                collect(link, bond);
            } else {
                later(bond);
            }
        });
    }

    /** The client encrypts with the stored key before anything leaves; there is nothing to do for that. */
    private void collect(Link link, Bond bond) {
        link.gatt().discover()
                .thenCompose(services -> link.gatt().subscribe(
                        services.stream()
                                .flatMap(service -> service.characteristics().stream())
                                .filter(characteristic -> characteristic.uuid().equals(Lamp.SWITCH))
                                .findFirst()
                                .orElseThrow(() -> new IllegalStateException(bond.identity() + " has no lamp")),
                        value -> Screen.show("collector: " + bond.id() + " " + HexFormat.of().formatHex(value))))
                .whenComplete((subscribed, failure) -> {
                    if (failure == null) {
                        Screen.show("collector: hears " + bond.id());
                    } else {
                        LOG.warn("nothing to collect from {}: {}", bond.identity(), failure.getMessage());
                    }
                });
    }
}
