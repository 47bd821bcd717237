package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterEvent;
import org.everbond.bonds.keys.BondStore;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.security.spi.PairingAgent;

/** The implementation under test (IUT): a whole gateway in simulated time, with its bonds in a file that outlives its process. */
public final class UnderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SimulatedLoop world;
    private final SimulatedGateway gateway;

    public UnderTest(SimulatedLoop world, VirtualAir air) {
        this.world = world;
        gateway = new SimulatedGateway("iut", world, new Strands(world), air.controller(), new Random(1));
    }

    /** An option of the factory configuration {@code org.everbond.adapter}. */
    public void configure(String option, String value) {
        gateway.configuration.put(option, value);
    }

    /** Its user, and what it serves. */
    public void equip(PairingAgent user, GattService service) {
        gateway.agents = List.of(user);
        gateway.services = List.of(service);
    }

    public void boot() {
        gateway.boot();
        if (!world.runUntil(gateway::isUp, PATIENCE)) {
            throw new AssertionError("the gateway does not come up: " + gateway);
        }
    }

    public void kill() {
        gateway.kill();
    }

    public boolean isAlive() {
        return gateway.isAlive();
    }

    /** Promises that were broken on the way to the controller. */
    public List<String> broken() {
        return gateway.watch.broken();
    }

    public Adapter adapter() {
        return gateway.adapter();
    }

    /** What the application has heard, of all processes. */
    public List<AdapterEvent> events() {
        return gateway.events;
    }

    /** Reads what is in the store, on the loop. */
    public BondStore bonds() {
        return gateway.bonds();
    }
}
