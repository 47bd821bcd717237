package org.everbond.security;

/** What the user of this gateway can do while pairing (Vol 3, Part H, 3.5.1, Table 3.4). */
public enum IoCapability {
    /** Shows six digits (0x00). */
    DISPLAY_ONLY,
    /** Shows six digits, and the user can say yes or no (0x01). */
    DISPLAY_YES_NO,
    /** The user can type six digits and say yes or no; shows nothing (0x02). */
    KEYBOARD_ONLY,
    /** Neither; pairs by Just Works or out of band only (0x03). */
    NO_INPUT_NO_OUTPUT,
    /** Shows six digits, and the user can type them (0x04). */
    KEYBOARD_DISPLAY;

    /** The octet in Pairing Request and Pairing Response, 0x00..0x04. */
    public int value() {
        return ordinal();
    }
}
