package org.everbond.bonds.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.Transaction;

/**
 * Our own identity where somebody decides on it; what the store alone says of it is the matter of {@link Roots}. Such a decision shows
 * as soon as it is durable, as {@link View.Repairs} do. Belongs to the event loop.
 */
final class OwnIdentity {
    private final String store;
    private final Follower follower;

    OwnIdentity(String store, Follower follower) {
        this.store = store;
        this.follower = follower;
    }

    /** A place that is full to the last bond has no room for this record: it serves nevertheless, and is asked again at the next start. */
    CompletionStage<Void> adopt(DeviceAddress address) {
        return follower.write(view -> adopt(view, address))
                .<Void>thenApply(done -> null)
                .exceptionallyCompose(failure -> Admission.hasNoRoom(failure) && follower.servesUnwritten(address)
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }

    private Change adopt(View view, DeviceAddress address) {
        if (view.local != null) {
            return Change.NONE;
        }
        if (view.waiting == null) {
            throw new IllegalStateException("store " + store + " does not wait for an identity address");
        }
        var local = view.waiting.with(address);
        var transaction = new Transaction()
                .put(Tags.ER, local.er().octets())
                .put(Tags.IR, local.ir().octets())
                .put(Tags.IDENTITY, new IdentityRecord(address, IdentityRecord.Origin.CONTROLLER).encode());
        return decided(view, new View.Repairs(transaction, local));
    }

    CompletionStage<Void> changeIrk() {
        var mine = new View.Repairs[1];
        return follower.write(view -> {
                    mine[0] = anotherIrk(view);
                    return decided(view, mine[0]);
                })
                .whenComplete((done, failure) -> {
                    var view = follower.view();
                    if (failure != null && view != null && view.repairs == mine[0]) {
                        // Not later, when nobody expects it.
                        view.repairs = null;
                    }
                })
                .thenApply(done -> null);
    }

    private View.Repairs anotherIrk(View view) {
        if (view.local == null || view.repairs != null) {
            throw new IllegalStateException("store " + store + " is not ready; try again when it is");
        }
        var changed = new IrkRecord(view.irkNumber + 1, Roots.random());
        var keys = view.local;
        return new View.Repairs(
                new Transaction().put(Tags.OWN_IRK, changed.encode()),
                new LocalKeys(keys.er(), keys.ir(), changed.irk(), keys.identityAddress()),
                changed);
    }

    private static Change decided(View view, View.Repairs decision) {
        view.repairs = decision;
        return new Change(view, decision.transaction(), List.of(), List.of(), List.of());
    }
}
