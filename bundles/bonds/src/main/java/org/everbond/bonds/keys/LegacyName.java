package org.everbond.bonds.keys;

import java.nio.ByteBuffer;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;

/**
 * EDIV and Rand, by which a central asks for an LTK of LE legacy pairing that we distributed (Vol 3, Part H, 2.4.4.2). The key is not
 * kept: {@link LocalKeys#ltk} makes it. As in BTstack, which may open the same store, the last octet of Rand says what the pairing
 * achieved: bits 3..0 are the key size minus one, bit 4 tells whether it was authenticated.
 *
 * @param ediv 16 bits
 * @param rand 64 bits
 */
public record LegacyName(int ediv, long rand) {
    private static final int SIZE = 0x0f;
    private static final int AUTHENTICATED = 0x10;

    /**
     * The name of the key that a DIV gives.
     *
     * @param dhk masks the DIV
     * @param div 16 bits
     * @param random 64 bits, of which five are replaced
     * @param keySize 7..16 octets
     */
    static LegacyName of(Key dhk, int div, long random, int keySize, boolean authenticated) {
        long rand = random & ~(SIZE | AUTHENTICATED) | keySize - 1 | (authenticated ? AUTHENTICATED : 0);
        return new LegacyName(div ^ mask(dhk, rand), rand);
    }

    /** DIV = EDIV xor dm(DHK, Rand) (Appendix B, 2.2). */
    int div(Key dhk) {
        return ediv ^ mask(dhk, rand);
    }

    private static int mask(Key dhk, long rand) {
        return Toolbox.dm(dhk, ByteBuffer.allocate(Long.BYTES).putLong(rand).array());
    }

    /** 1..16 octets; below 7 it is no name of ours. */
    public int keySize() {
        return (int) (rand & SIZE) + 1;
    }

    /** Whether the key was made by a pairing that protects against a man in the middle. */
    public boolean authenticated() {
        return (rand & AUTHENTICATED) != 0;
    }

    /** Whether it may be the name of a key of ours at all. */
    public boolean isPossible() {
        return keySize() >= 7;
    }
}
