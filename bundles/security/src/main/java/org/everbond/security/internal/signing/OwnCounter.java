package org.everbond.security.internal.signing;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondStore;
import org.everbond.security.PairingException;

/**
 * Our SignCounter towards one peer. What is stored is the end of a block that was reserved before the first of it was used: after a
 * crash counting goes on behind the block. The next block is reserved while the present one is still half full.
 */
final class OwnCounter {
    static final int BLOCK = 256;
    /** The stored value is the next one to use, so that the last of the 32-bit numbers is never used. */
    private static final long END = 0xffff_ffffL;

    private final BondStore bonds;
    private final BondId bond;
    private final ArrayDeque<CompletableFuture<Long>> waiting = new ArrayDeque<>();
    private long next;
    /** The first number that is not ours yet. */
    private long reserved;
    private boolean reserving;

    /** @param stored next to use, as stored */
    OwnCounter(BondStore bonds, BondId bond, long stored) {
        this.bonds = bonds;
        this.bond = bond;
        this.next = stored;
        this.reserved = stored;
    }

    /**
     * @param stored as it is stored now: behind what we reserved if another gateway signed with this store meanwhile
     * @return completes with a number that was never used before and never will be again
     */
    CompletionStage<Long> take(long stored) {
        if (stored > reserved && !reserving) {
            next = stored;
            reserved = stored;
        }
        if (waiting.isEmpty() && next < reserved) {
            long number = next++;
            if (reserved - next < BLOCK / 2) {
                reserve();
            }
            return CompletableFuture.completedFuture(number);
        }
        var later = new CompletableFuture<Long>();
        waiting.add(later);
        reserve();
        return later;
    }

    private void reserve() {
        long end = Math.min(reserved + BLOCK, END);
        if (reserving) {
            return;
        }
        if (end <= reserved) {
            fail(new PairingException("all signature counters of bond " + bond + " are used up; pair again", 0, false));
            return;
        }
        reserving = true;
        bonds.saveCounters(bond, 0, end).whenComplete((done, failure) -> {
            reserving = false;
            if (failure == null) {
                reserved = end;
                serve();
            } else {
                fail(new PairingException(
                        "the signature counter of bond " + bond + " could not be written, so nothing is signed; see the state of the store",
                        0, false));
            }
        });
    }

    private void serve() {
        while (!waiting.isEmpty() && next < reserved) {
            waiting.poll().complete(next++);
        }
        if (!waiting.isEmpty()) {
            reserve();
        }
    }

    private void fail(PairingException failure) {
        var failed = List.copyOf(waiting);
        waiting.clear();
        failed.forEach(each -> each.completeExceptionally(failure));
    }
}
