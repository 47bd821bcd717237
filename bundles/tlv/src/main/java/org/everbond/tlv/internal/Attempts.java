package org.everbond.tlv.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.spi.TlvBackend;

/** Which backend to open next, and when: the latest bound one first, again after pauses that double. */
final class Attempts {
    private record Pause(long nanos, long until) {}

    private final Map<TlvBackend, Pause> pauses = new HashMap<>();

    /** The latest bound backend that is better than the active one and whose pause is over; null when there is none. */
    TlvBackend next(List<TlvBackend> bound, TlvBackend active, long now) {
        pauses.keySet().retainAll(bound);
        for (int i = bound.size() - 1; i >= 0 && bound.get(i) != active; i--) {
            var pause = pauses.get(bound.get(i));
            if (pause == null || pause.until() - now <= 0) {
                return bound.get(i);
            }
        }
        return null;
    }

    /** Nanoseconds until {@link #next} has one; {@code Long.MAX_VALUE} when only another event can change that. */
    long untilNext(List<TlvBackend> bound, TlvBackend active, long now) {
        long shortest = Long.MAX_VALUE;
        for (int i = bound.size() - 1; i >= 0 && bound.get(i) != active; i--) {
            var pause = pauses.get(bound.get(i));
            shortest = Math.min(shortest, pause == null ? 1 : Math.max(1, pause.until() - now));
        }
        return shortest;
    }

    /** Returns whether it is the first failure in a row. */
    boolean failed(TlvBackend backend, Options options, long now) {
        var last = pauses.get(backend);
        long first = options.retryFirst().toNanos();
        long nanos = last == null ? first : Math.min(Math.max(last.nanos() * 2, first), options.retryLongest().toNanos());
        pauses.put(backend, new Pause(nanos, now + nanos));
        return last == null;
    }

    /** Something has changed: everything is worth an attempt at once. */
    void forget() {
        pauses.clear();
    }
}
