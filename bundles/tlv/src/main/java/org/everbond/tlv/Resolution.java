package org.everbond.tlv;

/** What a person decides when the running store and the place that was configured for it hold different identities with bonds. */
public enum Resolution {
    /** Go on with what the place holds; the content of the running store is set aside. */
    ADOPT,
    /** Carry the content of the running store to the place; what the place holds is set aside. */
    CARRY
}
