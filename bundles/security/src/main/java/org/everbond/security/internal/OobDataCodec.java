package org.everbond.security.internal;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.security.OobData;

/**
 * Out of band data as AD structures, each a length, a type and a value whose least significant octet comes first (Supplement to
 * the Core Specification, Part A, 1.8 and 1.16 to 1.18; Vol 3, Part C, 11).
 */
public final class OobDataCodec {
    private static final int TK_VALUE = 0x10;
    private static final int LE_BLUETOOTH_DEVICE_ADDRESS = 0x1b;
    private static final int LE_ROLE = 0x1c;
    private static final int CONFIRMATION_VALUE = 0x22;
    private static final int RANDOM_VALUE = 0x23;

    /** Both roles supported, Peripheral Role preferred for connection establishment (1.17). */
    private static final byte BOTH_ROLES = 0x02;

    private static final int LONGEST = 512;

    private OobDataCodec() {}

    public static byte[] encode(OobData data) {
        var out = new ByteArrayOutputStream();
        data.address().ifPresent(address -> {
            var value = new byte[7];
            address.writeLittleEndian(value, 0);
            value[6] = (byte) address.type().value();
            put(out, LE_BLUETOOTH_DEVICE_ADDRESS, value);
            put(out, LE_ROLE, new byte[] {BOTH_ROLES});
        });
        data.temporaryKey().ifPresent(key -> put(out, TK_VALUE, littleEndian(key)));
        data.secureConnections().ifPresent(values -> {
            put(out, CONFIRMATION_VALUE, littleEndian(values.confirm()));
            put(out, RANDOM_VALUE, littleEndian(values.random()));
        });
        return out.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, int type, byte[] value) {
        out.write(1 + value.length);
        out.write(type);
        out.writeBytes(value);
    }

    private static byte[] littleEndian(Key key) {
        var octets = new byte[16];
        key.writeLittleEndian(octets, 0);
        return octets;
    }

    public static OobData decode(byte[] octets) {
        var values = structures(octets);
        var role = values.get(LE_ROLE);
        check(role == null || role.length == 1 && role[0] >= 0 && role[0] <= 3, "the LE role is none of 0 to 3");
        var confirm = key(values, CONFIRMATION_VALUE, "the Confirmation Value");
        var random = key(values, RANDOM_VALUE, "the Random Value");
        check(confirm.isPresent() == random.isPresent(), "of Confirmation Value and Random Value one is missing");
        var data = new OobData(
                address(values.get(LE_BLUETOOTH_DEVICE_ADDRESS)),
                key(values, TK_VALUE, "the TK Value"),
                confirm.map(value -> new OobData.SecureConnections(value, random.get())));
        check(data.temporaryKey().isPresent() || data.secureConnections().isPresent(), "it holds no value to pair with");
        return data;
    }

    /** By type; those that are not ours to know are left out, and so is what follows a length of zero (Vol 3, Part C, 11). */
    private static Map<Integer, byte[]> structures(byte[] octets) {
        check(octets.length <= LONGEST, "it is longer than " + LONGEST + " octets");
        var values = new LinkedHashMap<Integer, byte[]>();
        for (int at = 0; at < octets.length && octets[at] != 0; ) {
            int length = octets[at] & 0xff;
            check(at + length < octets.length, "an AD structure is longer than the data");
            var value = new byte[length - 1];
            System.arraycopy(octets, at + 2, value, 0, value.length);
            int type = octets[at + 1] & 0xff;
            check(values.put(type, value) == null, String.format("the AD type 0x%02X comes twice", type));
            at += 1 + length;
        }
        return values;
    }

    private static Optional<DeviceAddress> address(byte[] value) {
        if (value == null) {
            return Optional.empty();
        }
        check(value.length == 7 && (value[6] & 0xff) <= 1, "the LE Bluetooth Device Address is malformed");
        return Optional.of(DeviceAddress.ofLittleEndian(AddressType.of(value[6]), value, 0));
    }

    /** A value of 16 octets; all zeros stand for no data at all in the calculations, and protect nobody. */
    private static Optional<Key> key(Map<Integer, byte[]> values, int type, String name) {
        var value = values.get(type);
        if (value == null) {
            return Optional.empty();
        }
        check(value.length == 16, name + " does not have 16 octets");
        var key = Key.ofLittleEndian(value, 0);
        check(!key.isZero(), name + " is zero");
        return Optional.of(key);
    }

    private static void check(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "the out of band data cannot be used: " + problem + "; have the other device make it again");
        }
    }

    public static OobData parse(String hex) {
        byte[] octets;
        try {
            octets = HexFormat.of().parseHex(hex.replaceAll("[\\s:-]", ""));
        } catch (IllegalArgumentException e) {
            // Without the cause: its message shows what was given.
            throw new IllegalArgumentException(
                    "the out of band data cannot be used: it is not hexadecimal; copy all of it, two digits for each octet");
        }
        return decode(octets);
    }
}
