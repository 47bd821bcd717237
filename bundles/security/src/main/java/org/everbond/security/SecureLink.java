package org.everbond.security;

import java.util.Optional;
import java.util.function.Supplier;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.SecurityLevel;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.host.Connection;
import org.osgi.annotation.versioning.ProviderType;

/** The security of one connection. Belongs to the event loop. */
@ProviderType
public interface SecureLink {
    /** The connection that this is the security of. */
    Connection connection();

    /** The bond with this peer: known from the address, or made on this link. */
    Optional<Bond> bond();

    /** What protects the link now; empty while it is not encrypted. */
    Optional<BondSecurity> security();

    /** Level 1 while the link is not encrypted. */
    default SecurityLevel level() {
        return security().map(BondSecurity::level).orElse(SecurityLevel.NONE);
    }

    /** Whether a pairing is under way. */
    boolean isPairing();

    /**
     * Whether the peer is bonded, or perhaps is, and has not shown that it holds the key: it may be an impostor. It is perhaps bonded as
     * long as nobody knows whose address it uses.
     */
    boolean isUnproven();

    /**
     * Has what the peer has subscribed to on this link stored with a bond that a pairing on it makes, in one transaction: the peer, which
     * relies on it, then has both or neither.
     *
     * @param subscriptions asked when the bond is about to be committed. What is subscribed to from then on belongs to the bond once
     *     {@link SecurityEvent.Paired} says that there is one
     */
    void subscriptions(Supplier<Optional<Subscriptions>> subscriptions);
}
