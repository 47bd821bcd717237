package org.everbond.host.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.everbond.host.BluetoothUuid;

/** AD structures of our own advertising (Core Specification Supplement, Part A, 1); those of others are read by {@link AdStructures}. */
public final class AdContent {
    private static final int CAPACITY = 31;
    private static final int FLAGS = 0x01;
    private static final int COMPLETE_16_BIT_UUIDS = 0x03;
    private static final int COMPLETE_128_BIT_UUIDS = 0x07;
    private static final int SHORTENED_NAME = 0x08;
    private static final int COMPLETE_NAME = 0x09;
    /** LE General Discoverable Mode, BR/EDR Not Supported. */
    private static final byte GENERAL_LE_ONLY = 0x06;

    private AdContent() {}

    /** @throws IllegalArgumentException when there is no room for them */
    public static byte[] flagsAndServices(UUID... services) {
        var narrow = new ByteArrayOutputStream();
        var wide = new ByteArrayOutputStream();
        for (var service : services) {
            if (BluetoothUuid.is16(service)) {
                narrow.writeBytes(littleEndian(BluetoothUuid.number(service).getAsLong(), 2));
            } else {
                wide.writeBytes(littleEndian(service.getLeastSignificantBits(), 8));
                wide.writeBytes(littleEndian(service.getMostSignificantBits(), 8));
            }
        }
        var data = new ByteArrayOutputStream();
        data.writeBytes(structure(FLAGS, GENERAL_LE_ONLY));
        if (narrow.size() > 0) {
            data.writeBytes(structure(COMPLETE_16_BIT_UUIDS, narrow.toByteArray()));
        }
        if (wide.size() > 0) {
            data.writeBytes(structure(COMPLETE_128_BIT_UUIDS, wide.toByteArray()));
        }
        if (data.size() > CAPACITY) {
            throw new IllegalArgumentException(services.length + " services need " + data.size() + " octets of advertising data, but there are "
                    + CAPACITY + "; announce fewer");
        }
        return data.toByteArray();
    }

    /** The name, cut between characters when it does not fit. */
    public static byte[] name(String name) {
        var whole = name.getBytes(StandardCharsets.UTF_8);
        if (whole.length <= CAPACITY - 2) {
            return structure(COMPLETE_NAME, whole);
        }
        int length = CAPACITY - 2;
        while ((whole[length] & 0xc0) == 0x80) {
            length--;
        }
        return structure(SHORTENED_NAME, Arrays.copyOf(whole, length));
    }

    private static byte[] littleEndian(long value, int length) {
        var octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (value >>> 8 * i);
        }
        return octets;
    }

    private static byte[] structure(int type, byte... content) {
        var structure = new byte[content.length + 2];
        structure[0] = (byte) (content.length + 1);
        structure[1] = (byte) type;
        System.arraycopy(content, 0, structure, 2, content.length);
        return structure;
    }
}
