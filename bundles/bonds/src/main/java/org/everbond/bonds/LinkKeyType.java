package org.everbond.bonds;

import java.util.Optional;

/** What a Classic link key is and how it was made (Vol 4, Part E, 7.7.24, Key_Type). */
public enum LinkKeyType {
    /** Legacy pairing with a PIN. */
    COMBINATION,
    /** The one key of this device, the same for all peers; withdrawn from the specification. */
    LOCAL_UNIT,
    /** The one key of the peer, likewise. */
    REMOTE_UNIT,
    /** Made with the published debug key pair: protects nothing. */
    DEBUG,
    /** Secure Simple Pairing with P-192, by Just Works. */
    UNAUTHENTICATED_P192,
    /** Likewise, protected against a man in the middle. */
    AUTHENTICATED_P192,
    /** Changed on an existing connection; what it was before tells how good it is. */
    CHANGED,
    /** Secure Connections with P-256, by Just Works. */
    UNAUTHENTICATED_P256,
    /** Likewise, protected against a man in the middle. */
    AUTHENTICATED_P256;

    /** The number in HCI and in BTstack's store, 0..8. */
    public int value() {
        return ordinal();
    }

    /** Protected against a man in the middle by the method that ran. */
    public boolean authenticated() {
        return this == AUTHENTICATED_P192 || this == AUTHENTICATED_P256;
    }

    /** Made by Secure Connections on BR/EDR, with P-256. */
    public boolean secureConnections() {
        return this == UNAUTHENTICATED_P256 || this == AUTHENTICATED_P256;
    }

    /** Whether something that the other one has would be lost. */
    public boolean isWeakerThan(LinkKeyType other) {
        return other.authenticated() && !authenticated() || other.secureConnections() && !secureConnections();
    }

    /** The type with this number; empty for a number that is none. */
    public static Optional<LinkKeyType> of(int value) {
        return value >= 0 && value < values().length ? Optional.of(values()[value]) : Optional.empty();
    }
}
