package org.everbond.tlv.sealed.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is inside a sealed value: the tag (4), kind (1), and the value. A value that does not fit with all that is cut in two: the
 * {@code FIRST} part names the place of the {@code SECOND} (4), which is written before it, so that the first decides.
 *
 * @param second place of the second part; 0 for the other kinds
 */
record Envelope(int tag, Kind kind, int second, byte[] value) {
    private static final int HEADER = 5;
    /** What of a value fits into one sealed value of 2,048 octets. */
    static final int MOST = org.everbond.tlv.Transaction.MAX_VALUE - SealKeys.OVERHEAD - HEADER;
    /** What of it fits into a first part. */
    static final int FIRST_PART = MOST - 4;

    enum Kind {
        WHOLE,
        FIRST,
        SECOND
    }

    /** How long the sealed values are in which a value of so many octets is kept. */
    static List<Integer> sealedLengths(int length) {
        int sealing = SealKeys.OVERHEAD + HEADER;
        return length <= MOST
                ? List.of(sealing + length)
                : List.of(sealing + 4 + FIRST_PART, sealing + length - FIRST_PART);
    }

    byte[] encode() {
        int extra = kind == Kind.FIRST ? 4 : 0;
        var out = ByteBuffer.allocate(HEADER + extra + value.length).putInt(tag).put((byte) kind.ordinal());
        if (extra > 0) {
            out.putInt(second);
        }
        return out.put(value).array();
    }

    /** Empty for what a later version has sealed. */
    static Optional<Envelope> decode(byte[] plain) {
        try {
            var in = ByteBuffer.wrap(plain);
            int tag = in.getInt();
            int kind = in.get();
            if (kind < 0 || kind >= Kind.values().length) {
                return Optional.empty();
            }
            int second = Kind.values()[kind] == Kind.FIRST ? in.getInt() : 0;
            var value = Arrays.copyOfRange(plain, in.position(), plain.length);
            return value.length == 0 ? Optional.empty() : Optional.of(new Envelope(tag, Kind.values()[kind], second, value));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "Envelope[hidden]";
    }
}
