package org.everbond.security;

import java.util.Optional;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.security.internal.OobDataCodec;

/**
 * Data of one device that came to the other by another way than Bluetooth LE, such as NFC or a printed code (Vol 3, Part H,
 * 2.3.5.4 and 2.3.5.6.4; Supplement to the Core Specification, Part A, 1.8 and 1.16 to 1.18).
 *
 * <p>Whoever has it can pretend to be either device: it is as secret as the way that it came.
 *
 * @param address whose data it is, if it says so; then it is good for a peer with this address only
 * @param temporaryKey TK of LE legacy pairing, the same at both ends
 * @param secureConnections Confirm and Random of LE Secure Connections
 */
public record OobData(
        Optional<DeviceAddress> address, Optional<Key> temporaryKey, Optional<SecureConnections> secureConnections) {
    /**
     * What commits to a public key of LE Secure Connections, and the proof of having it.
     *
     * @param confirm LE Secure Connections Confirmation Value C, 16 octets, most significant first
     * @param random LE Secure Connections Random Value r, 16 octets, most significant first
     */
    public record SecureConnections(Key confirm, Key random) {
        @Override
        public String toString() {
            return "SecureConnections[hidden]";
        }
    }

    /**
     * Reads AD structures, as an NFC tag of type {@code application/vnd.bluetooth.le.oob} or a printed code holds them. Types that
     * have nothing to do with pairing are left out.
     *
     * @throws IllegalArgumentException with one sentence for people
     */
    public static OobData ofAdStructures(byte[] octets) {
        return OobDataCodec.decode(octets);
    }

    /**
     * Likewise, from hexadecimal digits; blanks, colons and dashes between them do not matter.
     *
     * @throws IllegalArgumentException with one sentence for people, in which the data does not appear
     */
    public static OobData parse(String hex) {
        return OobDataCodec.parse(hex);
    }

    /**
     * The AD structures for the other device: LE Bluetooth Device Address (0x1B) and LE Role (0x1C) if there is an address, TK Value
     * (0x10), LE Secure Connections Confirmation Value (0x22) and Random Value (0x23) as far as they are there.
     */
    public byte[] adStructures() {
        return OobDataCodec.encode(this);
    }

    @Override
    public String toString() {
        return "OobData[" + address.map(Object::toString).orElse("any address") + "]";
    }
}
