package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.Link;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.host.Advertising;
import org.everbond.security.PairingResult.Bonding;

/** Some whole gateways on one air, in simulated time, and what people do with them. */
final class Neighbours implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    static final Duration CONNECT = Duration.ofSeconds(5);

    private final SimulatedLoop world = new SimulatedLoop();
    private final VirtualAir air = VirtualAir.on(world);
    private final Strands strands = new Strands(world);
    private final Random random = new Random(1);
    private final List<SimulatedGateway> all = new ArrayList<>();

    /** A bond as one side has it. */
    record Kept(Bond bond, BondKeys keys) {}

    SimulatedGateway gateway(String name, String store) {
        var gateway = new SimulatedGateway(name, world, strands, air.controller(ControllerOptions.extended()), random);
        gateway.configure("store", store);
        all.add(gateway);
        return gateway;
    }

    /** Whoever is off is switched on. */
    void up() {
        all.stream().filter(gateway -> !gateway.isAlive()).forEach(SimulatedGateway::boot);
        all.forEach(gateway -> until(gateway::isUp, gateway + " does not come up"));
    }

    /** All processes are killed and started again; nobody has heard of anything yet. */
    void restart() {
        all.forEach(SimulatedGateway::kill);
        again();
    }

    /** The power goes for all, with whatever was not flushed, and comes back. */
    void powerCut() {
        all.forEach(SimulatedGateway::cutPower);
        again();
    }

    private void again() {
        all.forEach(gateway -> gateway.events.clear());
        up();
    }

    static DeviceAddress identity(SimulatedGateway gateway) {
        return gateway.adapter().status().identity().orElseThrow();
    }

    Link connect(SimulatedGateway central, SimulatedGateway peripheral) {
        if (!peripheral.adapter().status().advertising()) {
            of(peripheral.adapter().advertise(new Advertising(new byte[0], new byte[0], Duration.ofMillis(20))));
        }
        return of(central.adapter().connect(identity(peripheral), CONNECT));
    }

    /** Both are bonded and say so. */
    void bond(SimulatedGateway central, SimulatedGateway peripheral) {
        var link = connect(central, peripheral);
        assertThat(of(link.pair()).bonding()).isEqualTo(Bonding.BONDED);
        until(() -> kept(peripheral, central).isPresent() && paired(peripheral, central), "the peripheral is not bonded");
        disconnect(link);
    }

    static boolean paired(SimulatedGateway gateway, SimulatedGateway peer) {
        return gateway.events.stream().anyMatch(event -> event instanceof AdapterEvent.Paired paired
                && paired.result().bond().filter(bond -> bond.identity().equals(identity(peer))).isPresent());
    }

    void disconnect(Link link) {
        of(link.disconnect().thenApply(nothing -> true));
        until(() -> all.stream().filter(SimulatedGateway::isUp).allMatch(gateway -> gateway.adapter().links().isEmpty()),
                "a link does not end");
    }

    /** Encrypts with the stored key. Nobody pairs. */
    BondSecurity reconnect(SimulatedGateway central, SimulatedGateway peripheral) {
        int[] before = {pairings(central), pairings(peripheral)};
        var link = connect(central, peripheral);
        var security = of(link.encrypt()).security().orElseThrow();
        until(() -> peripheral.adapter().linkStatus().stream().allMatch(there -> there.security().isPresent()),
                "the peripheral is not encrypted");
        disconnect(link);
        assertThat(new int[] {pairings(central), pairings(peripheral)}).as("pairings").isEqualTo(before);
        return security;
    }

    private static int pairings(SimulatedGateway gateway) {
        return (int) gateway.events.stream().filter(AdapterEvent.PairingStarted.class::isInstance).count();
    }

    static Optional<Kept> kept(SimulatedGateway gateway, SimulatedGateway peer) {
        return gateway.bonds().byIdentity(identity(peer)).map(bond -> new Kept(bond, gateway.bonds().keys(bond.id()).orElseThrow()));
    }

    /** All bonds of all gateways, with their keys. */
    Map<String, Kept> kept() {
        var kept = new HashMap<String, Kept>();
        for (var gateway : all) {
            gateway.bonds().list().forEach(bond ->
                    kept.put(gateway.name + " " + bond.identity(), new Kept(bond, gateway.bonds().keys(bond.id()).orElseThrow())));
        }
        return kept;
    }

    /** Waits for the result of something that succeeds. */
    <T> T of(CompletionStage<T> stage) {
        var future = stage.toCompletableFuture();
        until(future::isDone, "nothing came of it");
        return future.join();
    }

    /** Waits for the end of something that fails. Returns the sentence. */
    String failing(CompletionStage<?> stage) {
        var future = stage.toCompletableFuture();
        until(future::isDone, "nothing came of it");
        assertThat(future).isCompletedExceptionally();
        return future.handle((result, failure) -> failure.getMessage()).join();
    }

    void until(BooleanSupplier condition, String otherwise) {
        if (!world.runUntil(condition, PATIENCE)) {
            throw new AssertionError(otherwise + ": " + all);
        }
    }

    void advance(Duration time) {
        world.advance(time);
    }

    @Override
    public void close() {
        all.forEach(gateway -> assertThat(gateway.watch.broken()).as("what %s broke", gateway.name).isEmpty());
        all.stream().filter(SimulatedGateway::isAlive).forEach(SimulatedGateway::kill);
    }
}
