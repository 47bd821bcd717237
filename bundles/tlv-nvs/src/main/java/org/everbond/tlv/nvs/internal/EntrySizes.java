package org.everbond.tlv.nvs.internal;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;

/** The sizes of BTstack's bond entries: on an ESP32 a build takes a slot with an entry of another size for free, and overwrites it. */
final class EntrySizes {
    private static final Set<Integer> KNOWN = Set.of(60, 100);

    private EntrySizes() {}

    /**
     * @param place for the message
     * @throws TlvException when an entry comes that the program which wrote those that are there would not see
     */
    static void check(String place, Map<Integer, byte[]> before, Map<Integer, byte[]> after) throws TlvException {
        var sizes = of(before);
        if (Collections.disjoint(sizes, of(after))) {
            return;
        }
        for (var value : after.entrySet()) {
            if (isEntry(value.getKey(), value.getValue()) && !sizes.contains(value.getValue().length)) {
                int size = sizes.iterator().next();
                throw new TlvException(Reason.FAILED, "store " + place + " has bond entries of " + size
                        + " octets, and BTstack on an ESP32 reads one size only, but " + Tags.name(value.getKey()) + " has "
                        + value.getValue().length + "; set btstack.entrySize=" + size);
            }
        }
    }

    private static Set<Integer> of(Map<Integer, byte[]> values) {
        return values.entrySet().stream()
                .filter(value -> isEntry(value.getKey(), value.getValue()))
                .map(value -> value.getValue().length)
                .collect(Collectors.toSet());
    }

    private static boolean isEntry(int tag, byte[] value) {
        return (tag & 0xffffff00) == Tags.LE_DEVICE && KNOWN.contains(value.length);
    }
}
