package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.everbond.faults.CrashDisk;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.Faults;

/** What goes wrong in a story, at moments that nobody expects. */
final class Mishaps {
    private final SimulatedStory story;
    private final Random random;
    private final List<EventLoop.Timer> coming = new ArrayList<>();

    Mishaps(SimulatedStory story) {
        this.story = story;
        random = story.random;
    }

    void plan(int faults) {
        if (random.nextInt(6) == 0) {
            // Before anybody pairs.
            shortKeys();
        }
        for (int i = 0; i < faults; i++) {
            // Most things happen within some 300 ms: connecting, pairing, writing.
            long micros = random.nextInt(5) == 0 ? random.nextInt(20_000_000) : random.nextInt(400_000);
            after(micros, this::happen);
        }
    }

    private void after(long micros, Runnable what) {
        coming.add(story.world.schedule(Duration.ofNanos(micros * 1000), what));
    }

    /** Everything that can be repaired is. */
    void end() {
        coming.forEach(EventLoop.Timer::cancel);
        coming.clear();
        for (var gateway : story.gateways) {
            for (var other : story.gateways) {
                if (other != gateway) {
                    story.air.join(gateway.controller, other.controller);
                }
            }
            gateway.controller.faults().clear();
            gateway.healDisk();
            gateway.storesAreThere(true);
        }
    }

    private void count(SimulatedGateway gateway, String kind, String detail) {
        story.note("%s: %s %s", gateway.name, kind, detail);
        story.tally.count("faults", kind);
    }

    private void happen() {
        var gateway = story.gateways.get(random.nextInt(story.gateways.size()));
        if (!gateway.isAlive()) {
            return;
        }
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> die(gateway);
            case 4 -> swap(gateway);
            case 5 -> outOfRange(gateway);
            case 6 -> {
                int pdus = random.nextInt(30);
                count(gateway, "links cut", "after %d PDUs".formatted(pdus));
                gateway.controller.faults().cutAfter(pdus);
            }
            case 7 -> {
                int skip = random.nextInt(12);
                count(gateway, "packet to a host lost", "number " + skip);
                gateway.controller.faults().toHost(once(skip, true));
            }
            case 8 -> {
                int skip = random.nextInt(12);
                count(gateway, "packet to a host late", "number " + skip);
                gateway.controller.faults().toHost(once(skip, false));
            }
            case 9 -> {
                int skip = random.nextInt(12);
                boolean drop = random.nextBoolean();
                count(gateway, drop ? "packet from a host lost" : "packet from a host late", "number " + skip);
                gateway.controller.faults().fromHost(once(skip, drop));
            }
            case 10 -> noBackend(gateway);
            case 11 -> shortKeys();
            case 12 -> {
                count(gateway, "own IRK changed", "");
                story.changeIrk(gateway);
            }
            default -> disk(gateway);
        }
    }

    private void die(SimulatedGateway gateway) {
        if (gateway.isAlive()) {
            boolean kill = random.nextBoolean();
            count(gateway, kill ? "kill" : "power cut", "");
            if (kill) {
                gateway.kill();
            } else {
                gateway.cutPower();
            }
            story.people.ring();
        }
    }

    private void swap(SimulatedGateway gateway) {
        var place = story.anotherPlace();
        count(gateway, "swap of the store", "to " + place);
        gateway.swap(place);
        if (random.nextBoolean()) {
            after(random.nextInt(40_000), () -> die(gateway));
        }
    }

    private void outOfRange(SimulatedGateway gateway) {
        count(gateway, "out of range", "");
        var others = story.gateways.stream().filter(other -> other != gateway).toList();
        others.forEach(other -> story.air.separate(gateway.controller, other.controller));
        story.world.schedule(Duration.ofMillis(random.nextInt(30_000)), () ->
                others.forEach(other -> story.air.join(gateway.controller, other.controller)));
    }

    /** The bundle of the storage is stopped, and comes back. */
    private void noBackend(SimulatedGateway gateway) {
        count(gateway, "storage bundle gone", "");
        story.ledger.troubled(gateway);
        gateway.storesAreThere(false);
        after(random.nextInt(25_000_000), () -> gateway.storesAreThere(true));
    }

    private void disk(SimulatedGateway gateway) {
        var kinds = CrashDisk.Fault.values();
        var kind = kinds[random.nextInt(kinds.length)];
        int after = random.nextInt(6);
        count(gateway, "disk " + kind, "after " + after);
        story.ledger.troubled(gateway);
        gateway.failDisk(kind, after, 1 + random.nextInt(3));
    }

    private void shortKeys() {
        int size = 6 + random.nextInt(10);
        count(story.gateways.get(0), "key size changed on air", "to " + size);
        var between = new ShortKeys(story.ledger, size);
        story.gateways.forEach(gateway -> gateway.controller.faults().toHost(between.before(gateway)));
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
}
