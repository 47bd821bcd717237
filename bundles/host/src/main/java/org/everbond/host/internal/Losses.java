package org.everbond.host.internal;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Counts what was dropped, by its kind, and tells of the first of each kind and then ever rarer. */
final class Losses {
    /** Kinds may carry numbers that the controller chose: beyond this they are counted together. */
    private static final int MAX_KINDS = 64;

    private final Map<String, Long> counts = new TreeMap<>();
    private final Consumer<String> operator;

    /** @param operator takes one sentence for people */
    Losses(Consumer<String> operator) {
        this.operator = operator;
    }

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
            operator.accept("Dropped: " + key + " (" + count + " in all).");
        }
    }
}
