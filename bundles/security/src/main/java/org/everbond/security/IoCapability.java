package org.everbond.security;

/** What the user of this gateway can do while pairing (Vol 3, Part H, 3.5.1, Table 3.4). */
public enum IoCapability {
    DISPLAY_ONLY,
    DISPLAY_YES_NO,
    KEYBOARD_ONLY,
    NO_INPUT_NO_OUTPUT,
    KEYBOARD_DISPLAY;

    /** The octet in Pairing Request and Pairing Response. */
    public int value() {
        return ordinal();
    }
}
