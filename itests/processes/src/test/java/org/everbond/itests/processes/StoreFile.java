package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The file of a store, read as BTstack reads it: "BTstack", an octet, then records of tag, length (both big endian) and value. */
record StoreFile(Map<Integer, byte[]> values) {
    private static final int LE_DEVICE = tag("BTD\0");
    private static final int LE_DEVICE_INDEX = 0xff;
    private static final int KEY = 16;
    private static final int IRK_AT = 14;
    private static final int LTK_AT = 30;

    static StoreFile read(Path file) throws IOException {
        var octets = ByteBuffer.wrap(Files.readAllBytes(file));
        var magic = new byte[7];
        octets.get(magic).get();
        assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("BTstack");
        var values = new TreeMap<Integer, byte[]>();
        while (octets.remaining() >= 8) {
            int tag = octets.getInt();
            var value = new byte[octets.getInt()];
            octets.get(value);
            values.put(tag, value);
        }
        assertThat(octets.remaining()).as("octets of a torn record at the end of %s", file).isZero();
        values.values().removeIf(value -> value.length == 0);
        return new StoreFile(values);
    }

    /** Entries of the LE device DB. */
    List<byte[]> devices() {
        return values.entrySet().stream()
                .filter(entry -> (entry.getKey() & ~LE_DEVICE_INDEX) == LE_DEVICE)
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Every key in it, most significant octet first: ER, IR, and IRK and LTK of every peer; zeros stand for a key that is not there. */
    List<byte[]> keys() {
        var keys = new ArrayList<byte[]>();
        keys.add(values.get(tag("SMER")));
        keys.add(values.get(tag("SMIR")));
        for (var device : devices()) {
            keys.add(Arrays.copyOfRange(device, IRK_AT, IRK_AT + KEY));
            keys.add(Arrays.copyOfRange(device, LTK_AT, LTK_AT + KEY));
        }
        keys.removeIf(key -> Arrays.equals(key, new byte[KEY]));
        assertThat(keys).hasSizeGreaterThanOrEqualTo(2 + devices().size());
        assertThat(keys).allSatisfy(key -> assertThat(key).hasSize(KEY));
        return keys;
    }

    private static int tag(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
    }
}
