package org.everbond.crypto;

import java.util.Locale;
import java.util.regex.Pattern;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A device address with its type (Vol 6, Part B, 1.3). Immutable.
 *
 * @param type public or random
 * @param value the 48 bits of the address as a number, first displayed octet most significant
 */
@ProviderType
public record DeviceAddress(AddressType type, long value) {
    private static final Pattern FORM =
            Pattern.compile("([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})(?:/(public|random))?");

    public DeviceAddress {
        if (type == null) {
            throw new IllegalArgumentException("a device address needs a type");
        }
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("a device address has 48 bits");
        }
    }

    /** Reads six octets, most significant first (the order people read). */
    public static DeviceAddress of(AddressType type, byte[] octets) {
        if (octets.length != 6) {
            throw new IllegalArgumentException("a device address has 6 octets, not " + octets.length);
        }
        long value = 0;
        for (byte octet : octets) {
            value = value << 8 | octet & 0xff;
        }
        return new DeviceAddress(type, value);
    }

    /** Reads six octets in the order of HCI and SMP, least significant first, starting at {@code offset}. */
    public static DeviceAddress ofLittleEndian(AddressType type, byte[] octets, int offset) {
        long value = 0;
        for (int i = 5; i >= 0; i--) {
            value = value << 8 | octets[offset + i] & 0xff;
        }
        return new DeviceAddress(type, value);
    }

    /**
     * Reads the form that {@link #toString()} writes: {@code C0:FF:EE:00:00:01/random}. Without a type the address is
     * public.
     *
     * @throws IllegalArgumentException when the text is not such an address
     */
    public static DeviceAddress parse(String text) {
        var matcher = FORM.matcher(text.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a device address; write it as C0:FF:EE:00:00:01/random or .../public");
        }
        long value = Long.parseLong(matcher.group(1).replace(":", ""), 16);
        return new DeviceAddress("random".equals(matcher.group(2)) ? AddressType.RANDOM : AddressType.PUBLIC, value);
    }

    /** The six octets, most significant first. */
    public byte[] octets() {
        var octets = new byte[6];
        for (int i = 0; i < 6; i++) {
            octets[i] = (byte) (value >>> 8 * (5 - i));
        }
        return octets;
    }

    /** Writes the six octets least significant first (HCI, SMP) at {@code offset}. */
    public void writeLittleEndian(byte[] target, int offset) {
        for (int i = 0; i < 6; i++) {
            target[offset + i] = (byte) (value >>> 8 * i);
        }
    }

    /** The seven octets that f5 and f6 take: type, then the address, most significant octet first. */
    public byte[] typedOctets() {
        var octets = new byte[7];
        octets[0] = (byte) type.value();
        System.arraycopy(octets(), 0, octets, 1, 6);
        return octets;
    }

    /** A static random address: the two most significant bits are 11 (Vol 6, Part B, 1.3.2.1). */
    public boolean isStaticRandom() {
        return type == AddressType.RANDOM && value >>> 46 == 3;
    }

    /** A resolvable private address: the two most significant bits are 01 (Vol 6, Part B, 1.3.2.2). */
    public boolean isResolvable() {
        return type == AddressType.RANDOM && value >>> 46 == 1;
    }

    /** A non-resolvable private address: the two most significant bits are 00. */
    public boolean isNonResolvable() {
        return type == AddressType.RANDOM && value >>> 46 == 0;
    }

    /** An address that may be an identity address: public or static random, and neither all zeros nor all ones. */
    public boolean isIdentity() {
        return value != 0 && value != 0xffff_ffff_ffffL && (type == AddressType.PUBLIC || isStaticRandom());
    }

    /** The address alone, as people write it: {@code C0:FF:EE:00:00:01}. */
    public String text() {
        var text = new StringBuilder(17);
        for (byte octet : octets()) {
            text.append(text.length() == 0 ? "" : ":").append(String.format("%02X", octet));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text() + "/" + type.name().toLowerCase(Locale.ROOT);
    }
}
