package org.everbond.tlv.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.spi.TlvBackend;

/**
 * The backends that are bound, and which of them to open next, and when: the latest bound one first, again after pauses that double; not
 * those that a thread which was left alone has not come back from. Guarded by the front's monitor.
 */
final class Candidates {
    private record Pause(long nanos, long until) {}

    /** What has to be done before anything is acknowledged that only this backend holds. */
    private final Map<TlvBackend, Runnable> bound = new LinkedHashMap<>();

    private final Set<TlvBackend> stuck = new HashSet<>();
    private final Map<TlvBackend, Pause> pauses = new HashMap<>();

    void add(TlvBackend backend, Runnable before) {
        bound.put(backend, before);
    }

    /** Returns whether it was bound. */
    boolean remove(TlvBackend backend) {
        return bound.remove(backend) != null;
    }

    void clear() {
        bound.clear();
    }

    boolean isBound(TlvBackend backend) {
        return bound.containsKey(backend);
    }

    boolean isEmpty() {
        return bound.isEmpty();
    }

    Runnable beforeItServes(TlvBackend backend) {
        return bound.getOrDefault(backend, () -> {});
    }

    void stuck(TlvBackend backend) {
        stuck.add(backend);
    }

    void cameBack(TlvBackend backend) {
        stuck.remove(backend);
    }

    /** The latest bound backend that is better than the active one and whose pause is over; null when there is none. */
    TlvBackend next(TlvBackend active, long now) {
        var willing = willing();
        pauses.keySet().retainAll(willing);
        for (int i = willing.size() - 1; i >= 0 && willing.get(i) != active; i--) {
            var pause = pauses.get(willing.get(i));
            if (pause == null || pause.until() - now <= 0) {
                return willing.get(i);
            }
        }
        return null;
    }

    /** Nanoseconds until {@link #next} has one; {@code Long.MAX_VALUE} when only another event can change that. */
    long untilNext(TlvBackend active, long now) {
        var willing = willing();
        long shortest = Long.MAX_VALUE;
        for (int i = willing.size() - 1; i >= 0 && willing.get(i) != active; i--) {
            var pause = pauses.get(willing.get(i));
            shortest = Math.min(shortest, pause == null ? 1 : Math.max(1, pause.until() - now));
        }
        return shortest;
    }

    private List<TlvBackend> willing() {
        return bound.keySet().stream().filter(backend -> !stuck.contains(backend)).toList();
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
