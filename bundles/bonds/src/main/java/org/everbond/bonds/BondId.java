package org.everbond.bonds;

import java.util.Comparator;
import java.util.UUID;

/**
 * The name of a bond for as long as it lives; never used again for another one.
 *
 * @param store the store that it was made in, and the run that made it ({@code TlvStore.branch}): copies used apart have other ones
 * @param serial grows with each bond made in that store, from 1
 */
public record BondId(UUID store, long serial) {
    /** The order of lists: as they were made, as far as one store made them. */
    public static final Comparator<BondId> BY_SERIAL = Comparator.comparingLong(BondId::serial).thenComparing(BondId::store);

    /** The short form for people: serial and the first eight digits of the store id, {@code 7@3f2a9c01}. */
    @Override
    public String toString() {
        return serial + "@" + store.toString().substring(0, 8);
    }
}
