package org.everbond.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A public key of P-256 as both sides exchange it (Vol 3, Part H, 2.3.5.6.1). Any 64 octets make one: whether it is a
 * point of the curve, {@link #isValid()} tells. Immutable.
 */
@ProviderType
public final class PublicKey {
    /** The published debug public key (2.3.5.6.1): whoever uses it has no secret. */
    public static final PublicKey DEBUG = of(
            HexFormat.of().parseHex("20b003d2f297be2c5e2c83a7e9f9a5b9eff49111acf4fddbcc0301480e359de6"),
            HexFormat.of().parseHex("dc809c49652aeb6d63329abf5a52155c766345c28fed3024741c8ed01589d28b"));

    private final byte[] x;
    private final byte[] y;

    private PublicKey(byte[] x, byte[] y) {
        this.x = x;
        this.y = y;
    }

    /**
     * @param x 32 octets, most significant first; copied
     * @param y 32 octets, most significant first; copied
     * @throws IllegalArgumentException for another length
     */
    public static PublicKey of(byte[] x, byte[] y) {
        if (x.length != 32 || y.length != 32) {
            throw new IllegalArgumentException(
                    "a coordinate of P-256 has 32 octets, not " + x.length + " and " + y.length);
        }
        return new PublicKey(x.clone(), y.clone());
    }

    /** Reads X and Y in the order of the Pairing Public Key PDU: 32 octets each, least significant first. */
    public static PublicKey ofLittleEndian(byte[] octets, int offset) {
        return new PublicKey(OctetOrder.reversed(octets, offset, 32), OctetOrder.reversed(octets, offset + 32, 32));
    }

    /** The X coordinate, 32 octets, most significant first. */
    public byte[] x() {
        return x.clone();
    }

    /** The Y coordinate, 32 octets, most significant first. */
    public byte[] y() {
        return y.clone();
    }

    /** Writes X and Y as in the Pairing Public Key PDU, 64 octets from {@code offset} on. */
    public void writeLittleEndian(byte[] target, int offset) {
        System.arraycopy(OctetOrder.reversed(x), 0, target, offset, 32);
        System.arraycopy(OctetOrder.reversed(y), 0, target, offset + 32, 32);
    }

    /**
     * Whether both coordinates are in range and the point is on the curve. Anything else is refused before it meets a
     * private key (the invalid curve attack; 2.3.5.6.1).
     */
    public boolean isValid() {
        return Curve.holds(new BigInteger(1, x), new BigInteger(1, y));
    }

    /**
     * Whether the X coordinates are equal. A peer that sends our own X reflects our key; it may have turned the sign of Y,
     * so Y is not looked at (2.3.5.6.1).
     */
    public boolean sameX(PublicKey other) {
        return Arrays.equals(x, other.x);
    }

    /** Whether the private key of this one is published: the debug key, with either sign of Y. */
    public boolean isDebugKey() {
        return sameX(DEBUG);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey key && Arrays.equals(x, key.x) && Arrays.equals(y, key.y);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(x);
    }

    @Override
    public String toString() {
        return "PublicKey[x=" + HexFormat.of().formatHex(x, 0, 4) + "…]";
    }

    /** y² = x³ − 3x + b over the field of p (FIPS 186-4, D.1.2.3). Its cofactor is 1: on the curve is enough. */
    private static final class Curve {
        private static final BigInteger P =
                new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
        private static final BigInteger B =
                new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
        private static final BigInteger THREE = BigInteger.valueOf(3);

        static boolean holds(BigInteger x, BigInteger y) {
            return x.compareTo(P) < 0
                    && y.compareTo(P) < 0
                    && y.multiply(y).mod(P).equals(x.multiply(x).subtract(THREE).multiply(x).add(B).mod(P));
        }
    }
}
