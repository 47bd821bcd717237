package org.everbond.adapter.internal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.crypto.DeviceAddress;

/** Old bonds that count for less by the rules of today than when they were made. On the event loop. */
final class RejudgedBonds {
    private static final int NAMED = 3;

    private final Map<BondId, DeviceAddress> lowered = new TreeMap<>(BondId.BY_SERIAL);

    void changed(BondEvent event) {
        switch (event.kind()) {
            case LOADED -> lowered.clear();
            case REJUDGED -> {
                if (event.bond().security().authenticated()) {
                    lowered.remove(event.bond().id());
                } else {
                    lowered.put(event.bond().id(), event.bond().identity());
                }
            }
            case REPLACED, FORGOTTEN, EVICTED -> lowered.remove(event.bond().id());
            case CREATED, UPDATED -> {}
        }
    }

    /** One sentence for all of them, if there are any. */
    List<String> notices() {
        if (lowered.isEmpty()) {
            return List.of();
        }
        var named = lowered.entrySet().stream()
                .limit(NAMED)
                .map(bond -> bond.getKey() + " with " + bond.getValue())
                .collect(Collectors.joining(", "));
        return List.of("bonds made by legacy passkeys count as not authenticated by the rules of today (security.rules=6.2): "
                + named + (lowered.size() > NAMED ? " and " + (lowered.size() - NAMED) + " more" : "")
                + "; they work on at level 2, pair again by Secure Connections for more");
    }
}
