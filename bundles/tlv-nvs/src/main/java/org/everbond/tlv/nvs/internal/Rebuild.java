package org.everbond.tlv.nvs.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a partition will be built anew from: what stays as it was, and the values of the store. How many pages that takes depends on
 * their lengths only, not on their order or tags, so that it can be told before anything is written.
 *
 * @param kept octet for octet
 * @param namespace index of BTstack's
 * @param values of the store by key, the longest first
 */
record Rebuild(int version, List<Item> kept, int namespace, Map<String, byte[]> values) {
    /** The longest first: they waste least where a page ends. */
    private static final Comparator<Map.Entry<Integer, byte[]>> ORDER = Comparator
            .<Map.Entry<Integer, byte[]>>comparingInt(value -> -value.getValue().length)
            .thenComparing(Map.Entry::getKey, Integer::compareUnsigned);

    /**
     * @param namespace index of BTstack's, as it is or will be
     * @param next all values of the store, its bookkeeping too
     * @param changed the tags by which they differ from what is there
     */
    static Rebuild of(Contents contents, int namespace, Map<Integer, byte[]> next, Set<Integer> changed) {
        var kept = new ArrayList<Item>();
        if (!Integer.valueOf(namespace).equals(contents.namespaces().get(Contents.BTSTACK))) {
            kept.add(Item.namespace(Contents.BTSTACK, namespace));
        }
        for (var value : contents.stored()) {
            // Ours are cut anew to fit the pages; what is no value of a store stays unless one takes its name.
            boolean ours = value.head().namespace() == namespace
                    && (value.tag().isPresent() && !Bookkeeping.isUnknown(value) || value.isNamedAfter(changed));
            if (!ours) {
                kept.addAll(value.items());
            }
        }
        var values = new LinkedHashMap<String, byte[]>();
        next.entrySet().stream().sorted(ORDER).forEach(value -> values.put(Contents.key(value.getKey()), value.getValue()));
        return new Rebuild(contents.version(), kept, namespace, values);
    }

    /** How many pages it takes, with the one that stays free. */
    int pages() {
        return ImageWriter.pages(version, kept, namespace, values);
    }

    byte[] image(int pages) throws ImageWriter.FullException {
        return ImageWriter.write(pages, version, kept, namespace, values);
    }
}
