package org.everbond.security.internal.policy;

import org.everbond.bonds.keys.Lookup;

/**
 * What to do with an LTK request of the controller. A negative reply tells the peer that its bond is dead; it is given only
 * when nothing else can be true.
 */
public enum LongTermKeyAnswer {
    /** Give the key. */
    GIVE,
    /** Negative reply: 0x06 at the peer. */
    REFUSE,
    /** Wait for the store, not for ever. */
    HOLD,
    /** End the link, saying nothing about keys. */
    CLOSE;

    /**
     * @param looked what the store says about the peer
     * @param answers whether the key that is to be tried answers the request
     */
    public static LongTermKeyAnswer of(Lookup.Result looked, boolean answers) {
        return switch (looked) {
            case FOUND -> answers ? GIVE : CLOSE;
            case ABSENT -> REFUSE;
            case NOT_READY -> HOLD;
            case SET_ASIDE -> CLOSE;
        };
    }
}
