package org.everbond.security;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.host.Connection;

/** Something that happened to the security of a link. Told on the event loop, in the order in which it happened. */
public sealed interface SecurityEvent {
    /** Whose security it is; may have ended already. */
    Connection connection();

    /**
     * Whose private address it is was found out only after the link was made: among very many bonds that takes a search, and without the
     * store it has to wait.
     */
    record PeerRecognised(Connection connection, Bond bond) implements SecurityEvent {}

    /**
     * A pairing began.
     *
     * @param initiator whether we are the central, which sends the Pairing Request
     */
    record PairingStarted(Connection connection, boolean initiator) implements SecurityEvent {}

    /** A pairing ended well; bonded only if the result says so. */
    record Paired(Connection connection, PairingResult result) implements SecurityEvent {}

    /** A pairing ended without success; the bond that was there before, if any, is as it was. */
    record PairingFailed(Connection connection, PairingException cause) implements SecurityEvent {}

    /**
     * The link is encrypted, or not any more.
     *
     * @param security of the key that encrypts it; empty when none does
     */
    record EncryptionChanged(Connection connection, Optional<BondSecurity> security) implements SecurityEvent {}

    /**
     * One side no longer holds the key; the bond is kept.
     *
     * @param bond empty for {@link Cause#WE_FORGOT}: there is no record
     * @param explanation one sentence for people, with the cure
     */
    record BondLost(Connection connection, Optional<Bond> bond, Cause cause, String explanation)
            implements SecurityEvent {
        /** Which side lost it, as far as the error code of the controller tells (Vol 1, Part F, 2). */
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

    /**
     * This gateway did not encrypt with a stored key, by policy or because it cannot know the key; the bond is kept, at both sides. As
     * peripheral it has closed the link then, since any other answer would tell the peer that its bond is dead. Likewise for encryption
     * that the controller tells of and nobody asked for, which does not count.
     *
     * @param bond whose key it is; empty when that is not known
     * @param explanation one sentence for people, with the cure
     */
    record EncryptionRefused(Connection connection, Optional<Bond> bond, String explanation) implements SecurityEvent {}
}
