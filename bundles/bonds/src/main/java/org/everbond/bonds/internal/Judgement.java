package org.everbond.bonds.internal;

import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.PreviousLtk;

/**
 * Shows old bonds as the rules of today see them. What a pairing achieved stays written down, so that other rules can judge it anew.
 *
 * @param rule gives what counts of it
 */
record Judgement(UnaryOperator<BondSecurity> rule) {
    static final Judgement NONE = new Judgement(UnaryOperator.identity());

    Bond of(StoredBond stored) {
        return of(stored.companion().bond());
    }

    Bond of(Bond made) {
        return new Bond(
                made.id(), made.identity(), rule.apply(made.security()), made.resolvable(), made.name(), made.createdAt(), made.pinned(),
                made.privacyMode());
    }

    PreviousLtk of(PreviousLtk previous) {
        return new PreviousLtk(previous.ltk(), previous.ediv(), previous.rand(), rule.apply(previous.security()), previous.legacy());
    }

    BondEvent of(BondEvent event) {
        return event.bond() == null ? event : new BondEvent(event.kind(), of(event.bond()));
    }

    /** What is to be told of the bonds that another judgement saw otherwise. */
    List<BondEvent> unlike(Judgement before, Collection<StoredBond> bonds) {
        return bonds.stream()
                .filter(bond -> !rule.apply(bond.companion().security()).equals(before.rule.apply(bond.companion().security())))
                .map(bond -> new BondEvent(BondEvent.Kind.REJUDGED, of(bond)))
                .toList();
    }
}
