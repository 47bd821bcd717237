package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.everbond.hci.EventLoop;

/**
 * The endpoints between a controller on USB and its host: commands, events and ACL data of each direction have a way of their own (Vol 4,
 * Part B, 2.1). On each of them packets keep their order; one way overtakes another.
 */
final class Pipes {
    private final EventLoop world;
    private final Random random;
    /** The longest that a packet takes on a way, in microseconds; by H4 indicator, and the direction. */
    private final Map<Integer, Integer> slowest = new HashMap<>();

    private final Map<Integer, Long> busyUntil = new HashMap<>();
    private boolean closed;

    /** @param skewed false for a transport on which all packets keep their order, such as a serial port */
    Pipes(EventLoop world, Random random, boolean skewed) {
        this.world = world;
        this.random = random;
        for (int way = 0; skewed && way < 16; way++) {
            slowest.put(way, random.nextBoolean() ? 0 : random.nextInt(40_000));
        }
    }

    void carry(boolean toHost, byte[] packet, Consumer<byte[]> to) {
        int way = packet[0] & 7 | (toHost ? 8 : 0);
        int limit = slowest.getOrDefault(way, 0);
        if (limit == 0) {
            to.accept(packet);
            return;
        }
        long now = world.nanoTime();
        // Mostly quick: what is slow stands out.
        long arrival = now + (random.nextInt(3) == 0 ? random.nextInt(limit) : 1) * 1000L;
        long after = Math.max(arrival, busyUntil.getOrDefault(way, 0L));
        busyUntil.put(way, after);
        world.schedule(Duration.ofNanos(after - now), () -> {
            if (!closed) {
                to.accept(packet);
            }
        });
    }

    void close() {
        closed = true;
    }
}
