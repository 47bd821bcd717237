package org.everbond.adapter.internal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A place of a transport or a store as it is written in configuration: {@code scheme:place?option=value&option=value}.
 * Options may hold {@code %xx} escapes; the place is taken as it is, so that paths need none.
 */
record Locator(String scheme, String place, Map<String, String> options) {
    static Locator parse(String option, String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(option + "=" + text
                    + " names no scheme; write it as scheme:place, such as "
                    + (option.equals("store") ? "file:bonds.tlv" : "serial:/dev/ttyUSB0?baud=1000000"));
        }
        int question = text.indexOf('?', colon);
        String place = text.substring(colon + 1, question < 0 ? text.length() : question);
        Map<String, String> options = new LinkedHashMap<>();
        if (question >= 0 && question + 1 < text.length()) {
            for (String pair : text.substring(question + 1).split("&")) {
                int equals = pair.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException(
                            option + "=" + text + ": '" + pair + "' is no option; write options as name=value");
                }
                options.put(pair.substring(0, equals), decoded(option, pair.substring(equals + 1)));
            }
        }
        return new Locator(text.substring(0, colon), place, Map.copyOf(options));
    }

    private static String decoded(String option, String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": '" + value + "' has a broken % escape; write % as %25");
        }
    }

    @Override
    public String toString() {
        var text = new StringBuilder(scheme).append(':').append(place);
        String separator = "?";
        for (var option : options.entrySet()) {
            text.append(separator).append(option.getKey()).append('=').append(option.getValue());
            separator = "&";
        }
        return text.toString();
    }
}
