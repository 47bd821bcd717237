package org.everbond.bonds.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of BTstack's Classic link key DB, which we keep for it: sequence number (4 octets, little endian), address (6), key
 * (16) and type, in 32 octets.
 */
final class LinkKeys {
    private static final int LENGTH = 32;
    private static final int PLACES = 256;

    private LinkKeys() {}

    /** Brings to ours what is only in theirs, and for an address in both the entry with the higher sequence number. */
    static void merge(Map<Integer, byte[]> ours, Map<Integer, byte[]> theirs, List<String> theirsLost) {
        var places = new HashMap<String, Integer>();
        ours.forEach((tag, value) -> {
            if (isEntry(tag, value)) {
                places.put(address(value), tag);
            }
        });
        theirs.forEach((tag, value) -> {
            if (!isEntry(tag, value)) {
                return;
            }
            var place = places.get(address(value));
            if (place == null) {
                place = freePlace(ours, tag);
            } else if (sequence(ours.get(place)) >= sequence(value)) {
                return;
            }
            if (place < 0) {
                theirsLost.add("the Classic link key in " + org.everbond.tlv.Tags.name(tag) + ", for which there is no room");
            } else {
                ours.put(place, value);
                places.put(address(value), place);
            }
        });
    }

    private static int freePlace(Map<Integer, byte[]> ours, int wanted) {
        for (int i = 0; i < PLACES; i++) {
            int tag = Tags.linkKey((wanted + i) & 0xff);
            if (!ours.containsKey(tag)) {
                return tag;
            }
        }
        return -1;
    }

    private static boolean isEntry(int tag, byte[] value) {
        return Tags.isLinkKey(tag) && value.length == LENGTH;
    }

    private static String address(byte[] value) {
        return Arrays.toString(Arrays.copyOfRange(value, 4, 10));
    }

    private static long sequence(byte[] value) {
        return (value[0] & 0xffL) | (value[1] & 0xffL) << 8 | (value[2] & 0xffL) << 16 | (value[3] & 0xffL) << 24;
    }
}
