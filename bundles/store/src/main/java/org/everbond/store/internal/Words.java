package org.everbond.store.internal;

import java.util.HexFormat;
import java.util.Locale;
import org.everbond.crypto.Key;
import org.everbond.tlv.Tags;

/** How things are written for people and for programs. */
final class Words {
    private Words() {}

    static String count(long count, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
    }

    /** How much is in a store: {@code 8 tags, 1 bond}. */
    static String contents(StoreFile store) {
        var tags = count(store.image().values().size(), "tag");
        return store.isLocked()
                ? tags + ", hidden without the key of the store"
                : tags + ", " + count(store.bonds().bonds().size(), "bond");
    }

    /** Text from a file may hold anything: a terminal is shown one line without control characters. */
    static String line(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || c == 0x2028 || c == 0x2029 ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    /** Null stays null. */
    static String hex(Key key) {
        return key == null ? null : hex(key.octets());
    }

    static String tag(int tag) {
        return String.format("%08x", tag);
    }

    /** {@code BTDB} and slot 66 of the LE device DB have the same number. */
    static String name(int tag, int length) {
        boolean entry = tag == Tags.DATABASE_HASH && (length == 60 || length == 100);
        return entry ? "BTD+" + (tag & 0xff) : Tags.name(tag);
    }
}
