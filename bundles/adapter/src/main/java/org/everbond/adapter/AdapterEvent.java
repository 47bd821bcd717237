package org.everbond.adapter;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.ClassicBonds;
import org.everbond.security.PairingResult;
import org.everbond.security.SecurityEvent;
import org.everbond.tlv.TlvState;

/**
 * Something that happened. Told in the order in which it happened, never on the event loop; {@link Adapter#status} and the link may have
 * gone on meanwhile. Explanations and reasons are one sentence for people, with the cure.
 */
public sealed interface AdapterEvent {
    /** The adapter's name. */
    String adapter();

    /** Another state, or another reason for it. */
    record StateChanged(String adapter, AdapterState state, String reason) implements AdapterEvent {}

    /**
     * Another state or another content of the store.
     *
     * @param generation as {@code TlvStore.generation} counts: what was known of the content before holds no more when it has grown
     */
    record StoreChanged(String adapter, TlvState state, long generation, String reason) implements AdapterEvent {}

    /** Advertising was begun or stopped; a pause for a connection does not count. */
    record AdvertisingChanged(String adapter, boolean on) implements AdapterEvent {}

    /** A link was made, by us or by the peer. */
    record Connected(String adapter, LinkStatus link) implements AdapterEvent {}

    /**
     * Whose private address it is was found out only after the link was made: among very many bonds that takes a search, and without the
     * store it has to wait.
     *
     * @param link with the identity address and the bond
     */
    record PeerRecognised(String adapter, LinkStatus link) implements AdapterEvent {}

    /**
     * A link ended.
     *
     * @param link as it was last
     * @param reason error code of the controller (Vol 1, Part F)
     */
    record Disconnected(String adapter, LinkStatus link, int reason, String explanation) implements AdapterEvent {}

    /**
     * A pairing began.
     *
     * @param initiator whether we are the central, which sends the Pairing Request
     */
    record PairingStarted(String adapter, LinkStatus link, boolean initiator) implements AdapterEvent {}

    /** A pairing ended well; bonded only if the result says so. */
    record Paired(String adapter, LinkStatus link, PairingResult result) implements AdapterEvent {}

    /**
     * A pairing ended without success; the bond that was there before, if any, is as it was.
     *
     * @param reason of Pairing Failed (Vol 3, Part H, 3.5.5), 0 for another cause
     * @param byPeer whether the peer refused
     */
    record PairingFailed(String adapter, LinkStatus link, int reason, boolean byPeer, String explanation)
            implements AdapterEvent {}

    /**
     * The link is encrypted, or not any more.
     *
     * @param security of the key that encrypts it; empty when none does
     */
    record EncryptionChanged(String adapter, LinkStatus link, Optional<BondSecurity> security) implements AdapterEvent {}

    /**
     * One side of a bond no longer holds its key.
     *
     * @param bond which is kept; empty when we are the side that has no record
     */
    record BondLost(
            String adapter, LinkStatus link, Optional<Bond> bond, SecurityEvent.BondLost.Cause cause, String explanation)
            implements AdapterEvent {}

    /**
     * We did not encrypt with a stored key: by Secure Connections Only Mode, or because the key cannot be known. As peripheral the link was
     * closed for it, so that the bond stays alive at the peer.
     *
     * @param bond whose key it is; empty when that is not known
     */
    record EncryptionRefused(String adapter, LinkStatus link, Optional<Bond> bond, String explanation) implements AdapterEvent {}

    /** Something happened to a bond. One that was evicted comes before the newcomer that took its place. */
    record BondChanged(String adapter, BondEvent event) implements AdapterEvent {}

    /** Something happened to a Classic bond. */
    record ClassicBondChanged(String adapter, ClassicBonds.Event event) implements AdapterEvent {}
}
