package org.everbond.security;

import java.util.Optional;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/**
 * Data of one device that came to the other by another way than Bluetooth LE, such as NFC or a printed code (Vol 3, Part H,
 * 2.3.5.4 and 2.3.5.6.4; Supplement to the Core Specification, Part A, 1.16 to 1.18).
 *
 * @param address whose data it is, if it says so; then it is good for a peer with this address only
 * @param temporaryKey TK of LE legacy pairing, the same at both ends
 * @param secureConnections Confirm and Random of LE Secure Connections
 */
public record OobData(
        Optional<DeviceAddress> address, Optional<Key> temporaryKey, Optional<SecureConnections> secureConnections) {
    /**
     * @param confirm LE Secure Connections Confirmation Value C, 16 octets, most significant first
     * @param random LE Secure Connections Random Value r, 16 octets, most significant first
     */
    public record SecureConnections(Key confirm, Key random) {
        @Override
        public String toString() {
            return "SecureConnections[hidden]";
        }
    }

    @Override
    public String toString() {
        return "OobData[" + address.map(Object::toString).orElse("any address") + "]";
    }
}
