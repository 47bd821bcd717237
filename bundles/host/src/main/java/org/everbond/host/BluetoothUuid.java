package org.everbond.host;

import java.util.OptionalLong;
import java.util.UUID;

/** UUIDs that the Bluetooth SIG assigns, as numbers and in their wide form on the Bluetooth Base UUID (Vol 3, Part B, 2.5.1). */
public final class BluetoothUuid {
    /** 00000000-0000-1000-8000-00805F9B34FB. */
    private static final UUID BASE = new UUID(0x0000_0000_0000_1000L, 0x8000_0080_5F9B_34FBL);

    private BluetoothUuid() {}

    /**
     * The wide form of an assigned number, such as 0x180A for the Device Information Service.
     *
     * @param number of 16 or 32 bits
     */
    public static UUID of(long number) {
        if (number < 0 || number > 0xffff_ffffL) {
            throw new IllegalArgumentException(number + " is no assigned number; those have 16 or 32 bits");
        }
        return new UUID(number << 32 | BASE.getMostSignificantBits(), BASE.getLeastSignificantBits());
    }

    /** The assigned number of a UUID; empty when it is not on the Bluetooth Base UUID. */
    public static OptionalLong number(UUID uuid) {
        boolean onBase = uuid.getLeastSignificantBits() == BASE.getLeastSignificantBits()
                && (uuid.getMostSignificantBits() & 0xffff_ffffL) == BASE.getMostSignificantBits();
        return onBase ? OptionalLong.of(uuid.getMostSignificantBits() >>> 32) : OptionalLong.empty();
    }

    /** Whether it is an assigned number of 16 bits. */
    public static boolean is16(UUID uuid) {
        var number = number(uuid);
        return number.isPresent() && number.getAsLong() <= 0xffff;
    }
}
