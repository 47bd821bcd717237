package org.everbond.security;

import java.util.Optional;

/** What a Keypress Notification tells of the entry of a passkey (Vol 3, Part H, 3.5.8); never which digit. */
public enum Keypress {
    STARTED,
    DIGIT_ENTERED,
    DIGIT_ERASED,
    CLEARED,
    COMPLETED;

    /** The octet in Keypress Notification. */
    public int value() {
        return ordinal();
    }

    /** @return empty for a value that is reserved for future use */
    public static Optional<Keypress> of(int value) {
        return value >= 0 && value < values().length ? Optional.of(values()[value]) : Optional.empty();
    }
}
