package org.everbond.security.internal.signing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondStore;

/**
 * The SignCounter of one peer: a number counts once, and is on stable storage before anybody hears of its message. What comes while a
 * number is being written is written together with the next one.
 */
final class PeerCounter {
    /** The stored value is the next one to accept, so that the last of the 32-bit numbers is never accepted. */
    private static final long END = 0xffff_ffffL;
    private static final int MOST_WAITING = 256;

    private final BondStore bonds;
    private final BondId bond;
    private List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
    /** The next to accept; never goes back, whatever becomes of the store. */
    private long next;
    private boolean saving;

    PeerCounter(BondStore bonds, BondId bond) {
        this.bonds = bonds;
        this.bond = bond;
    }

    /** @param stored next to accept, as stored */
    boolean isNew(long number, long stored) {
        return number >= Math.max(next, stored) && number < END;
    }

    /**
     * A message with this number is genuine.
     *
     * @return completes with true once the number is on stable storage, with false when it cannot be
     */
    CompletionStage<Boolean> accept(long number) {
        if (waiting.size() == MOST_WAITING) {
            return CompletableFuture.completedFuture(false);
        }
        next = number + 1;
        var durable = new CompletableFuture<Boolean>();
        waiting.add(durable);
        save();
        return durable;
    }

    private void save() {
        if (saving || waiting.isEmpty()) {
            return;
        }
        saving = true;
        var batch = waiting;
        waiting = new ArrayList<>();
        bonds.saveCounters(bond, next, 0).whenComplete((done, failure) -> {
            saving = false;
            batch.forEach(each -> each.complete(failure == null));
            save();
        });
    }
}
