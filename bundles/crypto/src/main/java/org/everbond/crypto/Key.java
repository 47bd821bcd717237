package org.everbond.crypto;

import java.security.MessageDigest;
import java.util.Arrays;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A 128-bit secret: LTK, IRK, CSRK, ER, IR, MacKey or TK. Most significant octet first, as the specification prints it.
 * Never shows its octets in text; comparing takes the same time whatever the octets are. Immutable.
 */
@ProviderType
public final class Key {
    /** Sixteen zero octets: in stores it means <em>not there</em>, on air it is never a key. */
    public static final Key ZERO = new Key(new byte[16]);

    private final byte[] octets;

    private Key(byte[] octets) {
        this.octets = octets;
    }

    /**
     * @param octets 16 octets, most significant first; copied
     * @throws IllegalArgumentException for another length
     */
    public static Key of(byte[] octets) {
        if (octets.length != 16) {
            throw new IllegalArgumentException("a key has 16 octets, not " + octets.length);
        }
        return new Key(octets.clone());
    }

    /** Reads 16 octets in the order of HCI and SMP, least significant first. */
    public static Key ofLittleEndian(byte[] octets, int offset) {
        var reversed = new byte[16];
        for (int i = 0; i < 16; i++) {
            reversed[i] = octets[offset + 15 - i];
        }
        return new Key(reversed);
    }

    /** A copy of the 16 octets, most significant first. */
    public byte[] octets() {
        return octets.clone();
    }

    /** Writes the 16 octets least significant first (HCI, SMP) at {@code offset}. */
    public void writeLittleEndian(byte[] target, int offset) {
        for (int i = 0; i < 16; i++) {
            target[offset + i] = octets[15 - i];
        }
    }

    /** Whether all octets are zero: never to be used as a key. */
    public boolean isZero() {
        int any = 0;
        for (byte octet : octets) {
            any |= octet;
        }
        return any == 0;
    }

    /**
     * This key with its most significant octets cleared so that {@code size} octets remain (Vol 3, Part H, 2.3.4).
     *
     * @param size 7..16 octets
     */
    public Key shortened(int size) {
        if (size < 7 || size > 16) {
            throw new IllegalArgumentException("encryption key size " + size + " is out of range 7..16");
        }
        var copy = octets.clone();
        Arrays.fill(copy, 0, 16 - size, (byte) 0);
        return new Key(copy);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key key && MessageDigest.isEqual(octets, key.octets);
    }

    @Override
    public int hashCode() {
        // Keys are not map keys; a constant keeps them from leaking through hash codes.
        return 16;
    }

    @Override
    public String toString() {
        return "Key[hidden]";
    }
}
