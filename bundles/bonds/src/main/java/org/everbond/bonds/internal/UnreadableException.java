package org.everbond.bonds.internal;

import java.util.Optional;
import org.everbond.crypto.DeviceAddress;

/** A record that makes no sense. The message says why, without any octet of it. */
final class UnreadableException extends Exception {
    private final transient DeviceAddress address;

    UnreadableException(String message) {
        this(message, null);
    }

    UnreadableException(String message, DeviceAddress address) {
        super(message);
        this.address = address;
    }

    /** Whose record it is, if that much could be read. */
    Optional<DeviceAddress> address() {
        return Optional.ofNullable(address);
    }
}
