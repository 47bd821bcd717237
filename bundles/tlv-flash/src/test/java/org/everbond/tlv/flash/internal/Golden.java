package org.everbond.tlv.flash.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.flash.spi.RamFlash;

/** An image written by BTstack, and what BTstack itself reads in it. */
record Golden(String name, byte[] image, FlashMode mode, int alignment, int size, String json) {
    private static final Pattern LIVE = Pattern.compile("\"tag\": \"([0-9a-f]{8})\",\\s*\"value\": \"([0-9a-f]*)\"");

    /** All of them. */
    static Stream<String> names() {
        return new String(bytes("images.txt"), StandardCharsets.US_ASCII).lines();
    }

    static Golden of(String name) {
        var json = new String(bytes(name + ".json"), StandardCharsets.UTF_8);
        var mode = FlashMode.valueOf(field(json, "\"mode\": \"(\\w+)\"").toUpperCase(Locale.ROOT));
        int alignment = Integer.parseInt(field(json, "\"alignment\": (\\d+)"));
        int size = Integer.parseInt(field(json, "\"bank_size\": (\\d+)"));
        return new Golden(name, bytes(name + ".bin"), mode, alignment, size, json);
    }

    RamFlash flash() {
        return new RamFlash(size, alignment).load(image);
    }

    Layout layout() {
        return new Layout(mode, alignment, size);
    }

    /** What BTstack reads after it has opened the image: tag and value. */
    Map<String, String> live() {
        return live("after_open");
    }

    Map<String, String> live(String state) {
        var values = new LinkedHashMap<String, String>();
        int from = json.indexOf("\"" + state + "\": {");
        int list = json.indexOf("\"live\": [", from);
        int to = json.indexOf("]", list);
        Matcher live = LIVE.matcher(json.substring(list, to));
        while (live.find()) {
            values.put(live.group(1), live.group(2));
        }
        return values;
    }

    int writeOffset() {
        return Integer.parseInt(field(json, "\"after_open\": \\{[^}]*?\"write_offset\": (\\d+)"));
    }

    int currentBank() {
        return Integer.parseInt(field(json, "\"after_open\": \\{[^}]*?\"current_bank\": (\\d+)"));
    }

    boolean openChanges() {
        return json.contains("\"open_changed_image\": true");
    }

    /** The image after BTstack has opened it; null when there is none. */
    byte[] afterOpen() {
        return json.contains("\"after_open_file\"") ? bytes(name + ".after-open.bin") : null;
    }

    static Map<String, String> hex(Map<Integer, byte[]> values) {
        var hex = new LinkedHashMap<String, String>();
        values.forEach((tag, value) -> hex.put(String.format("%08x", tag), HexFormat.of().formatHex(value)));
        return hex;
    }

    private static String field(String json, String pattern) {
        var found = Pattern.compile(pattern).matcher(json);
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }

    static byte[] bytes(String file) {
        try (var in = Golden.class.getResourceAsStream("/btstack/" + file)) {
            assertThat(in).as("golden file " + file).isNotNull();
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
