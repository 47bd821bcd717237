package org.everbond.store.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One JSON object (RFC 8259) in one line, its members in the order in which they were put. */
public final class Json {
    private final Map<String, Object> members = new LinkedHashMap<>();

    private Json() {}

    public static Json object() {
        return new Json();
    }

    /** @param value number, boolean, {@link Json}, list of these, null, or anything that is text */
    public Json put(String name, Object value) {
        members.put(name, value);
        return this;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        write(text, this);
        return text.toString();
    }

    private static void write(StringBuilder text, Object value) {
        if (value instanceof Json object) {
            text.append('{');
            object.members.forEach((name, member) -> {
                text.append(text.charAt(text.length() - 1) == '{' ? "" : ",");
                quote(text, name);
                write(text.append(':'), member);
            });
            text.append('}');
        } else if (value instanceof List<?> list) {
            text.append('[');
            for (int i = 0; i < list.size(); i++) {
                write(text.append(i == 0 ? "" : ","), list.get(i));
            }
            text.append(']');
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            quote(text, value.toString());
        }
    }

    private static void quote(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7f) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
