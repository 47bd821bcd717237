package org.everbond.bonds.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.LocalKeys;

/** Whose the LTKs of LE legacy pairing are that we distributed, by EDIV and Rand and by DIV: present ones and those before. */
final class LegacyNames {
    private final Map<LegacyName, BondId> owners = new HashMap<>();
    /** How many names each DIV has; null until somebody asks. BTstack does not keep them apart. */
    private Map<Integer, Integer> divs;

    private LocalKeys local;

    private static Stream<LegacyName> of(StoredBond bond) {
        var previous = bond.companion().previous();
        return Stream.of(Optional.ofNullable(bond.companion().legacy()), Optional.ofNullable(previous).map(key -> key.legacy()))
                .flatMap(Optional::stream)
                .distinct();
    }

    void add(StoredBond bond) {
        of(bond).forEach(name -> {
            if (owners.put(name, bond.id()) == null) {
                count(name, 1);
            }
        });
    }

    void remove(StoredBond bond) {
        of(bond).forEach(name -> {
            if (owners.remove(name, bond.id())) {
                count(name, -1);
            }
        });
    }

    Optional<BondId> owner(LegacyName name) {
        return Optional.ofNullable(owners.get(name));
    }

    /** Whether a name has this DIV. */
    boolean hasDiv(LocalKeys ours, int div) {
        if (divs == null || !ours.equals(local)) {
            local = ours;
            divs = new HashMap<>();
            owners.keySet().forEach(name -> count(name, 1));
        }
        return divs.containsKey(div);
    }

    private void count(LegacyName name, int by) {
        if (divs != null) {
            divs.merge(local.div(name), by, (one, other) -> one + other == 0 ? null : one + other);
        }
    }
}
