package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads an image on its own, sharing no code with the bundle, and insists that Espressif's library opens it without any repair:
 * page headers and states, sequence numbers, checksums, bitmaps, padding, no deleted entries, chunk numbering, one page free.
 */
final class LibraryCheck {
    /** As {@link Golden#items()}. */
    final Map<String, String> items = new HashMap<>();

    int freePages;
    final Set<Integer> versions = new HashSet<>();

    private final Map<Integer, String> namespaces = new HashMap<>();
    private final Map<String, byte[]> chunks = new TreeMap<>();
    private final Map<String, int[]> indices = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private String last;

    static LibraryCheck of(byte[] image) {
        var check = new LibraryCheck();
        check.pages(image);
        return check;
    }

    private void pages(byte[] image) {
        assertThat(image.length % 4096).as("whole pages").isZero();
        var bySequence = new TreeMap<Long, ByteBuffer>();
        for (int at = 0; at < image.length; at += 4096) {
            var page = ByteBuffer.wrap(image, at, 4096).slice().order(ByteOrder.LITTLE_ENDIAN);
            if (page.getInt(0) == -1) {
                for (int i = 0; i < 4096; i++) {
                    assertThat(page.get(i)).as("free page").isEqualTo((byte) 0xff);
                }
                freePages++;
            } else {
                assertThat(bySequence.put(Integer.toUnsignedLong(page.getInt(4)), page)).as("sequence used twice").isNull();
            }
        }
        assertThat(freePages).as("free pages").isPositive();
        // Names first: they may lie behind what they name.
        bySequence.values().forEach(page -> entries(page, true));
        long expected = 0;
        for (var entry : bySequence.entrySet()) {
            assertThat(entry.getKey()).isEqualTo(expected++);
            boolean newest = entry.getKey().equals(bySequence.lastKey());
            header(entry.getValue(), newest);
            names.clear();
            last = null;
            entries(entry.getValue(), false);
        }
        blobs();
    }

    private void header(ByteBuffer page, boolean newest) {
        assertThat(page.getInt(0)).as("state").isEqualTo(newest ? 0xfffffffe : 0xfffffffc);
        versions.add(page.get(8) & 0xff);
        for (int i = 9; i < 28; i++) {
            assertThat(page.get(i)).isEqualTo((byte) 0xff);
        }
        assertThat(page.getInt(28)).as("header checksum").isEqualTo(crc(page, 4, 24));
    }

    private void entries(ByteBuffer page, boolean namesOnly) {
        int entry = 0;
        while (entry < 126 && state(page, entry) == 2) {
            int at = 64 + 32 * entry;
            int span = page.get(at + 2) & 0xff;
            for (int i = 0; i < span; i++) {
                assertThat(state(page, entry + i)).as("state of entry").isEqualTo(2);
            }
            if (namesOnly) {
                if (page.get(at) == 0) {
                    assertThat(namespaces.put(page.get(at + 24) & 0xff, key(page, at))).as("index of two namespaces").isNull();
                }
            } else {
                item(page, at, span);
            }
            entry += span;
        }
        for (; entry < 128; entry++) {
            assertThat(state(page, entry)).as("nothing deleted, nothing behind").isEqualTo(3);
            for (int i = 0; i < 32 && entry < 126; i++) {
                assertThat(page.get(64 + 32 * entry + i)).isEqualTo((byte) 0xff);
            }
        }
    }

    private void item(ByteBuffer page, int at, int span) {
        var head = new byte[28];
        page.get(at, head, 0, 4).get(at + 8, head, 4, 24);
        assertThat(page.getInt(at + 4)).as("checksum of head").isEqualTo(crc(ByteBuffer.wrap(head), 0, 28));
        int namespace = page.get(at) & 0xff;
        int type = page.get(at + 1) & 0xff;
        int chunk = page.get(at + 3) & 0xff;
        var key = key(page, at);
        if (namespace != 0) {
            assertThat(namespaces).as("namespace of " + key).containsKey(namespace);
        }
        var name = namespaces.get(namespace) + "/" + key;
        assertThat(names.add(namespace + "/" + key + "/" + chunk)).as(name + " twice on a page").isTrue();
        // The library's repair looks for an earlier item like the last one of the page that takes writes, whatever its chunk.
        last = type == 0x42 ? name : null;
        switch (type) {
            case 0x21, 0x41, 0x42 -> {
                var data = data(page, at, span);
                assertThat(chunk == 0xff).isEqualTo(type != 0x42);
                if (type == 0x42) {
                    assertThat(chunks.put(name + "#" + chunk, data)).as(name + " chunk twice").isNull();
                } else {
                    put(name, type == 0x21
                            ? "str " + new String(data, 0, data.length - 1, StandardCharsets.ISO_8859_1)
                            : "blob " + HexFormat.of().formatHex(data));
                }
            }
            case 0x48 -> {
                assertThat(span).isEqualTo(1);
                assertThat(chunk).isEqualTo(0xff);
                assertThat(page.getShort(at + 30)).isEqualTo((short) -1);
                int[] index = {page.getInt(at + 24), page.get(at + 28) & 0xff, page.get(at + 29) & 0xff};
                assertThat(index[2]).isIn(0, 0x80);
                assertThat(indices.put(name, index)).as(name + " twice").isNull();
            }
            default -> {
                int size = type & 0xf;
                assertThat(type & 0xf0).isIn(0, 0x10);
                assertThat(size).isIn(1, 2, 4, 8);
                assertThat(span).isEqualTo(1);
                assertThat(chunk).isEqualTo(0xff);
                for (int i = size; i < 8; i++) {
                    assertThat(page.get(at + 24 + i)).isEqualTo((byte) 0xff);
                }
                if (namespace != 0) {
                    put(name, number(page, at, type >= 0x10, size));
                }
            }
        }
    }

    private void put(String name, String text) {
        assertThat(items.put(name, text)).as(name + " twice").isNull();
    }

    private static String number(ByteBuffer page, int at, boolean signed, int size) {
        long value = page.getLong(at + 24) << 64 - 8 * size;
        return signed
                ? "i" + 8 * size + " " + (value >> 64 - 8 * size)
                : "u" + 8 * size + " " + Long.toUnsignedString(value >>> 64 - 8 * size);
    }

    private static byte[] data(ByteBuffer page, int at, int span) {
        int size = Short.toUnsignedInt(page.getShort(at + 24));
        assertThat(page.getShort(at + 26)).isEqualTo((short) -1);
        assertThat(span).isEqualTo(1 + (size + 31) / 32);
        var data = new byte[size];
        page.get(at + 32, data);
        assertThat(page.getInt(at + 28)).as("checksum of data").isEqualTo(crc(ByteBuffer.wrap(data), 0, size));
        for (int i = size; i < 32 * (span - 1); i++) {
            assertThat(page.get(at + 32 + i)).as("padding").isEqualTo((byte) 0xff);
        }
        return data;
    }

    private void blobs() {
        assertThat(last).as("a chunk is the last item, so that the library takes an earlier one for its duplicate").isNull();
        indices.forEach((name, index) -> {
            var value = new byte[index[0]];
            int at = 0;
            for (int i = 0; i < index[1]; i++) {
                var chunk = chunks.remove(name + "#" + (index[2] + i));
                assertThat(chunk).as("chunk of " + name).isNotNull();
                System.arraycopy(chunk, 0, value, at, chunk.length);
                at += chunk.length;
            }
            assertThat(at).as("size of " + name).isEqualTo(value.length);
            put(name, "blob " + HexFormat.of().formatHex(value));
        });
        assertThat(chunks.keySet()).as("chunks without index").isEmpty();
    }

    /** Octets of namespace BTstack by tag. */
    Map<Integer, byte[]> tags() {
        var tags = new HashMap<Integer, byte[]>();
        items.forEach((name, text) -> {
            if (name.matches("BTstack/[0-9A-F]{8}") && text.startsWith("blob ")) {
                tags.put(Integer.parseUnsignedInt(name.substring(8), 16), HexFormat.of().parseHex(text.substring(5)));
            }
        });
        return tags;
    }

    private static int state(ByteBuffer page, int entry) {
        return page.get(32 + entry / 4) >> entry % 4 * 2 & 3;
    }

    private static String key(ByteBuffer page, int at) {
        var key = new byte[16];
        page.get(at + 8, key);
        int length = 0;
        while (key[length] != 0) {
            length++;
        }
        assertThat(length).isBetween(1, 15);
        assertThat(Arrays.copyOfRange(key, length, 16)).containsOnly(0);
        return new String(key, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Bit by bit: register from 0, polynomial edb88320, result inverted. */
    private static int crc(ByteBuffer octets, int from, int length) {
        int register = 0;
        for (int i = from; i < from + length; i++) {
            register ^= octets.get(i) & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                register = (register & 1) != 0 ? register >>> 1 ^ 0xedb88320 : register >>> 1;
            }
        }
        return ~register;
    }
}
