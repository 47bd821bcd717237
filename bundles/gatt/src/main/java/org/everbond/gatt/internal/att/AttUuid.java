package org.everbond.gatt.internal.att;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.everbond.host.BluetoothUuid;

/** UUIDs as ATT carries them: 2 or 16 octets, least significant first (Vol 3, Part B, 2.5.1; Part F, 3.2.1). */
public final class AttUuid {
    public static final UUID PRIMARY_SERVICE = of16(0x2800);
    public static final UUID SECONDARY_SERVICE = of16(0x2801);
    public static final UUID INCLUDE = of16(0x2802);
    public static final UUID CHARACTERISTIC = of16(0x2803);
    public static final UUID CLIENT_CONFIGURATION = of16(0x2902);
    public static final UUID GAP_SERVICE = of16(0x1800);
    public static final UUID GATT_SERVICE = of16(0x1801);
    public static final UUID DEVICE_NAME = of16(0x2A00);
    public static final UUID APPEARANCE = of16(0x2A01);
    public static final UUID SERVICE_CHANGED = of16(0x2A05);
    public static final UUID CENTRAL_ADDRESS_RESOLUTION = of16(0x2AA6);
    public static final UUID DATABASE_HASH = of16(0x2B2A);

    private AttUuid() {}

    /** The wide form of a 16-bit UUID. */
    public static UUID of16(int value) {
        return BluetoothUuid.of(value & 0xffff);
    }

    /** Whether it has a 16-bit form. */
    public static boolean is16(UUID uuid) {
        return BluetoothUuid.is16(uuid);
    }

    /** Octets of its form in ATT: 2 or 16. */
    public static int length(UUID uuid) {
        return is16(uuid) ? 2 : 16;
    }

    public static byte[] octets(UUID uuid) {
        var buffer = ByteBuffer.allocate(length(uuid)).order(ByteOrder.LITTLE_ENDIAN);
        put(buffer, uuid);
        return buffer.array();
    }

    /** @param buffer little endian */
    static void put(ByteBuffer buffer, UUID uuid) {
        if (is16(uuid)) {
            buffer.putShort((short) (uuid.getMostSignificantBits() >>> 32));
        } else {
            buffer.putLong(uuid.getLeastSignificantBits()).putLong(uuid.getMostSignificantBits());
        }
    }

    /**
     * @param buffer little endian, with at least that many octets left
     * @param length 2 or 16
     */
    static UUID get(ByteBuffer buffer, int length) {
        if (length == 2) {
            return of16(buffer.getShort());
        }
        long low = buffer.getLong();
        return new UUID(buffer.getLong(), low);
    }

    /** Reads the UUID of 2 or 16 octets that begins at an offset and ends the array; null for another length. */
    public static UUID tail(byte[] octets, int offset) {
        int length = octets.length - offset;
        return length == 2 || length == 16
                ? get(ByteBuffer.wrap(octets, offset, length).order(ByteOrder.LITTLE_ENDIAN), length)
                : null;
    }
}
