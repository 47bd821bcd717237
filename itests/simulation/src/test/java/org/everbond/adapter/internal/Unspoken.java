package org.everbond.adapter.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.everbond.crypto.Key;

/** Everything that is said in a story, in logs, events, failures, states and traces: P9 has no key in it. */
final class Unspoken {
    /** Of the story that this thread tells. */
    static final ThreadLocal<Unspoken> HERE = new ThreadLocal<>();

    private final StringBuilder said = new StringBuilder();
    private final List<byte[]> written = new ArrayList<>();

    void say(Object what) {
        said.append(what).append('\n');
    }

    /** A file that others may see. */
    void write(byte[] file) {
        written.add(file);
    }

    int octets() {
        return said.length();
    }

    /** The keys that were said after all, however they were written. */
    List<String> of(Collection<Key> keys) {
        var plain = said.toString();
        var hex = plain.toLowerCase(Locale.ROOT).replaceAll("[ :,-]", "");
        var found = new ArrayList<String>();
        for (var key : keys) {
            var octets = key.octets();
            var reversed = new byte[octets.length];
            key.writeLittleEndian(reversed, 0);
            for (var order : List.of(octets, reversed)) {
                var digits = HexFormat.of().formatHex(order);
                var numbers = Arrays.toString(order);
                int at = hex.indexOf(digits);
                if (at >= 0) {
                    found.add("... " + hex.substring(Math.max(0, at - 60), at) + "(a key)");
                }
                if (plain.contains(numbers.substring(1, numbers.length() - 1))) {
                    found.add("a key as a list of numbers");
                }
                if (written.stream().anyMatch(file -> holds(file, order))) {
                    found.add("a key in a trace");
                }
            }
        }
        return found;
    }

    private static boolean holds(byte[] file, byte[] octets) {
        return IntStream.rangeClosed(0, file.length - octets.length)
                .anyMatch(at -> file[at] == octets[0] && Arrays.equals(file, at, at + octets.length, octets, 0, octets.length));
    }
}
