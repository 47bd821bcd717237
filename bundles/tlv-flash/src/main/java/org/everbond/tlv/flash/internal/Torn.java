package org.everbond.tlv.flash.internal;

import org.everbond.tlv.flash.FlashMode;

/** How an entry looks whose header or mark was being programmed when the power went: octet by octet, from the first one. */
final class Torn {
    private static final int ERASED_OCTET = 0xff;

    private Torn() {}

    /** Whether an entry may be the beginning of one under this tag. */
    static boolean isHeader(Layout layout, Entry entry, int tag) {
        return isTag(entry.tag(), tag) || entry.tag() == tag && (isLength(entry) || isHeadOfValue(layout, entry));
    }

    /** Whether a tag is the beginning of another one. */
    static boolean isTag(int tag, int original) {
        return tag != original && (tag == (original | 0xff) || tag == (original | 0xffff) || tag == (original | 0xffffff));
    }

    /**
     * Whether the length of an entry may be incomplete: its highest octet is written first, and the value was there before, so
     * both end in ff then.
     */
    static boolean isLength(Entry entry) {
        int length = entry.length();
        return (length & ERASED_OCTET) == ERASED_OCTET && entry.value()[length - 1] == -1;
    }

    /** With alignment 16 the header shares its unit with the first octets of the value. */
    private static boolean isHeadOfValue(Layout layout, Entry entry) {
        int shared = layout.hasDeleteField() ? 0 : Math.min(entry.length(), layout.headerUnit() - Layout.TAG_AND_LENGTH);
        return shared > 0 && entry.value()[shared - 1] == -1;
    }

    /** Whether a tag is what remains of another one when the mark of its deletion was begun. */
    static boolean isMark(Layout layout, int tag, int original) {
        return layout.mode() == FlashMode.OVERWRITE && tag != original && tag != 0
                && (tag == (original & 0x00ffffff) || tag == (original & 0x0000ffff) || tag == (original & 0x000000ff));
    }
}
