package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.Key;
import org.everbond.host.Connection;
import org.everbond.security.PairingException;
import org.everbond.security.PairingResult;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.KeyPairs;
import org.everbond.security.internal.OwnOobData;
import org.everbond.security.internal.Surroundings;
import org.everbond.security.internal.pdu.Pdu;

/** The link that a pairing runs on, as the pairing sees it. */
public interface PairingLink {
    Surroundings surroundings();

    SecurityOptions options();

    KeyPairs keyPairs();

    OwnOobData ownOobData();

    Connection connection();

    /** The bond with this peer as far as its address tells. */
    Optional<Bond> bond();

    /** Whether somebody wants this peer to pair: asked for by us, or the window for bonding is open. */
    boolean isPairingWanted();

    /** Whether somebody here asked for this very pairing, which says yes to Just Works where no agent is there to be asked. */
    boolean isPairingAsked();

    /** The link is encrypted with the key of this pairing. */
    void encryptedByPairing(Key ltk, BondSecurity security);

    /** An LTK of LE legacy pairing was distributed and no bond keeps it: it is good as long as this link. */
    void distributed(Key ltk, LegacyName name, BondSecurity security);

    /** What the peer has subscribed to on this link, to be written with the bond. */
    Optional<Subscriptions> subscriptions();

    /** The keys of a bond were written; from now on it is the bond of this link. */
    void committed(Bond bond);

    void paired(PairingResult result);

    /** A Pairing Request came while no pairing was under way, or while one was all but complete. */
    void requested(Pdu.PairingRequest request);

    /**
     * @param timedOut whether the SMP timer ended it: no more SMP on this link
     * @param encrypted whether the key of this pairing was handed to the controller: the link must not live on with it
     */
    void pairingFailed(PairingException cause, boolean timedOut, boolean encrypted);
}
