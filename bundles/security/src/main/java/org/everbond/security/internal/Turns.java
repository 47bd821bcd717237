package org.everbond.security.internal;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.crypto.DeviceAddress;

/**
 * Which of several bonds with the same IRK to try next. A private address fits all of them, so that only the key tells which one the
 * peer is, and a wrong key mostly costs the connection: each gets its turn on another one. The bond whose key worked with an address is
 * tried first as long as the peer uses that address; of the others the one that failed longest ago, of those that never failed the one
 * that was paired last.
 */
final class Turns {
    private static final int ADDRESSES = 256;

    private final Map<BondId, Long> failures = new HashMap<>();
    /** Those that failed since one of their kind worked. */
    private final Set<BondId> failed = new HashSet<>();
    private final Map<DeviceAddress, BondId> recognised = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<DeviceAddress, BondId> eldest) {
            return size() > ADDRESSES;
        }
    };

    private long count;

    /** @param candidates the one paired last first */
    List<Bond> inOrder(DeviceAddress onAir, List<Bond> candidates) {
        if (candidates.size() < 2) {
            return candidates;
        }
        var known = recognised.get(onAir);
        return candidates.stream()
                .sorted(Comparator.comparingLong(bond -> bond.id().equals(known) ? -1 : failures.getOrDefault(bond.id(), 0L)))
                .toList();
    }

    /**
     * A key of a bond failed: the others have their turn first.
     *
     * @param exhausted whether the bond has no other key
     * @return whether there is one that has not failed as well
     */
    boolean failed(DeviceAddress onAir, Bond bond, List<Bond> candidates, boolean exhausted) {
        if (candidates.size() < 2) {
            return false;
        }
        recognised.remove(onAir, bond.id());
        failures.put(bond.id(), ++count);
        if (exhausted) {
            failed.add(bond.id());
        }
        return candidates.stream().anyMatch(other -> !failed.contains(other.id()));
    }

    void succeeded(DeviceAddress onAir, Bond bond, List<Bond> candidates) {
        if (candidates.size() > 1) {
            recognised.put(onAir, bond.id());
            failures.remove(bond.id());
            candidates.forEach(other -> failed.remove(other.id()));
        }
    }

    /** The bond is gone or has other keys. */
    void forget(BondId id) {
        failures.remove(id);
        failed.remove(id);
        recognised.values().remove(id);
    }

    void clear() {
        failures.clear();
        failed.clear();
        recognised.clear();
    }
}
