package org.everbond.bonds.keys;

import java.util.List;
import org.everbond.bonds.Bond;

/**
 * The answer to "who is this, and do we hold its key?".
 *
 * @param result which of the cases
 * @param candidates the bond when found; several, the one paired last first, for a private address made with an IRK that they share:
 *     then only the key tells which of them it is
 */
public record Lookup(Result result, List<Bond> candidates) {
    /** What is known of a peer; a negative reply to an LTK request takes ABSENT. */
    public enum Result {
        /** There is a bond, or several that it may be. */
        FOUND,
        /** The store is READY, the whole of it was searched, and no record of that peer exists, set aside or not. */
        ABSENT,
        /** The store is not READY: nobody can know. */
        NOT_READY,
        /** Something of that peer, or something that cannot be told to be another's, was set aside as unreadable. */
        SET_ASIDE
    }

    public Lookup {
        if ((result == Result.FOUND) == candidates.isEmpty()) {
            throw new IllegalArgumentException(result + " with " + candidates.size() + " bonds");
        }
        candidates = List.copyOf(candidates);
    }

    /** @param candidates at least one */
    public static Lookup found(List<Bond> candidates) {
        return new Lookup(Result.FOUND, candidates);
    }

    /** Anything but {@link Result#FOUND}. */
    public static Lookup nothing(Result result) {
        return new Lookup(result, List.of());
    }

    /** The only bond, or the one that was paired last; null when none was found. */
    public Bond bond() {
        return candidates.isEmpty() ? null : candidates.get(0);
    }
}
