package org.everbond.tlv.nvs.internal;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An image that Espressif's library wrote, and what stands in it according to that library.
 *
 * @param items each as {@code namespace/key type value}, blobs in hex
 */
record Golden(String name, byte[] image, JsonObject sidecar) {
    private static final Path FOLDER = folder();

    private static Path folder() {
        try {
            return Path.of(Golden.class.getResource("/nvs").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".json"))
                    .map(file -> file.substring(0, file.length() - 5))
                    .sorted()
                    .toList();
        }
    }

    static Golden read(String name) throws IOException {
        var sidecar = JsonParser.parseString(Files.readString(FOLDER.resolve(name + ".json"))).getAsJsonObject();
        return new Golden(name, image(name), sidecar);
    }

    static byte[] image(String name) throws IOException {
        return Files.readAllBytes(FOLDER.resolve(name + ".bin"));
    }

    boolean isCut() {
        return name.startsWith("cut");
    }

    Map<String, String> items() {
        return items(sidecar.getAsJsonArray("items"));
    }

    /** Before the interrupted operation, or after it: the first image of a series says what that is. */
    Map<String, String> items(String when) throws IOException {
        for (var other : names()) {
            if (other.compareTo(name) <= 0 && series(other).equals(series(name))) {
                var first = read(other).sidecar;
                if (first.has(when)) {
                    return items(first.getAsJsonArray(when));
                }
            }
        }
        throw new IllegalStateException(name + " belongs to no series");
    }

    private static String series(String name) {
        return name.replaceAll("-[0-9-]+$", "");
    }

    private static Map<String, String> items(JsonArray array) {
        var items = new HashMap<String, String>();
        for (var element : array) {
            var item = element.getAsJsonObject();
            var value = item.get("value");
            if (!value.isJsonNull()) {
                items.put(item.get("namespace").getAsString() + "/" + item.get("key").getAsString(),
                        item.get("type").getAsString() + " " + value.getAsString());
            }
        }
        return items;
    }

    /** The same of what our reader found. */
    static Map<String, String> items(Contents contents) {
        var names = new HashMap<Integer, String>();
        contents.namespaces().forEach((name, index) -> names.put(index, name));
        var items = new HashMap<String, String>();
        for (var value : contents.stored()) {
            var head = value.head();
            if (head.namespace() != Item.NAMESPACES) {
                items.put(names.getOrDefault(head.namespace(), "#" + head.namespace()) + "/" + head.key(), text(value));
            }
        }
        return items;
    }

    private static String text(Stored value) {
        var head = value.head();
        if (value.isBlob()) {
            return "blob " + HexFormat.of().formatHex(value.blob());
        }
        if (head.type() == Item.STRING) {
            var text = head.data();
            // The sidecars have one character for each octet.
            return "str " + new String(Arrays.copyOf(text, text.length - 1), StandardCharsets.ISO_8859_1);
        }
        boolean signed = head.type() >= 0x10;
        int size = head.type() & 0xf;
        long number = 0;
        for (int i = size - 1; i >= 0; i--) {
            number = number << 8 | head.entries()[24 + i] & 0xff;
        }
        if (signed) {
            number = number << 64 - 8 * size >> 64 - 8 * size;
        }
        return (signed ? "i" : "u") + 8 * size + " " + (signed ? Long.toString(number) : Long.toUnsignedString(number));
    }

    @Override
    public String toString() {
        return name;
    }
}
