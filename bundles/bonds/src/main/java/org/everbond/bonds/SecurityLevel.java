package org.everbond.bonds;

/** The levels of LE security mode 1 (Vol 3, Part C, 10.2.1). */
public enum SecurityLevel {
    /** Level 1: no security. */
    NONE,
    /** Level 2: unauthenticated pairing with encryption. */
    ENCRYPTED,
    /** Level 3: authenticated pairing with encryption. */
    AUTHENTICATED,
    /** Level 4: authenticated LE Secure Connections pairing with a 128-bit key. */
    SECURE;

    /** 1..4, as the specification counts. */
    public int number() {
        return ordinal() + 1;
    }
}
