package org.everbond.tlv;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/**
 * The memory of a deletion: that a bond is gone on purpose, so that no older copy of the store brings it back. Kept under the
 * tags {@code e2000000} to {@code e2000fff} (the oldest gives way; in a small place there are fewer), written by the store in front as
 * part of the transaction that deletes the bond.
 *
 * <p>Value, 33 octets, big endian: version (1) = 1, store id (16), serial (8), sequence (8).
 *
 * @param store the store in which the bond was made
 * @param serial its number in that store
 * @param sequence the transaction that deleted it
 */
public record Tombstone(UUID store, long serial, long sequence) {
    /** How many deletions a store remembers at most. */
    public static final int KEPT = 4096;

    /** Octets of the value. */
    public static final int LENGTH = 33;

    private static final int VERSION = 1;

    /** The value as it is stored. */
    public byte[] encode() {
        return ByteBuffer.allocate(LENGTH)
                .put((byte) VERSION)
                .putLong(store.getMostSignificantBits())
                .putLong(store.getLeastSignificantBits())
                .putLong(serial)
                .putLong(sequence)
                .array();
    }

    /** Reads a value; empty when it is none of a known version. */
    public static Optional<Tombstone> decode(byte[] value) {
        if (value.length != LENGTH || value[0] != VERSION) {
            return Optional.empty();
        }
        var in = ByteBuffer.wrap(value, 1, LENGTH - 1);
        return Optional.of(new Tombstone(new UUID(in.getLong(), in.getLong()), in.getLong(), in.getLong()));
    }
}
