package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.everbond.adapter.Link;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.security.PairingPeer;

/**
 * One story of two or three gateways that pair in every way, lose power, are killed, change their stores, miss packets and meet again,
 * made up from a seed and the same every time. Somebody outside keeps a {@link Ledger} of what they were told and holds the promises against
 * it whenever anything has happened; after each chapter the air is quiet again, and whoever was told on both sides that a bond is there
 * gets an encrypted link without pairing, for ever.
 */
final class SimulatedStory {
    private static final List<String> PLACES = List.of("file:a.tlv", "file:b.tlv", "flash:c.img", "nvs:d.bin");

    /** Each so many-th story has traces on a real disk, which take their time. */
    private static final int TRACED = 50;

    final Random random;
    final SimulatedLoop world = new SimulatedLoop();
    final VirtualAir air = VirtualAir.on(world);
    final List<SimulatedGateway> gateways = new ArrayList<>();
    final Tally tally = new Tally();
    final Unspoken unspoken = new Unspoken();
    final Ledger ledger;
    final People people;
    /** Of the value that is written by signatures, once it was discovered: the same at all gateways. */
    int signedHandle;

    private final Mishaps mishaps;
    private final List<Trace> traces = new ArrayList<>();
    private final StringBuilder log = new StringBuilder();
    private AssertionError failure;
    private long fresh;

    SimulatedStory(long seed) {
        random = new Random(seed);
        Unspoken.HERE.set(unspoken);
        ledger = new Ledger(random, tally, unspoken);
        var strands = new Strands(world);
        people = new People(world, strands);
        mishaps = new Mishaps(this);
        if (random.nextInt(3) == 0) {
            air.latency(Duration.ofNanos(random.nextInt(20_000) * 1000L));
        }
        for (var name : List.of("a", "b", "c").subList(0, random.nextInt(4) == 0 ? 3 : 2)) {
            var options = random.nextBoolean() ? ControllerOptions.extended() : ControllerOptions.legacy();
            var gateway = new SimulatedGateway(name, world, strands, air.controller(options), random);
            gateway.skewed = random.nextInt(3) != 0;
            gateway.agents = List.of(new Person(gateway, peer -> plan(gateway, peer)));
            Configuration.choose(gateway, random);
            if (seed % TRACED == 0) {
                traces.add(new Trace(gateway));
            }
            gateways.add(gateway);
            ledger.add(gateway);
            if (Boolean.getBoolean("everbond.packets")) {
                gateway.packets = (way, packet) -> note("%s %s %s", name, way, HexFormat.of().formatHex(packet));
            }
        }
        ledger.ties().forEach(tie -> tie.plan = new Plan(world, random, tie.one.gateway, tie.other.gateway, true));
        note("%s", gateways.stream().map(gateway -> gateway.configuration + (gateway.skewed ? " on USB" : "")).toList());
    }

    private Plan plan(SimulatedGateway gateway, PairingPeer peer) {
        var other = ledger.at(peer.address()).orElseThrow(() -> new IllegalStateException("nobody knows " + peer));
        return ledger.tie(gateway, other).plan;
    }

    /** What happened, in order, for whoever looks for the reason of a failure. */
    String log() {
        return log.toString();
    }

    Tally tell() {
        try {
            gateways.forEach(SimulatedGateway::boot);
            allUp();
            int chapters = 2 + random.nextInt(2);
            for (int chapter = 0; chapter < chapters; chapter++) {
                note("chapter %d", chapter);
                chapter();
                quiet();
                check();
            }
            tally.count("stories", gateways.size() + " gateways");
            new Epilogue(this).tell();
            nothingSecretWasSaid();
            return tally;
        } finally {
            people.end();
            gateways.stream().filter(SimulatedGateway::isAlive).forEach(SimulatedGateway::kill);
            traces.forEach(Trace::delete);
            Unspoken.HERE.remove();
        }
    }

    private void nothingSecretWasSaid() {
        traces.forEach(trace -> unspoken.write(trace.end()));
        var keys = ledger.keys();
        tally.count("keys looked for in all that was said", traces.isEmpty() ? "without a trace" : "and in a trace", keys.size());
        assertThat(unspoken.of(keys)).as("P9: keys that were said").isEmpty();
    }

    private void chapter() {
        if (random.nextInt(8) == 0) {
            new Btstack(this).borrow();
        }
        int faults = random.nextInt(4);
        if (random.nextInt(4) == 0) {
            // A person changes her mind about what the gateway takes.
            Configuration.change(gateways.get(random.nextInt(gateways.size())), random);
        }
        // Waits after failed pairings are over, mostly.
        run(Duration.ofSeconds(random.nextInt(random.nextInt(4) == 0 ? 200 : 10)));
        mishaps.plan(faults);
        int meetings = gateways.size() == 3 && random.nextBoolean() ? 2 : 1;
        var ties = new ArrayList<>(ledger.ties());
        for (int i = 0; i < meetings; i++) {
            var tie = ties.remove(random.nextInt(ties.size()));
            boolean turned = random.nextBoolean();
            var central = turned ? tie.other.gateway : tie.one.gateway;
            var peripheral = turned ? tie.one.gateway : tie.other.gateway;
            begin(() -> new Meeting(this, central, peripheral, faults == 0).hold());
        }
        until(people::isIdle, Duration.ofMinutes(30), "people do not come to an end");
        run(Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(2000) : 0));
    }

    /** What somebody does; a failure of it is one of the story. */
    void begin(Runnable deeds) {
        people.begin(() -> {
            try {
                deeds.run();
            } catch (AssertionError | RuntimeException e) {
                failure = failure != null ? failure : new AssertionError(e.getMessage(), e);
            }
        });
    }

    /** Everything that can be repaired is, and the links of the chapter are gone. */
    private void quiet() {
        run(Duration.ofSeconds(random.nextInt(3)));
        mishaps.end();
        gateways.stream().filter(gateway -> !gateway.isAlive()).forEach(this::bootAgain);
        allUp();
        // An attempt to connect that outlived its peer.
        run(Duration.ofSeconds(6));
        for (var gateway : gateways) {
            gateway.adapter().links().forEach(Link::disconnect);
        }
        until(() -> gateways.stream().allMatch(gateway -> gateway.adapter().links().isEmpty()), Visit.PATIENCE, "a link does not end");
    }

    /** BTstack may have opened the file first, as the last process left it. */
    private void bootAgain(SimulatedGateway gateway) {
        if (random.nextInt(4) == 0) {
            gateway.sharedFile().ifPresent(file -> {
                note("BTstack opens %s of %s", file, gateway.name);
                gateway.disk().put(file, Btstack.opened(gateway.disk().get(file)));
                tally.count("BTstack between two processes", "opened");
            });
        }
        gateway.boot();
    }

    void allUp() {
        for (var gateway : gateways) {
            var before = gateway.identity();
            until(gateway::isUp, Visit.PATIENCE, "not up");
            var identity = gateway.adapter().status().identity();
            assertThat(before.isEmpty() || before.equals(identity)).as("%s keeps its identity", gateway).isTrue();
            ledger.up(gateway);
        }
        until(() -> gateways.stream().allMatch(gateway -> gateway.bonds().ready()), Visit.PATIENCE, "a store is not ready");
    }

    private void check() {
        ledger.settled();
        look();
        for (var gateway : gateways) {
            unspoken.say(gateway.adapter().status());
            unspoken.say(gateway.adapter().bonds());
            assertThat(ledger.isKnownOnAir(gateway)).as("P5: %s is on air as its bonded peers know it", gateway).isTrue();
            assertThat(gateway.bonds().list()).as("bonds of %s", gateway).hasSizeLessThan(gateways.size());
        }
        for (var tie : ledger.ties()) {
            for (var side : List.of(tie.one, tie.other)) {
                if (side.told != null) {
                    assertThat(side.gateway.isKnownToBtstack(side.peer.identity().orElseThrow(), side.now().orElseThrow()))
                            .as("P10: BTstack finds the bond of %s", side.gateway)
                            .isTrue();
                    ledger.formerIrksAreKnown(side);
                }
            }
            if (tie.bonded) {
                boolean turned = random.nextBoolean();
                begin(() -> (turned
                                ? new Reunion(this, tie.other.gateway, tie.one.gateway)
                                : new Reunion(this, tie.one.gateway, tie.other.gateway))
                        .hold());
                until(people::isIdle, Duration.ofMinutes(30), "people do not come to an end");
            }
        }
    }

    // What people need.

    void sank(Side side, String value) {
        if (value.startsWith("forged")) {
            ledger.broken(side.peer.name + ": P8: a value that came in clear reached an application");
        }
    }

    void sank(Side side, byte[] value) {
        sank(side, new String(value, StandardCharsets.UTF_8));
    }

    void subscriptionMustBeDurable(Side side) {
        try (var afterlife = side.gateway.afterPowerCut(random)) {
            boolean there = afterlife.bonds().byIdentity(side.peer.identity().orElseThrow())
                    .flatMap(bond -> afterlife.bonds().subscriptions(bond.id()))
                    .filter(stored -> !stored.values().isEmpty())
                    .isPresent();
            if (!there && side.now().isPresent()) {
                ledger.broken(side.gateway.name + ": P6: a subscription was confirmed that would not survive a power cut");
            }
        }
        tally.count("looks at what a power cut would leave", "subscription");
    }

    /** By decision of a person, at whatever moment. */
    CompletionStage<?> changeIrk(SimulatedGateway gateway) {
        return gateway.adapter().changeIrk().thenAccept(holders -> {
            note("%s has another IRK", gateway.name);
            ledger.irkChanged(gateway);
        });
    }

    long freshNumber() {
        return ++fresh;
    }

    byte[] freshValue() {
        return ByteBuffer.allocate(8).putLong(++fresh).array();
    }

    /** Notifies the value that lies before the one that is written by signatures, whatever it is. */
    byte[] forgedNotification() {
        return ByteBuffer.allocate(9).put((byte) 0x1b).put((byte) (signedHandle - 3)).put((byte) 0).put("forged".getBytes(StandardCharsets.UTF_8))
                .array();
    }

    byte[] readOfEverything() {
        return new byte[] {0x0a, (byte) (signedHandle - 8), 0};
    }

    String anotherPlace() {
        return PLACES.get(random.nextInt(PLACES.size()));
    }

    // Time.

    /** After everything that happens the promises are looked at. */
    void look() {
        ledger.look();
        if (!ledger.isKept()) {
            throw new AssertionError("broken: " + ledger.broken());
        }
        if (failure != null) {
            throw failure;
        }
    }

    void run(Duration time) {
        world.runUntil(() -> {
            look();
            return false;
        }, time);
        world.advance(Duration.ZERO);
    }

    void until(BooleanSupplier condition, Duration limit, String otherwise) {
        boolean came = world.runUntil(() -> {
            look();
            return condition.getAsBoolean();
        }, limit);
        if (!came) {
            throw new AssertionError(otherwise + ": " + gateways);
        }
    }

    void note(String format, Object... arguments) {
        log.append(String.format("%12.6f ", world.nanoTime() / 1e9)).append(String.format(format, arguments)).append('\n');
    }
}
