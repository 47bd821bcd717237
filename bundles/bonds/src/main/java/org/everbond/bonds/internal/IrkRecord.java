package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;

/**
 * Our IRK after it was changed by decision: a sealed record of its number (4 octets; how often it was changed) and the IRK (16, most
 * significant first). ER and IR stay as they are, since the legacy keys of all bonds depend on them; without this record the IRK is
 * d1(IR, 1, 0).
 */
record IrkRecord(int number, Key irk) {
    private static final int LENGTH = 20;
    private static final int MARK = 4;
    private static final byte[] MARKED = "everbond own irk".getBytes(StandardCharsets.US_ASCII);

    byte[] encode() {
        return Sealed.seal(ByteBuffer.allocate(LENGTH).putInt(number).put(irk.octets()).array());
    }

    static IrkRecord decode(byte[] value) throws UnreadableException {
        var body = Sealed.open(value);
        if (body.length < LENGTH) {
            throw new UnreadableException("it is cut");
        }
        var irk = Key.of(Arrays.copyOfRange(body, MARK, LENGTH));
        int number = ByteBuffer.wrap(body).getInt();
        if (irk.isZero() || number < 1) {
            throw new UnreadableException("a field of it is out of range");
        }
        return new IrkRecord(number, irk);
    }

    /** The record of two copies that were used apart: the one that was changed more often, else ours. */
    static byte[] merge(byte[] ours, byte[] theirs) {
        try {
            var other = decode(theirs);
            try {
                return other.number > decode(ours).number ? theirs : ours;
            } catch (UnreadableException unreadable) {
                return theirs;
            }
        } catch (UnreadableException unreadable) {
            return ours;
        }
    }

    /** What tells this IRK from others of ours and says nothing about it: kept with each bond that was given it. */
    byte[] mark() {
        return mark(irk);
    }

    static byte[] mark(Key irk) {
        return Arrays.copyOf(Toolbox.aesCmac(irk, MARKED), MARK);
    }

    @Override
    public String toString() {
        return "IrkRecord[" + number + "]";
    }
}
