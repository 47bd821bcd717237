package org.everbond.bonds;

/** The association model that ran (Vol 3, Part H, 2.3.5.1). */
public enum PairingMethod {
    JUST_WORKS,
    NUMERIC_COMPARISON,
    PASSKEY_ENTRY,
    OUT_OF_BAND,
    /** Not recorded: the bond was made by another stack. */
    UNKNOWN
}
