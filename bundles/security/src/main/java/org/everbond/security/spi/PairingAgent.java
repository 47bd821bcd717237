package org.everbond.security.spi;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.security.IoCapability;
import org.everbond.security.Keypress;
import org.everbond.security.OobData;
import org.everbond.security.PairingPeer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers for the user while pairing; registered as a service. Of those that answer for a peer the one with the highest
 * {@code service.ranking} is asked, the same one throughout a pairing. The service property {@code adapter} binds it to the adapter
 * of that name, the service property {@code peer} (one address or several) to peers that come with one of these addresses or are
 * bonded under it.
 *
 * <p>Never called on the event loop; the calls of one adapter come one after another. An answer that comes after the deadline (25 s
 * from the last message between the devices, for all that is asked meanwhile: before the SMP timer), or that fails or is out of range, counts as refused.
 */
@ConsumerType
public interface PairingAgent {
    /**
     * What the user can do for this peer, which decides about the association model (Vol 3, Part H, 2.3.5.1). Asked first in each
     * pairing. Must not wait for people.
     */
    IoCapability ioCapability(PairingPeer peer);

    /**
     * May this peer pair at all? Asked when a peer without a bond began the pairing, and whenever a bond would be replaced while
     * {@code bond.replace=ask}; that may be seen only at the end, when the peer tells its identity.
     *
     * @return completes with true to go on, false to refuse; by default true unless a bond would be replaced
     */
    default CompletionStage<Boolean> authorize(PairingPeer peer) {
        return CompletableFuture.completedFuture(peer.bond().isEmpty());
    }

    /**
     * Shall this peer be paired by Just Works, without protection against a man in the middle?
     *
     * @return completes with true to go on, false to refuse
     */
    CompletionStage<Boolean> confirmJustWorks(PairingPeer peer);

    /**
     * Numeric Comparison: do both devices show this number?
     *
     * @param number 0..999999, shown with six digits
     * @return completes with true when they do
     */
    default CompletionStage<Boolean> confirmNumber(PairingPeer peer, int number) {
        return CompletableFuture.completedFuture(false);
    }

    /**
     * Passkey Entry: show this passkey until {@link #cancelled} or {@link #finished}, to be typed at the peer.
     *
     * @param passkey 0..999999, shown with six digits
     */
    default void displayPasskey(PairingPeer peer, int passkey) {}

    /**
     * Passkey Entry: which passkey does the peer show, or which one was agreed on?
     *
     * @param typed may be told of keys as they are typed; the peer hears of them if it asked to
     * @return completes with 0..999999, or with empty to refuse
     */
    default CompletionStage<Optional<Integer>> requestPasskey(PairingPeer peer, Consumer<Keypress> typed) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** The user of the peer types the passkey that is displayed here. */
    default void keypress(PairingPeer peer, Keypress keypress) {}

    /**
     * Data of the peer that came out of band. Asked first in each pairing, since the request or response tells whether there is
     * some. Must not wait for people.
     */
    default Optional<OobData> oobData(PairingPeer peer) {
        return Optional.empty();
    }

    /**
     * A passkey that was agreed on before, to be shown to this peer instead of a random one: for a device that nobody stands beside, whose
     * user was given it. Weak: each failed attempt tells an attacker one of its 20 bits, and whoever has seen it once knows it.
     * Asked first in each pairing, used only if it comes to a passkey that is shown here. Must not wait for people.
     *
     * @return 0..999999, or empty (the default) for one that is new each time
     */
    default Optional<Integer> agreedPasskey(PairingPeer peer) {
        return Optional.empty();
    }

    /** The pairing ended without success; the answer to an open question does not matter any more. */
    default void cancelled(PairingPeer peer) {}

    /** The pairing ended well; what is displayed may go. */
    default void finished(PairingPeer peer) {}
}
