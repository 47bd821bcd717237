package org.everbond.bonds;

/** The association model that ran (Vol 3, Part H, 2.3.5.1). */
public enum PairingMethod {
    /** Nobody compared or typed anything: not protected against a man in the middle. */
    JUST_WORKS,
    /** Both users said that the six digits are the same; LE Secure Connections only. */
    NUMERIC_COMPARISON,
    /** Six digits were typed at one device at least. */
    PASSKEY_ENTRY,
    /** Data came by another way than Bluetooth. */
    OUT_OF_BAND,
    /** Not recorded: the bond was made by another stack. */
    UNKNOWN
}
