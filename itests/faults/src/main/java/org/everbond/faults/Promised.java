package org.everbond.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction.Change;

/** What must be in a store: all that was acknowledged, with a batch in the making or without it. */
final class Promised {
    private Map<Integer, byte[]> acknowledged;
    /** What is there if the batch in the making, or in doubt, is; null when there is none. */
    private Map<Integer, byte[]> tried;

    Promised(Map<Integer, byte[]> there) {
        acknowledged = new HashMap<>(there);
    }

    void tries(List<Change> changes) {
        tried = new HashMap<>(acknowledged);
        for (var change : changes) {
            if (change.isDelete()) {
                tried.remove(change.tag());
            } else {
                tried.put(change.tag(), change.value());
            }
        }
    }

    void acknowledged() {
        acknowledged = tried;
        tried = null;
    }

    void refused() {
        tried = null;
    }

    boolean holds(int tag) {
        return acknowledged.containsKey(tag);
    }

    /** A batch is there whole or not at all. */
    boolean isKeptAsAWhole(Map<Integer, byte[]> values) {
        return text(values).equals(text(acknowledged)) || tried != null && text(values).equals(text(tried));
    }

    /** Each value is the old or the new one. */
    boolean isKeptByValue(Map<Integer, byte[]> values) {
        return tags(values).stream().allMatch(tag -> isAcknowledged(tag, values) || isTried(tag, values));
    }

    /** How these values differ from what was acknowledged, for people. */
    String differences(Map<Integer, byte[]> values) {
        var differences = new ArrayList<String>();
        for (int tag : tags(values)) {
            if (!isAcknowledged(tag, values)) {
                differences.add(Tags.name(tag) + " is "
                        + (isTried(tag, values) ? "the new one" : values.get(tag) == null ? "lost" : "something else"));
            }
        }
        return tried == null ? "nothing is in the making, but " + differences : differences + " of what is in the making";
    }

    private Set<Integer> tags(Map<Integer, byte[]> values) {
        var tags = new HashSet<>(values.keySet());
        tags.addAll(acknowledged.keySet());
        return tags;
    }

    private boolean isAcknowledged(int tag, Map<Integer, byte[]> values) {
        return Arrays.equals(values.get(tag), acknowledged.get(tag));
    }

    private boolean isTried(int tag, Map<Integer, byte[]> values) {
        return tried != null && Arrays.equals(values.get(tag), tried.get(tag));
    }

    @Override
    public String toString() {
        return text(acknowledged) + (tried == null ? "" : text(tried));
    }

    /** Tells contents apart. */
    static String text(Map<Integer, byte[]> values) {
        var text = new TreeMap<Integer, String>();
        values.forEach((tag, value) -> text.put(tag, value.length + "/" + Arrays.hashCode(value)));
        return text.toString();
    }
}
