package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.Link;
import org.everbond.bonds.BondId;
import org.everbond.crypto.DeviceAddress;
import org.everbond.faults.CrashDisk;
import org.everbond.gatt.RemoteService;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.Faults;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.host.Advertising;
import org.everbond.security.PairingResult.Bonding;
import org.everbond.security.SecurityEvent.BondLost.Cause;

/**
 * One story of two gateways that pair, lose power, are killed, change their stores, miss packets and meet again, made up from a
 * seed and the same every time. Somebody outside remembers what they were told; after each chapter the air is quiet again, and
 * the promises are checked: whoever was told on both sides that a bond is there gets an encrypted link without pairing, for ever.
 */
final class SimulatedStory {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private static final List<String> PLACES = List.of("file:a.tlv", "file:b.tlv", "flash:c.img", "nvs:d.bin");

    private final Random random;
    private final SimulatedLoop world = new SimulatedLoop();
    private final VirtualAir air = VirtualAir.on(world);
    private final List<SimulatedGateway> gateways = new ArrayList<>();
    private final SimulatedGateway central;
    private final SimulatedGateway peripheral;
    private final DeviceAddress[] identities = new DeviceAddress[2];
    /** What each was told: that its bond is durable. */
    private final boolean[] told = new boolean[2];
    /** Whether both were told so of the same bond at a time, and neither has forgotten it since. */
    private boolean bonded;

    private final Set<BondId> forgotten = new HashSet<>();
    /** An attempt goes on when the peer dies meanwhile. */
    private CompletableFuture<Link> connecting = new CompletableFuture<>();

    private Adapter centralOfChapter;

    private final List<EventLoop.Timer> coming = new ArrayList<>();
    private final StringBuilder log = new StringBuilder();

    /** What happened in stories, for the report. */
    static final class Counts {
        long stories;
        long pairings;
        long reconnections;
        long kills;
        long powerCuts;
        long swaps;
        long airFaults;
        long diskFaults;
        long forgotten;

        void add(Counts other) {
            stories += other.stories;
            pairings += other.pairings;
            reconnections += other.reconnections;
            kills += other.kills;
            powerCuts += other.powerCuts;
            swaps += other.swaps;
            airFaults += other.airFaults;
            diskFaults += other.diskFaults;
            forgotten += other.forgotten;
        }

        @Override
        public String toString() {
            return String.format(
                    "%d stories: %d pairings acknowledged, %d reconnections encrypted, %d kills, %d power cuts, %d swaps,"
                            + " %d faults on air, %d of disks, %d bonds forgotten",
                    stories, pairings, reconnections, kills, powerCuts, swaps, airFaults, diskFaults, forgotten);
        }
    }

    private final Counts counts = new Counts();

    SimulatedStory(long seed) {
        random = new Random(seed);
        var strands = new Strands(world);
        for (var name : List.of("central", "peripheral")) {
            var options = random.nextBoolean() ? ControllerOptions.extended() : ControllerOptions.legacy();
            gateways.add(new SimulatedGateway(name, world, strands, air.controller(options), random));
        }
        if (Boolean.getBoolean("everbond.packets")) {
            gateways.forEach(gateway -> gateway.packets = (way, packet) ->
                    note("%s %s %s", gateway.name, way, HexFormat.of().formatHex(packet)));
        }
        central = gateways.get(0);
        peripheral = gateways.get(1);
        configure();
        for (int i = 0; i < 2; i++) {
            int number = i;
            var gateway = gateways.get(i);
            gateway.watch = new Watch(i == 0, () -> told[number],
                    () -> gateway.adapter().status().identity().isPresent());
        }
    }

    private void configure() {
        boolean legacy = random.nextInt(4) == 0;
        for (var gateway : gateways) {
            gateway.configure("privacy", Boolean.toString(random.nextInt(3) == 0));
            gateway.configure("pairing.legacy", legacy ? "only" : "accept");
            gateway.configure("btstack.slots", random.nextInt(3) == 0 ? "0" : "16");
        }
    }

    /** What happened, in order, for whoever looks for the reason of a failure. */
    String log() {
        return log.toString();
    }

    Counts tell() {
        try {
            gateways.forEach(SimulatedGateway::boot);
            allUp();
            int chapters = 2 + random.nextInt(4);
            for (int chapter = 0; chapter < chapters; chapter++) {
                note("chapter %d", chapter);
                chapter();
                quiet();
                check();
            }
            counts.stories = 1;
            return counts;
        } finally {
            gateways.stream().filter(SimulatedGateway::isAlive).forEach(SimulatedGateway::kill);
        }
    }

    // What people want.

    private void chapter() {
        int faults = random.nextInt(4);
        for (int i = 0; i < faults; i++) {
            // Most things happen within some 300 ms: connecting, pairing, writing.
            long micros = random.nextInt(5) == 0 ? random.nextInt(20_000_000) : random.nextInt(400_000);
            coming.add(world.schedule(Duration.ofNanos(micros * 1000), this::fault));
        }
        advertise();
        centralOfChapter = central.adapter();
        connecting = central.adapter().connect(identities[1], CONNECT).toCompletableFuture();
        var link = ended(connecting, CONNECT.multipliedBy(3));
        if (link.isEmpty()) {
            return;
        }
        if (!bonded || random.nextInt(5) == 0) {
            pair(link.get());
        } else if (random.nextInt(8) == 0) {
            forget();
        } else {
            ended(link.get().encrypt(), PATIENCE);
        }
        if (random.nextInt(3) == 0) {
            world.advance(Duration.ofMillis(random.nextInt(2000)));
        }
    }

    private void pair(Link link) {
        int[] before = {central.events.size(), peripheral.events.size()};
        var result = ended(link.pair(), PATIENCE);
        note("pair: %s", result);
        // What the other side may still be told of it.
        world.runUntil(() -> !peripheral.isAlive() || hasBonded(1, before[1]), Duration.ofSeconds(2));
        boolean both = true;
        for (int i = 0; i < 2; i++) {
            if (hasBonded(i, before[i])) {
                told[i] = true;
            } else {
                both = false;
            }
        }
        if (both) {
            counts.pairings++;
            bonded = true;
        }
    }

    private boolean hasBonded(int gateway, int from) {
        var events = gateways.get(gateway).events;
        return events.subList(from, events.size()).stream().anyMatch(event ->
                event instanceof AdapterEvent.Paired paired && paired.result().bonding() == Bonding.BONDED);
    }

    /** Both forget; whoever was not told that it is done may still have the bond. */
    private void forget() {
        bonded = false;
        for (int i = 0; i < 2; i++) {
            var gateway = gateways.get(i);
            told[i] = false;
            if (gateway.isAlive()) {
                for (var bond : gateway.adapter().bonds()) {
                    if (done(gateway.adapter().forget(bond.id()))) {
                        note("%s has forgotten %s", gateway.name, bond.id());
                        forgotten.add(bond.id());
                        counts.forgotten++;
                    }
                }
            }
        }
    }

    // What goes wrong.

    private void fault() {
        int victim = random.nextInt(2);
        var gateway = gateways.get(victim);
        if (!gateway.isAlive()) {
            return;
        }
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> die(gateway);
            case 4 -> {
                var place = PLACES.get(random.nextInt(PLACES.size()));
                note("%s goes to store %s", gateway.name, place);
                counts.swaps++;
                gateway.swap(place);
                if (random.nextBoolean()) {
                    coming.add(world.schedule(Duration.ofNanos(random.nextInt(40_000) * 1000L), () -> die(gateway)));
                }
            }
            case 5 -> {
                note("out of range");
                counts.airFaults++;
                air.separate(central.controller, peripheral.controller);
                world.schedule(Duration.ofMillis(random.nextInt(30_000)), () -> air.join(central.controller, peripheral.controller));
            }
            case 6 -> {
                int pdus = random.nextInt(30);
                note("links of %s are cut after %d PDUs", gateway.name, pdus);
                counts.airFaults++;
                gateway.controller.faults().cutAfter(pdus);
            }
            case 7 -> {
                boolean drop = random.nextBoolean();
                int skip = random.nextInt(12);
                note("packet %d to the host of %s is %s", skip, gateway.name, drop ? "lost" : "late");
                counts.airFaults++;
                gateway.controller.faults().toHost(once(skip, drop));
            }
            case 8 -> {
                int skip = random.nextInt(12);
                note("packet %d from the host of %s is late", skip, gateway.name);
                counts.airFaults++;
                gateway.controller.faults().fromHost(once(skip, random.nextBoolean()));
            }
            default -> {
                var kinds = CrashDisk.Fault.values();
                var kind = kinds[random.nextInt(kinds.length)];
                int after = random.nextInt(6);
                note("disk of %s: %s after %d", gateway.name, kind, after);
                counts.diskFaults++;
                gateway.failDisk(kind, after, 1 + random.nextInt(3));
            }
        }
    }

    private void die(SimulatedGateway gateway) {
        if (!gateway.isAlive()) {
            return;
        }
        if (random.nextBoolean()) {
            note("kill %s", gateway.name);
            counts.kills++;
            gateway.kill();
        } else {
            note("power cut at %s", gateway.name);
            counts.powerCuts++;
            gateway.cutPower();
        }
    }

    private Faults.PacketRule once(int skip, boolean drop) {
        int[] left = {skip};
        var delay = Duration.ofMillis(random.nextInt(500));
        return packet -> {
            if (left[0]-- != 0) {
                return Faults.Verdict.pass(packet);
            }
            return drop ? Faults.Verdict.drop() : Faults.Verdict.delay(packet, delay);
        };
    }

    // What must hold.

    /** Everything that can be repaired is, and the links of the chapter are gone. */
    private void quiet() {
        world.advance(Duration.ofSeconds(random.nextInt(3)));
        coming.forEach(EventLoop.Timer::cancel);
        coming.clear();
        air.join(central.controller, peripheral.controller);
        for (var gateway : gateways) {
            gateway.controller.faults().clear();
            gateway.healDisk();
            if (!gateway.isAlive()) {
                gateway.boot();
            }
        }
        allUp();
        if (centralOfChapter == central.adapter()) {
            until(connecting::isDone, "connecting does not end");
        }
        for (var gateway : gateways) {
            gateway.adapter().links().forEach(Link::disconnect);
        }
        until(() -> gateways.stream().allMatch(gateway -> gateway.adapter().links().isEmpty()), "a link does not end");
    }

    private void allUp() {
        for (int i = 0; i < 2; i++) {
            var gateway = gateways.get(i);
            until(gateway::isUp, "not up");
            var identity = gateway.adapter().status().identity().orElseThrow();
            assertThat(identities[i] == null || identities[i].equals(identity)).as("%s keeps its identity", gateway).isTrue();
            identities[i] = identity;
        }
    }

    private void check() {
        for (int i = 0; i < 2; i++) {
            var gateway = gateways.get(i);
            assertThat(gateway.watch.broken()).as("what %s broke", gateway).isEmpty();
            var bonds = gateway.adapter().bonds();
            var peer = identities[1 - i];
            if (told[i]) {
                assertThat(bonds).as("bonds of %s, which was told of one", gateway).anyMatch(bond -> bond.identity().equals(peer));
                assertThat(gateway.isKnownToBtstack(peer)).as("BTstack finds the bond of %s", gateway).isTrue();
            }
            assertThat(bonds).as("%s: what was forgotten stays so", gateway).noneMatch(bond -> forgotten.contains(bond.id()));
            assertThat(bonds).as("bonds of %s", gateway).hasSizeLessThanOrEqualTo(1);
        }
        if (bonded) {
            reconnect();
        }
    }

    /** Undisturbed: the old key may be the one that fits, and needs an attempt of its own. */
    private void reconnect() {
        int[] before = {central.events.size(), peripheral.events.size()};
        var failures = new ArrayList<String>();
        for (int attempt = 0; attempt < 3; attempt++) {
            advertise();
            var link = ended(central.adapter().connect(identities[1], CONNECT), CONNECT.multipliedBy(3)).orElseThrow(
                    () -> failure("no connection, although nothing is wrong: " + lastFailure));
            // Whoever just reads is protected without asking for it.
            boolean asks = random.nextBoolean();
            if ((asks ? ended(link.encrypt(), PATIENCE) : ended(link.gatt().discover(), PATIENCE)).isPresent()) {
                assertThat(link.status().security()).isPresent();
                assertThat(secret(link)).isEqualTo("encrypted");
                assertThat(done(link.disconnect())).isTrue();
                neverUnbonded(before);
                counts.reconnections++;
                return;
            }
            failures.add("attempt " + attempt + ": " + lastFailure);
            until(() -> central.adapter().links().isEmpty() && peripheral.adapter().links().isEmpty(), "a link does not end");
        }
        throw failure("two bonded gateways cannot encrypt: " + failures);
    }

    private void neverUnbonded(int[] before) {
        for (int i = 0; i < 2; i++) {
            var events = gateways.get(i).events;
            assertThat(events.subList(before[i], events.size())).as("%s", gateways.get(i)).noneMatch(event ->
                    event instanceof AdapterEvent.PairingStarted
                            || event instanceof AdapterEvent.BondLost lost
                                    && (lost.cause() == Cause.PEER_FORGOT || lost.cause() == Cause.WE_FORGOT));
        }
    }

    private String secret(Link link) {
        var services = ended(link.gatt().discover(), PATIENCE).orElseThrow(() -> failure("no discovery"));
        int handle = services.stream()
                .map(RemoteService::characteristics)
                .flatMap(List::stream)
                .filter(found -> found.uuid().equals(SimulatedGateway.SECRET))
                .findFirst()
                .orElseThrow()
                .valueHandle();
        return new String(
                ended(link.gatt().read(handle), PATIENCE).orElseThrow(() -> failure("not readable")), StandardCharsets.UTF_8);
    }

    // Time.

    private String lastFailure = "";

    /** Tries again when a command of it got no answer. */
    private void advertise() {
        for (int attempt = 0; attempt < 3 && peripheral.isAlive() && !peripheral.adapter().status().advertising(); attempt++) {
            done(peripheral.adapter().advertise(new Advertising(new byte[0], new byte[0], Duration.ofMillis(20))));
        }
    }

    /** The result of a stage; empty when it failed, or did not end since one of the gateways died. */
    private <T> Optional<T> ended(CompletionStage<T> stage, Duration limit) {
        var future = stage.toCompletableFuture();
        long generation = deaths();
        boolean ended = world.runUntil(() -> future.isDone() || deaths() != generation, limit);
        if (!ended) {
            throw failure("nothing came of it within " + limit);
        }
        if (!future.isDone() || future.isCompletedExceptionally()) {
            lastFailure = future.isDone() ? String.valueOf(future.handle((value, e) -> e).join()) : "died";
            note("failed: %s", lastFailure);
            return Optional.empty();
        }
        return Optional.of(future.join());
    }

    private long deaths() {
        return counts.kills + counts.powerCuts;
    }

    /** Whether it was done; see {@link #ended}. */
    private boolean done(CompletionStage<Void> stage) {
        return ended(stage.thenApply(nothing -> true), PATIENCE).isPresent();
    }

    private void until(BooleanSupplier condition, String otherwise) {
        if (!world.runUntil(condition, PATIENCE)) {
            throw failure(otherwise + ": " + gateways);
        }
    }

    private AssertionError failure(String what) {
        return new AssertionError(what);
    }

    private void note(String format, Object... arguments) {
        log.append(String.format("%12.6f ", world.nanoTime() / 1e9)).append(String.format(format, arguments)).append('\n');
    }
}
