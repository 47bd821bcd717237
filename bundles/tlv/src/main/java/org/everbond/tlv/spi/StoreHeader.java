package org.everbond.tlv.spi;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.everbond.tlv.StoreId;

/**
 * The record {@code e0000000}, by which a backend keeps the identity of its content. A backend with a place of its own for
 * the sequence (the file backend: its transaction headers) writes it once; others with each batch.
 *
 * <p>Value, 45 octets, big endian: version (1) = 1, lineage (16), store id (16), sequence (8), CRC-32C of all before (4).
 *
 * @param id of the content
 * @param sequence of the newest transaction when this was written; a lower bound
 */
public record StoreHeader(StoreId id, long sequence) {
    /** Octets of the value. */
    public static final int LENGTH = 45;

    private static final int VERSION = 1;

    /** The value as it is stored. */
    public byte[] encode() {
        var out = ByteBuffer.allocate(LENGTH).put((byte) VERSION);
        put(out, id.lineage());
        put(out, id.store());
        out.putLong(sequence);
        return out.putInt(crc(out.array())).array();
    }

    /** Reads a value; empty when it is damaged or of an unknown version. */
    public static Optional<StoreHeader> decode(byte[] value) {
        if (value.length != LENGTH || value[0] != VERSION) {
            return Optional.empty();
        }
        var in = ByteBuffer.wrap(value, 1, LENGTH - 1);
        var id = new StoreId(new UUID(in.getLong(), in.getLong()), new UUID(in.getLong(), in.getLong()));
        long sequence = in.getLong();
        return in.getInt() == crc(value) && sequence >= 0 ? Optional.of(new StoreHeader(id, sequence)) : Optional.empty();
    }

    private static void put(ByteBuffer out, UUID uuid) {
        out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    private static int crc(byte[] value) {
        var crc = new CRC32C();
        crc.update(value, 0, LENGTH - 4);
        return (int) crc.getValue();
    }
}
