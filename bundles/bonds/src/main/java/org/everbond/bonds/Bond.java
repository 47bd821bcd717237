package org.everbond.bonds;

import java.util.Optional;
import org.everbond.crypto.DeviceAddress;

/**
 * A bond as people and programs may see it: without keys.
 *
 * @param id its name for life
 * @param identity the peer's identity address
 * @param security what the pairing achieved, as the rules of today see it
 * @param resolvable whether the peer distributed an IRK, so that it may come with private addresses
 * @param name by which people know the peer: given by {@link Bonds#rename}, else the peer's device name as it was read once; empty for none
 * @param createdAt sequence of the transaction that made it
 * @param pinned never evicted
 * @param privacyMode chosen for this peer; empty for the one that is configured for the adapter
 */
public record Bond(
        BondId id,
        DeviceAddress identity,
        BondSecurity security,
        boolean resolvable,
        String name,
        long createdAt,
        boolean pinned,
        Optional<PrivacyMode> privacyMode) {
    /** A bond with the privacy mode that is configured for the adapter. */
    public Bond(
            BondId id, DeviceAddress identity, BondSecurity security, boolean resolvable, String name, long createdAt, boolean pinned) {
        this(id, identity, security, resolvable, name, createdAt, pinned, Optional.empty());
    }
}
