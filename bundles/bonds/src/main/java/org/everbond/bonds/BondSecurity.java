package org.everbond.bonds;

/**
 * What a pairing achieved; never what was asked for.
 *
 * @param method the association model that ran
 * @param secureConnections LE Secure Connections, else LE legacy pairing
 * @param authenticated protected against a man in the middle by the method that ran
 * @param keySize encryption key size, 7..16 octets
 */
public record BondSecurity(PairingMethod method, boolean secureConnections, boolean authenticated, int keySize) {
    public BondSecurity {
        if (keySize < 7 || keySize > 16) {
            throw new IllegalArgumentException("encryption key size " + keySize + " is out of range 7..16");
        }
    }

    /** The level of LE security mode 1 that a link encrypted with this bond's key has (Vol 3, Part C, 10.2.1). */
    public SecurityLevel level() {
        if (!authenticated) {
            return SecurityLevel.ENCRYPTED;
        }
        return secureConnections && keySize == 16 ? SecurityLevel.SECURE : SecurityLevel.AUTHENTICATED;
    }

    /** Whether something that the other one has would be lost: such a bond does not take the other one's place. */
    public boolean isWeakerThan(BondSecurity other) {
        return level().compareTo(other.level()) < 0
                || keySize < other.keySize
                || other.secureConnections && !secureConnections
                || other.authenticated && !authenticated;
    }
}
