package org.everbond.security;

import java.util.Optional;

/** What a Keypress Notification tells of the entry of a passkey (Vol 3, Part H, 3.5.8); never which digit. */
public enum Keypress {
    /** The user begins to type (0x00). */
    STARTED,
    /** One digit more (0x01). */
    DIGIT_ENTERED,
    /** One digit less (0x02). */
    DIGIT_ERASED,
    /** No digit is left (0x03). */
    CLEARED,
    /** All six are there (0x04). */
    COMPLETED;

    /** The octet in Keypress Notification, 0x00..0x04. */
    public int value() {
        return ordinal();
    }

    /**
     * The kind with this octet.
     *
     * @return empty for a value that is reserved for future use
     */
    public static Optional<Keypress> of(int value) {
        return value >= 0 && value < values().length ? Optional.of(values()[value]) : Optional.empty();
    }
}
