package org.everbond.bonds;

/**
 * Something that happened to the bonds, after it became durable.
 *
 * @param kind what
 * @param bond the bond as it is now, or as it was when it is gone; null for {@link Kind#LOADED}
 */
public record BondEvent(Kind kind, Bond bond) {
    /** What happened. */
    public enum Kind {
        /** The view was derived from the store again, or our identity was written: everything may be different. */
        LOADED,
        /** A new bond. */
        CREATED,
        /** A bond whose keys were replaced by a new pairing. */
        REPLACED,
        /** Its name, pin or authorization changed. Counters and subscriptions change without an event. */
        UPDATED,
        /** Its level is another one by the rules that hold now; nothing was written. */
        REJUDGED,
        /** Forgotten by an explicit decision. */
        FORGOTTEN,
        /** Removed to make room at the commit of a pairing that succeeded. */
        EVICTED
    }
}
