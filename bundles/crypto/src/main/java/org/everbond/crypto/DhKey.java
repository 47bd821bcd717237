package org.everbond.crypto;

import java.security.MessageDigest;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The shared secret of LE Secure Connections: the X coordinate that P256 gives, 32 octets, most significant first (Vol 3,
 * Part H, 2.3.5.6.1). Never shows its octets in text. Immutable.
 */
@ProviderType
public final class DhKey {
    private final byte[] octets;

    private DhKey(byte[] octets) {
        this.octets = octets;
    }

    /**
     * @param octets 32 octets, most significant first; copied
     * @throws IllegalArgumentException for another length
     */
    public static DhKey of(byte[] octets) {
        if (octets.length != 32) {
            throw new IllegalArgumentException("a DHKey has 32 octets, not " + octets.length);
        }
        return new DhKey(octets.clone());
    }

    /** A copy of the 32 octets, most significant first. */
    public byte[] octets() {
        return octets.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DhKey key && MessageDigest.isEqual(octets, key.octets);
    }

    @Override
    public int hashCode() {
        // As with Key: nothing of the secret leaks through hash codes.
        return 32;
    }

    @Override
    public String toString() {
        return "DhKey[hidden]";
    }
}
