package org.everbond.adapter.internal;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.crypto.Key;

/** The identity keys that one gateway has had. One that it was told to have left behind never comes back. */
final class OwnIrks {
    private final Ledger ledger;
    private final SimulatedGateway gateway;
    private final Set<Key> all = new LinkedHashSet<>();
    private final Set<Key> leftBehind = new HashSet<>();
    private Optional<Key> present = Optional.empty();

    OwnIrks(Ledger ledger, SimulatedGateway gateway) {
        this.ledger = ledger;
        this.gateway = gateway;
    }

    Set<Key> all() {
        return all;
    }

    Optional<Key> present() {
        return present;
    }

    /** A former one may be all that is left. */
    void mayBeUnreadable() {
        leftBehind.clear();
    }

    /** Looks at the view, which may have changed. */
    void look() {
        gateway.bonds().local().map(LocalKeys::irk).filter(irk -> !present.equals(Optional.of(irk))).ifPresent(irk -> {
            present = Optional.of(irk);
            all.add(irk);
            ledger.hold(Stream.of(irk));
            if (leftBehind.contains(irk)) {
                ledger.broken(gateway.name + ": P5: an IRK is back that it was told to have left behind");
            }
        });
    }

    /** It was told that it has another one: durable, and the former ones are of the past. */
    void changed(Random random) {
        all.stream().filter(irk -> !present.equals(Optional.of(irk))).forEach(leftBehind::add);
        try (var afterlife = gateway.afterPowerCut(random)) {
            if (!afterlife.bonds().local().map(LocalKeys::irk).equals(present)) {
                ledger.broken(gateway.name + ": P1: it was told of another IRK, and on the disk is a former one");
            }
        }
    }
}
