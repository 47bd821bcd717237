package org.everbond.bonds.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.everbond.bonds.keys.NewBond;
import org.everbond.tlv.TlvException;

/**
 * Lets the bond of a pairing in, however many questions that takes: guards are asked about those that would have to go, and the place of
 * the store may be full before its capacity is reached. Belongs to the event loop.
 */
final class Admission {
    private final Arrivals arrivals;
    private final Evictions evictions;
    private final Follower follower;
    private final Executor loop;

    Admission(Arrivals arrivals, Evictions evictions, Follower follower, Executor loop) {
        this.arrivals = arrivals;
        this.evictions = evictions;
        this.follower = follower;
        this.loop = loop;
    }

    CompletionStage<WriteQueue.Done<Change>> commit(NewBond bond) {
        var choice = new Evictions.Choice();
        return commit(bond, choice).exceptionallyCompose(failure -> makingRoom(bond, choice, failure));
    }

    /**
     * How much fits a place is known exactly only when it is written: what is full has no room for one bond more, or for its new keys, and
     * one that goes may leave less room than the newcomer needs.
     *
     * @param failure of the first attempt, which is told when all fail
     */
    private CompletionStage<WriteQueue.Done<Change>> makingRoom(NewBond bond, Evictions.Choice choice, Throwable failure) {
        if (!isFull(failure) || !choice.wantMore()) {
            return CompletableFuture.failedFuture(failure);
        }
        return commit(bond, choice).exceptionallyCompose(again -> isFull(again)
                ? makingRoom(bond, choice, failure)
                : CompletableFuture.failedFuture(failure));
    }

    /** Whether there would be room if less were kept. On a disk that others have filled there would be none: then nobody has to go. */
    static boolean isFull(Throwable failure) {
        return reason(failure) == TlvException.Reason.FULL;
    }

    /** Whether nothing more can be written, here or on the whole disk. */
    static boolean hasNoRoom(Throwable failure) {
        return isFull(failure) || reason(failure) == TlvException.Reason.NO_SPACE;
    }

    private static TlvException.Reason reason(Throwable failure) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof TlvException refusal ? refusal.reason() : null;
    }

    /** Guards answer in their own time: a plan that needs them is made again on what the view says then. */
    private CompletionStage<WriteQueue.Done<Change>> commit(NewBond bond, Evictions.Choice choice) {
        return follower.write(view -> arrivals.commit(view, bond, choice)).thenCompose(done -> choice.isOpen()
                ? evictions.ask(follower.view(), choice).thenComposeAsync(asked -> commit(bond, choice), loop)
                : CompletableFuture.completedFuture(done));
    }
}
