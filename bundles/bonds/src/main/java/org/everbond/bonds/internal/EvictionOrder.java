package org.everbond.bonds.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.everbond.bonds.BondId;

/**
 * The bonds of a view that may ever give way to others, in the order in which they would: those not used in this run first, by the
 * sequence numbers of their entries, then the others by their last use. Pinned ones are not among them, and authenticated ones apart,
 * because those never give way to an unauthenticated one: whom to evict is found without a search, however many bonds there are.
 */
final class EvictionOrder {
    /** When whose turn is. */
    record Rank(long lastUse, long sequence, BondId id) implements Comparable<Rank> {
        private static final Comparator<Rank> ORDER = Comparator.comparingLong(Rank::lastUse)
                .thenComparingLong(Rank::sequence)
                .thenComparingLong(rank -> rank.id.serial())
                .thenComparing(rank -> rank.id.store());

        @Override
        public int compareTo(Rank other) {
            return ORDER.compare(this, other);
        }
    }

    private final Map<BondId, Long> lastUse;
    private final TreeSet<Rank> unauthenticated = new TreeSet<>();
    private final TreeSet<Rank> authenticated = new TreeSet<>();

    /** @param lastUse of bonds that were used in this run; each bond has to be removed before it changes there and added again after */
    EvictionOrder(Collection<StoredBond> bonds, Map<BondId, Long> lastUse) {
        this.lastUse = lastUse;
        bonds.forEach(this::add);
    }

    void add(StoredBond bond) {
        if (!bond.companion().pinned()) {
            those(bond).add(rank(bond));
        }
    }

    void remove(StoredBond bond) {
        those(bond).remove(rank(bond));
    }

    private TreeSet<Rank> those(StoredBond bond) {
        return bond.isAuthenticated() ? authenticated : unauthenticated;
    }

    private Rank rank(StoredBond bond) {
        return new Rank(lastUse.getOrDefault(bond.id(), 0L), bond.entry().sequence(), bond.id());
    }

    /**
     * Who is next.
     *
     * @param after whose turn has passed; null for the first
     * @param alsoAuthenticated whether the newcomer is authenticated
     */
    Optional<Rank> next(Rank after, boolean alsoAuthenticated) {
        var one = next(unauthenticated, after);
        var other = alsoAuthenticated ? next(authenticated, after) : null;
        if (one == null || other == null) {
            return Optional.ofNullable(one == null ? other : one);
        }
        return Optional.of(one.compareTo(other) < 0 ? one : other);
    }

    private static Rank next(TreeSet<Rank> ranks, Rank after) {
        if (after != null) {
            return ranks.higher(after);
        }
        return ranks.isEmpty() ? null : ranks.first();
    }
}
