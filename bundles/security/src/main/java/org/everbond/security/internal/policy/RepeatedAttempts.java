package org.everbond.security.internal.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.everbond.bonds.keys.FailedAttempts;
import org.everbond.crypto.DeviceAddress;

/**
 * Repeated attempts (Vol 3, Part H, 2.3.6): how long to wait before the next pairing with a peer. The first failure costs the first
 * wait, each further one twice as much, up to {@link #LONGEST}; an hour without a failure takes one back. A peer is known by
 * its identity address, when bonded, and by its address on air. Who changes addresses meets the bucket that all peers without
 * a bond share: it takes {@value #BUCKET} failures for nothing, then it doubles likewise, up to {@link #LONGEST_OF_STRANGERS}, and one
 * leaks out of it every ten minutes.
 *
 * <p>Each wait is shorter than the time after which a failure is taken back, so that for somebody who keeps trying waits never
 * shrink. Times are those of one clock, in nanoseconds. What was counted before a restart counts from the restart.
 */
public final class RepeatedAttempts {
    static final Duration LONGEST = Duration.ofMinutes(30);
    static final Duration LONGEST_OF_STRANGERS = Duration.ofMinutes(4);
    static final int BUCKET = 10;

    private static final Duration QUIET = Duration.ofHours(1);
    private static final Duration LEAK = Duration.ofMinutes(10);
    /** So many doublings of anything are longer than the longest wait. */
    private static final int MOST = 16;
    private static final int PEERS = 128;

    /** Who has to wait: a peer by address, or, without one, all strangers together. */
    private record Who(Optional<DeviceAddress> peer) {
        static final Who STRANGERS = new Who(Optional.empty());

        int free() {
            return peer.isPresent() ? 0 : BUCKET;
        }

        Duration longest() {
            return peer.isPresent() ? LONGEST : LONGEST_OF_STRANGERS;
        }

        Duration forgivenAfter() {
            return peer.isPresent() ? QUIET : LEAK;
        }
    }

    /** @param since when the last one was */
    private record Failures(int count, long since) {}

    private final Map<Who, Failures> failures = new HashMap<>();

    /**
     * What was counted before a restart, or in a store that was loaded.
     *
     * @return whether that changed anything
     */
    public boolean load(List<FailedAttempts> counted, long now) {
        boolean changed = false;
        for (var one : counted) {
            var who = new Who(one.peer());
            int count = Math.min(one.failures(), who.free() + MOST);
            if (count > count(who, now)) {
                put(who, new Failures(count, now), now);
                changed = true;
            }
        }
        return changed;
    }

    /** What counts now, to be saved. */
    public List<FailedAttempts> counted(long now) {
        var counted = new ArrayList<FailedAttempts>();
        failures.keySet().stream()
                .filter(who -> count(who, now) > 0)
                .sorted(Comparator.comparing(who -> who.peer().map(DeviceAddress::toString).orElse("")))
                .forEach(who -> counted.add(new FailedAttempts(who.peer(), count(who, now))));
        return counted;
    }

    /**
     * A pairing failed in which the peer may have learnt something.
     *
     * @param identity of the bond that the peer has, if any
     */
    public void failed(DeviceAddress onAir, Optional<DeviceAddress> identity, long now) {
        for (var who : known(onAir, identity)) {
            put(who, new Failures(Math.min(count(who, now) + 1, who.free() + MOST), now), now);
        }
    }

    /**
     * A pairing succeeded; what strangers have done in the meantime stays counted.
     *
     * @return whether anything was taken back
     */
    public boolean succeeded(DeviceAddress onAir, Optional<DeviceAddress> identity) {
        boolean address = failures.remove(new Who(Optional.of(onAir))) != null;
        return identity.map(known -> failures.remove(new Who(Optional.of(known))) != null).orElse(false) || address;
    }

    /** How long to wait before the next pairing with this peer; zero when it may begin. */
    public Duration left(DeviceAddress onAir, Optional<DeviceAddress> identity, Duration first, long now) {
        var longest = Duration.ZERO;
        for (var who : known(onAir, identity)) {
            var left = left(who, first, now);
            longest = left.compareTo(longest) > 0 ? left : longest;
        }
        return longest;
    }

    private static List<Who> known(DeviceAddress onAir, Optional<DeviceAddress> identity) {
        // A private address of a bonded peer says nothing that its identity does not.
        return identity.map(known -> List.of(new Who(Optional.of(known))))
                .orElseGet(() -> List.of(new Who(Optional.of(onAir)), Who.STRANGERS));
    }

    private Duration left(Who who, Duration first, long now) {
        var counted = failures.get(who);
        int count = count(who, now) - who.free();
        if (counted == null || count <= 0) {
            return Duration.ZERO;
        }
        var doubled = first.multipliedBy(1L << Math.min(count, MOST) - 1);
        var wait = doubled.compareTo(who.longest()) > 0 ? who.longest() : doubled;
        var left = wait.minusNanos(now - counted.since());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** How many still count. */
    private int count(Who who, long now) {
        var counted = failures.get(who);
        return counted == null
                ? 0
                : (int) Math.max(0, counted.count() - (now - counted.since()) / who.forgivenAfter().toNanos());
    }

    private void put(Who who, Failures counted, long now) {
        if (!failures.containsKey(who) && failures.size() >= PEERS) {
            failures.keySet().stream()
                    .filter(other -> other.peer().isPresent())
                    .min(Comparator.<Who>comparingInt(other -> count(other, now))
                            .thenComparingLong(other -> failures.get(other).since()))
                    .ifPresent(failures::remove);
        }
        failures.put(who, counted);
    }
}
