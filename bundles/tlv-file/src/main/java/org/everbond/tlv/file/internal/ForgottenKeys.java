package org.everbond.tlv.file.internal;

import java.util.function.IntPredicate;
import org.everbond.tlv.Tags;

/** Keys that a log file holds although their bonds are gone, and whether it is worth while to write the file anew without them. */
final class ForgottenKeys {
    /** Of the live octets: when as many are dead, a large file is worth it. */
    private static final int SHARE = 8;

    private boolean deleted;
    private boolean displaced;

    /**
     * A value was deleted and is in the file still. A bond goes by decision with its entry; with nothing but its last companion when it
     * gave way to another one, which has overwritten its entry. What is sealed cannot be told apart, and cannot be read either.
     *
     * @param isLive which tags have a value now
     */
    void deleted(int tag, IntPredicate isLive) {
        boolean forgotten = Tags.forgetsKeys(tag, isLive);
        boolean waits = Tags.isCompanion(tag) || Tags.isSealed(tag);
        displaced |= forgotten && waits;
        deleted |= forgotten && !waits;
    }

    /** The file was written anew. */
    void clear() {
        deleted = false;
        displaced = false;
    }

    /**
     * What was deleted by decision leaves the file at once. What gave way, as what a new pairing has replaced, waits in a large file until
     * enough of it is dead: when a store is full, newcomers come one after the other.
     */
    boolean areWorthRewriting(long end, long live, long small) {
        return deleted || displaced && (end <= small || end - live > live / SHARE);
    }
}
