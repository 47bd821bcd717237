package org.everbond.tlv.sealed.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.everbond.tlv.StoreId;

/**
 * The record {@code seal/3}: everything that opens a store, once more. Value, 69 octets: version (1) = 1, lineage (16), store id (16), salt
 * (16) and check (16) of the sealing that counts, CRC-32C of all before (4).
 */
record SealCopy(StoreId id, Seal.Entry entry) {
    private static final int VERSION = 1;
    private static final int ENTRY_AT = 33;
    private static final int CHECKED = ENTRY_AT + SealKeys.SALT + SealKeys.CHECK;
    static final int LENGTH = CHECKED + 4;

    /** Empty when it is damaged or of a later version. */
    static Optional<SealCopy> decode(byte[] value) {
        if (value.length != LENGTH || value[0] != VERSION || ByteBuffer.wrap(value).getInt(CHECKED) != crc(value)) {
            return Optional.empty();
        }
        var in = ByteBuffer.wrap(value, 1, ENTRY_AT - 1);
        var id = new StoreId(new UUID(in.getLong(), in.getLong()), new UUID(in.getLong(), in.getLong()));
        int checkAt = ENTRY_AT + SealKeys.SALT;
        return Optional.of(new SealCopy(
                id, new Seal.Entry(Arrays.copyOfRange(value, ENTRY_AT, checkAt), Arrays.copyOfRange(value, checkAt, CHECKED))));
    }

    byte[] encode() {
        var out = ByteBuffer.allocate(LENGTH).put((byte) VERSION);
        put(out, id.lineage());
        put(out, id.store());
        out.put(entry.salt()).put(entry.check());
        return out.putInt(crc(out.array())).array();
    }

    private static void put(ByteBuffer out, UUID uuid) {
        out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    private static int crc(byte[] value) {
        var crc = new CRC32C();
        crc.update(value, 0, CHECKED);
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return "SealCopy[" + id.store() + "]";
    }
}
