package org.everbond.tlv.nvs.internal;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.everbond.tlv.Tags;

/**
 * What was found in a partition.
 *
 * @param pages of the partition, free ones too
 * @param version of the page format that values are written in
 * @param namespaces index by name
 * @param stored every value of every namespace
 * @param damage what could not be read, one sentence each
 * @param recognized whether anything of NVS was found, or nothing was written yet
 * @param encrypted whether there is content, but none that can be read without keys
 */
record Contents(
        int pages, int version, Map<String, Integer> namespaces, List<Stored> stored, List<String> damage, boolean recognized,
        boolean encrypted) {
    /** The namespace of BTstack's ESP32 port. */
    static final String BTSTACK = "BTstack";

    /** Keys are tags in this form. */
    static final Pattern KEY = Pattern.compile("[0-9A-F]{8}");

    private static final int MOST_NAMESPACES = 254;

    static String key(int tag) {
        return String.format("%08X", tag);
    }

    /** The values of BTstack's namespace by tag, our bookkeeping among them. What is no value of a store is left out. */
    Map<Integer, byte[]> values(int namespace) {
        var values = new LinkedHashMap<Integer, byte[]>();
        for (var value : stored) {
            if (value.head().namespace() == namespace) {
                value.tag().ifPresent(tag -> values.put(tag, value.blob()));
            }
        }
        return values;
    }

    /**
     * The index of BTstack's namespace. Where its name is lost, and there is one nameless namespace with values as only BTstack
     * writes them, then it is that one: BTstack finds them there again, too, because it gives a new name the lowest free index.
     *
     * @return -1 when there is none
     */
    int btstack() {
        var named = namespaces.get(BTSTACK);
        if (named != null) {
            return named;
        }
        var candidates = new HashSet<Integer>();
        for (var value : stored) {
            int namespace = value.head().namespace();
            if (!isNamed(namespace) && value.tag().isPresent()
                    && Tags.isKnownLength(value.tag().getAsInt(), (int) value.size())) {
                candidates.add(namespace);
            }
        }
        return candidates.size() == 1 ? candidates.iterator().next() : -1;
    }

    boolean isNamed(int namespace) {
        return namespace == Item.NAMESPACES || namespaces.containsValue(namespace);
    }

    /** The lowest index that is taken neither by a name nor by values whose namespace has lost its name; -1 when there is none. */
    int freeNamespace() {
        var taken = new HashSet<>(namespaces.values());
        stored.forEach(value -> taken.add(value.head().namespace()));
        return IntStream.rangeClosed(1, MOST_NAMESPACES).filter(index -> !taken.contains(index)).findFirst().orElse(-1);
    }
}
