package org.everbond.tlv.nvs.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.spi.StoreHeader;

/**
 * What the backend keeps for itself among the values: whose content it is, with the exact sequence, and a fingerprint of the rest, by
 * which it sees that a device has written since.
 */
final class Bookkeeping {
    /** Octets of the fingerprint: version (1) = 1, CRC-32C (4) over tag, length and value of all, by tag. */
    static final int FINGERPRINT = 5;

    private Bookkeeping() {}

    /**
     * What belongs beside these values.
     *
     * @param copied whether there is room for whose they are a second time
     */
    static Map<Integer, byte[]> of(Map<Integer, byte[]> values, StoreId id, long sequence, boolean copied) {
        var header = new StoreHeader(id, sequence).encode();
        var own = new HashMap<>(Map.of(Tags.NVS_CONTENT, fingerprint(values), Tags.STORE_HEADER, header));
        if (copied) {
            own.put(Tags.STORE_HEADER_COPY, header);
        }
        return own;
    }

    /** By either record of it; null when there is none of ours. */
    static StoreHeader header(Map<Integer, byte[]> values) {
        return Stream.of(Tags.STORE_HEADER, Tags.STORE_HEADER_COPY)
                .filter(values::containsKey)
                .flatMap(tag -> StoreHeader.decode(values.get(tag)).stream())
                .findFirst()
                .orElse(null);
    }

    /** Whether the values are those that we have written. */
    static boolean isUntouched(Map<Integer, byte[]> values) {
        return Arrays.equals(values.get(Tags.NVS_CONTENT), fingerprint(values));
    }

    /** Whether a tag is the backend's, this version's or another's: not shown to the store. */
    static boolean isOwn(int tag) {
        int first = tag >>> 24;
        return first == 0xe0 || first == 0xe1;
    }

    /** Whether it is bookkeeping of another version: it stays as it is. */
    static boolean isUnknown(Stored value) {
        int tag = value.tag().orElse(0);
        return isOwn(tag) && tag != Tags.STORE_HEADER && tag != Tags.STORE_HEADER_COPY && tag != Tags.NVS_CONTENT;
    }

    private static byte[] fingerprint(Map<Integer, byte[]> values) {
        var crc = new CRC32C();
        new TreeMap<>(values).forEach((tag, value) -> {
            if (!isOwn(tag)) {
                crc.update(ByteBuffer.allocate(8).putInt(tag).putInt(value.length).flip());
                crc.update(value);
            }
        });
        return ByteBuffer.allocate(FINGERPRINT).put((byte) 1).putInt((int) crc.getValue()).array();
    }
}
