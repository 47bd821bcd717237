package org.everbond.tlv.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Tombstone;

/**
 * The places of tombstones. They take an eighth of their place at most, and give way when a bond does not fit otherwise: the oldest
 * first, since the older a deletion is, the less likely is a copy of the store that does not know of it.
 */
final class Graves {
    private static final int SHARE = 8;

    private final int most;
    /** Tags, the oldest first. */
    private final Set<Integer> taken = new LinkedHashSet<>();

    private int free;

    /** @param image what the store holds */
    Graves(StoreImage image, BackendInfo place) {
        most = most(place);
        record Grave(int tag, long sequence) {}
        var graves = new ArrayList<Grave>();
        for (int tag : image.tags(Graves::isGrave)) {
            graves.add(new Grave(tag, sequence(image.get(tag))));
        }
        graves.sort(Comparator.comparingLong(Grave::sequence));
        graves.forEach(grave -> taken.add(grave.tag()));
    }

    /** How many tombstones are kept in a place. */
    static int most(BackendInfo place) {
        long share = Math.min(place.maxTags() / SHARE, place.maxOctets() / SHARE / Tombstone.LENGTH);
        return (int) Math.max(1, Math.min(Tombstone.KEPT, share));
    }

    static boolean isGrave(int tag) {
        return (tag & 0xff000000) == Tags.TOMBSTONE;
    }

    private static long sequence(byte[] value) {
        return value == null ? -1 : Tombstone.decode(value).map(Tombstone::sequence).orElse(-1L);
    }

    int count() {
        return taken.size();
    }

    /** The tag for another tombstone: a free one, or that of the oldest. */
    int next() {
        int tag = taken.size() < most ? free() : taken.iterator().next();
        taken.remove(tag);
        taken.add(tag);
        return tag;
    }

    private int free() {
        while (taken.contains(Tags.TOMBSTONE | free)) {
            free++;
        }
        return Tags.TOMBSTONE | free;
    }

    /** The tags of the oldest, which give way. */
    List<Integer> oldest(int count) {
        return taken.stream().limit(count).toList();
    }

    /** The values without the oldest tombstones that are too many. */
    static Map<Integer, byte[]> newest(Map<Integer, byte[]> values, int most) {
        var graves = values.keySet().stream()
                .filter(Graves::isGrave)
                .sorted(Comparator.comparingLong(tag -> sequence(values.get(tag))))
                .toList();
        if (graves.size() <= most) {
            return values;
        }
        var fitting = new HashMap<>(values);
        fitting.keySet().removeAll(graves.subList(0, graves.size() - most));
        return fitting;
    }
}
