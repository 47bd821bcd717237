package org.everbond.bonds.keys;

import org.everbond.bonds.Bond;

/**
 * The answer to "who is this, and do we hold its key?".
 *
 * @param result which of the cases
 * @param bond the bond when found, else null
 */
public record Lookup(Result result, Bond bond) {
    public enum Result {
        FOUND,
        /** The store is READY, the whole of it was searched, and no record of that peer exists, set aside or not. */
        ABSENT,
        /** The store is not READY: nobody can know. */
        NOT_READY,
        /** Something of that peer, or something that cannot be told to be another's, was set aside as unreadable. */
        SET_ASIDE
    }
}
