package org.everbond.security.spi;

import java.util.concurrent.CompletionStage;
import org.everbond.security.IoCapability;
import org.everbond.security.PairingPeer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers for the user while pairing; registered as a service. Of several the one with the highest
 * {@code service.ranking} is asked; with the service property {@code adapter} it answers for the adapter of that name only. Never
 * called on the event loop. An answer that comes after the deadline (25 s, before the SMP timer) or fails counts as refused.
 */
@ConsumerType
public interface PairingAgent {
    /**
     * What the user can do. Just Works, the only method so far, needs none of it: peers are told NoInputNoOutput, so that no
     * method is chosen that asks for more.
     */
    IoCapability ioCapability();

    /**
     * Shall this peer be paired by Just Works, without protection against a man in the middle?
     *
     * @return completes with true to go on, false to refuse
     */
    CompletionStage<Boolean> confirmJustWorks(PairingPeer peer);

    /** The pairing that a question was asked for is over; the answer does not matter any more. */
    default void cancelled(PairingPeer peer) {}
}
