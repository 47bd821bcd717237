package org.everbond.bonds.keys;

/**
 * How Classic link keys are kept in a store.
 *
 * @param slots how many places of BTstack's link key DB are filled, 1..256: what BTstack's port on the same store scans. Keys in the
 *     places behind are read all the same
 */
public record LinkKeyOptions(int slots) {
    /** 16 slots, as most of BTstack's ports have. */
    public static final LinkKeyOptions DEFAULT = new LinkKeyOptions(16);

    public LinkKeyOptions {
        if (slots < 1 || slots > 256) {
            throw new IllegalArgumentException("the number of places for link keys is " + slots + "; choose 1..256");
        }
    }
}
