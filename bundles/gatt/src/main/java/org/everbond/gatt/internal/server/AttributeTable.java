package org.everbond.gatt.internal.server;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.everbond.gatt.internal.att.AttResponse.HandleRange;

/**
 * The attributes that we serve, by handle. A service that leaves and comes back in the same shape gets its old handles, so that a
 * restarted bundle does not invalidate what clients know.
 */
final class AttributeTable {
    private static final int LAST_HANDLE = 0xffff;

    private final NavigableMap<Integer, Attribute> attributes = new TreeMap<>();
    private final NavigableMap<Integer, Integer> services = new TreeMap<>();
    private final Map<Object, Integer> formerStarts = new HashMap<>();
    private int lastUsed;
    private byte[] hash;

    /**
     * Adds a service.
     *
     * @return its handles
     * @throws IllegalArgumentException when there are not enough handles in one piece
     */
    HandleRange add(ServiceLayout layout) {
        int count = layout.handles();
        int start = formerStarts.getOrDefault(layout.shape(), 0);
        if (start == 0 || !isFree(start, count)) {
            start = firstFree(count);
        }
        formerStarts.put(layout.shape(), start);
        services.put(start, start + count - 1);
        layout.attributes(start).forEach(attribute -> attributes.put(attribute.handle(), attribute));
        hash = null;
        return new HandleRange(start, start + count - 1);
    }

    void remove(HandleRange service) {
        services.remove(service.start());
        attributes.subMap(service.start(), true, service.end(), true).clear();
        hash = null;
    }

    /** @return null when there is none */
    Attribute get(int handle) {
        return attributes.get(handle);
    }

    /** The attributes of a range, by handle. */
    Collection<Attribute> range(int start, int end) {
        return attributes.subMap(start, true, end, true).values();
    }

    Collection<Attribute> all() {
        return attributes.values();
    }

    /** The last handle of the service that is declared there; the handle itself when none is. */
    int endOfGroup(int handle) {
        return services.getOrDefault(handle, handle);
    }

    /** Database Hash, 16 octets, most significant first (Vol 3, Part G, 7.3). */
    byte[] hash() {
        if (hash == null) {
            hash = DatabaseHash.of(attributes.values());
        }
        return hash.clone();
    }

    private boolean isFree(int start, int count) {
        int end = start + count - 1;
        var before = services.floorEntry(end);
        return end <= LAST_HANDLE && (before == null || before.getValue() < start);
    }

    /** Behind everything that is or was there, so that no handle changes its meaning; else in the first gap. */
    private int firstFree(int count) {
        int start = lastUsed + 1;
        if (start + count - 1 > LAST_HANDLE) {
            start = firstGap(count);
        }
        lastUsed = Math.max(lastUsed, start + count - 1);
        return start;
    }

    private int firstGap(int count) {
        int start = 1;
        for (var service : services.entrySet()) {
            if (service.getKey() - start >= count) {
                return start;
            }
            start = service.getValue() + 1;
        }
        if (start + count - 1 > LAST_HANDLE) {
            throw new IllegalArgumentException(
                    "no " + count + " attribute handles in one piece are left; remove other GATT services first");
        }
        return start;
    }
}
