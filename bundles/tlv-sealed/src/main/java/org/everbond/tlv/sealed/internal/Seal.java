package org.everbond.tlv.sealed.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The record {@code seal/0}: by it a sealed store is recognised, and the key that fits. Value: version (1) = 1, then salt (16) and
 * check (16) of the sealing that counts; while a store is sealed anew, those of the other one behind.
 *
 * @param entries one or two
 */
record Seal(List<Entry> entries) {
    private static final int VERSION = 1;
    private static final int ENTRY = SealKeys.SALT + SealKeys.CHECK;
    /** Octets of the record of one sealing. */
    static final int LENGTH = 1 + ENTRY;

    record Entry(byte[] salt, byte[] check) {
        /** What the key gives with this salt, if it is the key. */
        Optional<SealKeys> with(byte[] key) {
            var keys = new SealKeys(key, salt);
            return keys.fits(check) ? Optional.of(keys) : Optional.empty();
        }

        static Entry of(SealKeys keys) {
            return new Entry(keys.salt(), keys.check());
        }

        boolean isSame(Entry other) {
            return Arrays.equals(salt, other.salt) && Arrays.equals(check, other.check);
        }

        @Override
        public String toString() {
            return "Entry[hidden]";
        }
    }

    /** Empty when it cannot be read. */
    static Optional<Seal> decode(byte[] value) {
        if (value[0] != VERSION || value.length != 1 + ENTRY && value.length != 1 + 2 * ENTRY) {
            return Optional.empty();
        }
        var entries = new ArrayList<Entry>();
        for (int at = 1; at < value.length; at += ENTRY) {
            entries.add(new Entry(
                    Arrays.copyOfRange(value, at, at + SealKeys.SALT), Arrays.copyOfRange(value, at + SealKeys.SALT, at + ENTRY)));
        }
        return Optional.of(new Seal(List.copyOf(entries)));
    }

    /** The one that counts. */
    Entry first() {
        return entries.get(0);
    }

    boolean names(Entry entry) {
        return entries.stream().anyMatch(entry::isSame);
    }

    byte[] encode() {
        var out = ByteBuffer.allocate(1 + ENTRY * entries.size()).put((byte) VERSION);
        entries.forEach(entry -> out.put(entry.salt()).put(entry.check()));
        return out.array();
    }
}
