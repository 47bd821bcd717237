package org.everbond.shell.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** AD structures for advertising: flags and a service in the data, the name in the scan response (CSS, Part A, 1). */
final class AdvertisingData {
    private static final int CAPACITY = 31;
    private static final int FLAGS = 0x01;
    private static final int COMPLETE_16_BIT_UUIDS = 0x03;
    private static final int COMPLETE_128_BIT_UUIDS = 0x07;
    private static final int SHORTENED_NAME = 0x08;
    private static final int COMPLETE_NAME = 0x09;
    /** LE General Discoverable Mode, BR/EDR Not Supported. */
    private static final byte GENERAL_LE_ONLY = 0x06;

    private AdvertisingData() {}

    static byte[] flags() {
        return structure(FLAGS, GENERAL_LE_ONLY);
    }

    static byte[] flagsAndService(UUID service) {
        var data = new ByteArrayOutputStream();
        data.writeBytes(flags());
        var shortForm = Words.uuid(service);
        if (shortForm.length() == 4) {
            int value = Integer.parseInt(shortForm, 16);
            data.writeBytes(structure(COMPLETE_16_BIT_UUIDS, (byte) value, (byte) (value >> 8)));
        } else {
            data.writeBytes(structure(COMPLETE_128_BIT_UUIDS, littleEndian(service)));
        }
        return data.toByteArray();
    }

    /** The name, cut between characters when it does not fit. */
    static byte[] name(String name) {
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

    private static byte[] littleEndian(UUID uuid) {
        var octets = new byte[16];
        for (int i = 0; i < 8; i++) {
            octets[i] = (byte) (uuid.getLeastSignificantBits() >>> 8 * i);
            octets[8 + i] = (byte) (uuid.getMostSignificantBits() >>> 8 * i);
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
