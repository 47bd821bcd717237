package org.everbond.host.internal;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;

/**
 * How many connections of peers without a bond are taken (threat C16): for each kind of address so many at once, and then so many in
 * each second. A peer that changes its address stays in its kind, and takes no room from the other kinds. Bonded peers are not
 * counted at all, and who has bonded when its connection ends gives its place back.
 */
final class Strangers {
    static final int AT_ONCE = 32;
    static final int PER_SECOND = 8;

    private static final long REFILL = Duration.ofSeconds(1).toNanos() / PER_SECOND;

    /** What an address tells of its owner (Vol 6, Part B, 1.3). */
    private enum Kind {
        PUBLIC,
        STATIC,
        RESOLVABLE,
        NON_RESOLVABLE;

        static Kind of(DeviceAddress address) {
            if (address.type() == AddressType.PUBLIC) {
                return PUBLIC;
            }
            return address.isStaticRandom() ? STATIC : address.isResolvable() ? RESOLVABLE : NON_RESOLVABLE;
        }
    }

    /** For each kind the time at which all of its room is there again. */
    private final Map<Kind, Long> fullAt = new EnumMap<>(Kind.class);

    /** Those that are connected, by handle. */
    private final Map<Integer, Kind> connected = new HashMap<>();

    /** Whether one more may connect. Counts it if it may: who is refused costs the others nothing. */
    boolean admits(DeviceAddress peer, int handle, long now) {
        var kind = Kind.of(peer);
        long used = Math.max(0, fullAt.getOrDefault(kind, now) - now);
        if (used > (AT_ONCE - 1) * REFILL) {
            return false;
        }
        fullAt.put(kind, now + used + REFILL);
        connected.put(handle, kind);
        return true;
    }

    /** A connection has ended, of a stranger or not. */
    void ended(int handle, boolean bonded) {
        var kind = connected.remove(handle);
        if (kind != null && bonded) {
            fullAt.merge(kind, -REFILL, Long::sum);
        }
    }
}
