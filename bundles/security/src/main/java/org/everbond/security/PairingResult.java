package org.everbond.security;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;

/**
 * How a pairing ended well.
 *
 * @param security what was achieved
 * @param bonding what became of the bond
 * @param bond the bond; empty unless BONDED or NOT_DURABLE
 * @param octets that were flushed for it; 0 without a bond
 */
public record PairingResult(BondSecurity security, Bonding bonding, Optional<Bond> bond, int octets) {
    /** What became of the bond; only BONDED survives a power cut. */
    public enum Bonding {
        /** On stable storage. */
        BONDED,
        /** Kept, but the configured store is volatile: gone with the power. */
        NOT_DURABLE,
        /** One side did not want to bond, or the peer gave no identity: keys live as long as the link. */
        NOT_BONDED
    }
}
