package org.everbond.security;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.host.Connection;

/** Something that happened to the security of a link. */
public sealed interface SecurityEvent {
    Connection connection();

    /** A pairing began. */
    record PairingStarted(Connection connection, boolean initiator) implements SecurityEvent {}

    /** A pairing ended well; bonded only if the result says so. */
    record Paired(Connection connection, PairingResult result) implements SecurityEvent {}

    /** A pairing ended without success. */
    record PairingFailed(Connection connection, PairingException cause) implements SecurityEvent {}

    /** The link is encrypted, or not any more. */
    record EncryptionChanged(Connection connection, Optional<BondSecurity> security) implements SecurityEvent {}

    /**
     * One side no longer holds the key; the bond is kept.
     *
     * @param bond empty for {@link Cause#WE_FORGOT}: there is no record
     */
    record BondLost(Connection connection, Optional<Bond> bond, Cause cause, String explanation)
            implements SecurityEvent {
        public enum Cause {
            /** The peer says that it has no key (0x06). */
            PEER_FORGOT,
            /** The peer uses a key of which we have no record. */
            WE_FORGOT,
            /** Both hold a key, and they differ (0x3D). */
            KEYS_DIFFER,
            /** The link ended while it was being encrypted (0x08), which a differing key may have caused. */
            SUSPECTED
        }
    }
}
