package org.everbond.host.internal;

import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what was dropped, by its kind, and logs the first of each kind and then ever rarer. */
final class Losses {
    private static final Logger LOG = LoggerFactory.getLogger("org.everbond.host");
    /** Kinds may carry numbers that the controller chose: beyond this they are counted together. */
    private static final int MAX_KINDS = 64;

    private final Map<String, Long> counts = new TreeMap<>();

    void count(String kind) {
        count(kind, 1);
    }

    void count(String kind, int times) {
        if (times == 0) {
            return;
        }
        var key = counts.containsKey(kind) || counts.size() < MAX_KINDS ? kind : "something else";
        long count = counts.merge(key, (long) times, Long::sum);
        if (Long.highestOneBit(count) != Long.highestOneBit(count - times)) {
            LOG.info("Dropped: {} ({} in all)", key, count);
        }
    }

    long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
