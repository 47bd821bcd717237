package org.everbond.tlv.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore.Commit;
import org.everbond.tlv.TlvStore.Statistics;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.internal.Pending.Shed;

/**
 * Transactions waiting for a backend and those that it is writing. Everything that waits goes into the next batch, so that many
 * share one flush. All methods are called with the front's monitor held.
 */
final class CommitQueue {
    /** Bounds of one batch, so that one flush stays short. */
    private static final int MOST_TRANSACTIONS = 1024;

    private static final int MOST_CHANGES = 16384;

    private final StoreFront front;
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    private List<Pending> begun = List.of();
    /** The highest number ever given out: one that is in doubt is never used again. */
    private long issued;

    private volatile Statistics statistics = new Statistics(0, 0, 0, 0);

    CommitQueue(StoreFront front) {
        this.front = front;
    }

    Statistics statistics() {
        return statistics;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void add(Pending pending, Duration wait) {
        pending.deadline = front.threads.schedule(wait, () -> expire(pending, wait));
        waiting.add(pending);
    }

    private void expire(Pending pending, Duration wait) {
        synchronized (front) {
            if (pending.answered) {
                return;
            }
            var status = front.status();
            if (!pending.begun) {
                waiting.remove(pending);
                fail(pending, new TlvException(Reason.NO_BACKEND, "nothing was written within " + wait.toMillis() + " ms"
                        + (status.reason().isEmpty() ? "" : ": " + status.reason())));
                return;
            }
            var sentence = status.backend().resource() + " has not answered for " + wait.toMillis() + " ms";
            front.publish(status.with(TlvState.DEGRADED, sentence));
            front.threads.signal(front);
            fail(pending, new TlvException(Reason.IN_DOUBT, sentence + "; whether it was written will show when it does"));
        }
    }

    /** Takes what waits as one batch, or only the first if the last batch did not fit as a whole. */
    List<Pending> begin(boolean onlyFirst) {
        begun = new ArrayList<>();
        issued = Math.max(issued, front.status().sequence());
        int changes = 0;
        while (!waiting.isEmpty() && begun.size() < (onlyFirst ? 1 : MOST_TRANSACTIONS) && changes < MOST_CHANGES) {
            var pending = waiting.poll();
            pending.begun = true;
            pending.sequence = ++issued;
            begun.add(pending);
            changes += pending.transaction.changes().size();
        }
        number();
        return begun;
    }

    private void number() {
        Graves graves = null;
        for (var pending : begun) {
            pending.changes = new ArrayList<>(pending.transaction.changes());
            var buried = pending.transaction.buried();
            if (graves == null && (!buried.isEmpty() || pending.shed != Shed.NOTHING)) {
                graves = graves();
            }
            if (pending.shed != Shed.NOTHING) {
                int count = pending.shed == Shed.OLDER_HALF ? (graves.count() + 1) / 2 : graves.count();
                graves.oldest(count).forEach(tag -> pending.changes.add(new Change(tag, null)));
            }
            if (pending.shed.compareTo(Shed.COPIES) >= 0) {
                copiesBut(pending).forEach(tag -> pending.changes.add(new Change(tag, null)));
            }
            if (pending.shed != Shed.OWN) {
                for (var bond : buried) {
                    var tombstone = new Tombstone(bond.store(), bond.serial(), pending.sequence);
                    pending.changes.add(new Change(graves.next(), tombstone.encode()));
                }
            }
        }
    }

    private Graves graves() {
        return new Graves(front.image, front.status().backend());
    }

    /** Second copies that are there and that the transaction does not write. */
    private IntStream copiesBut(Pending pending) {
        return Arrays.stream(front.image.tags(Tags::isCopy))
                .filter(tag -> pending.transaction.changes().stream().noneMatch(change -> change.tag() == tag));
    }

    /** Whether fewer tombstones, or no second copies, can make room for the one transaction that did not fit; then it is to be tried again. */
    boolean shed(TlvException failure) {
        var pending = begun.get(0);
        boolean matters = !pending.transaction.buried().isEmpty()
                || pending.transaction.changes().stream().anyMatch(change -> !Tags.isCopy(change.tag()));
        boolean limited = matters && front.status().backend().maxOctets() != Long.MAX_VALUE;
        boolean before = limited && pending.shed.compareTo(Shed.ALL_BEFORE) < 0 && graves().count() > 0;
        boolean copies = limited && pending.shed.compareTo(Shed.COPIES) < 0 && copiesBut(pending).findAny().isPresent();
        boolean own = limited && pending.shed != Shed.OWN && !pending.transaction.buried().isEmpty();
        if (before) {
            pending.shed = Shed.values()[pending.shed.ordinal() + 1];
        } else if (copies) {
            pending.shed = Shed.COPIES;
        } else if (own) {
            pending.shed = Shed.OWN;
        }
        boolean again = before || copies || own;
        if (again) {
            retryBegun(failure);
        }
        return again;
    }

    /** The number of the next transaction. */
    long next() {
        return Math.max(issued, front.status().sequence()) + 1;
    }

    void noteIssued(long sequence) {
        issued = Math.max(issued, sequence);
    }

    /** Whether somebody was told meanwhile that the batch is in doubt. */
    boolean isDoubted() {
        return begun.stream().anyMatch(pending -> pending.answered);
    }

    /** The batch is durable. */
    void confirm(boolean durable) {
        long octets = 0;
        for (var pending : begun) {
            octets += pending.octets();
        }
        statistics = new Statistics(statistics.commits() + begun.size(), statistics.batches() + 1, statistics.failures(),
                statistics.octets() + octets);
        for (var pending : begun) {
            answer(pending, new Commit(pending.sequence, pending.octets(), durable), null);
        }
        begun = List.of();
    }

    /** The backend has refused the batch. */
    void failBegun(TlvException failure) {
        begun.forEach(pending -> fail(pending, failure));
        begun = List.of();
    }

    /** Puts the batch back to the front of the queue. */
    void retryBegun(TlvException failure) {
        var batch = begun;
        begun = List.of();
        for (int i = batch.size() - 1; i >= 0; i--) {
            var pending = batch.get(i);
            pending.begun = false;
            pending.earlier = failure;
            if (!pending.answered) {
                waiting.addFirst(pending);
            }
        }
    }

    /**
     * Another content was loaded. What waits was planned on the one before: whatever concerns a value that is another one now
     * would overwrite what its caller has never seen.
     */
    void failOutdated(Map<Integer, byte[]> before, IntFunction<byte[]> now) {
        for (var pending : List.copyOf(waiting)) {
            var outdated = pending.transaction.changes().stream()
                    .filter(change -> !Arrays.equals(before.get(change.tag()), now.apply(change.tag())))
                    .findFirst();
            if (outdated.isPresent()) {
                waiting.remove(pending);
                fail(pending, new TlvException(
                        Reason.FAILED,
                        (pending.earlier != null ? pending.earlier.getMessage() : "the store was loaded anew")
                                + "; another value of " + Tags.name(outdated.get().tag()) + " is there now, try again",
                        pending.earlier));
            }
        }
    }

    void refuseWaiting(TlvException failure) {
        for (var pending = waiting.poll(); pending != null; pending = waiting.poll()) {
            fail(pending, failure);
        }
    }

    void fail(Pending pending, TlvException failure) {
        if (!pending.answered) {
            statistics = new Statistics(statistics.commits(), statistics.batches(), statistics.failures() + 1, statistics.octets());
        }
        answer(pending, null, failure);
    }

    private void answer(Pending pending, Commit commit, TlvException failure) {
        if (pending.answered) {
            return;
        }
        pending.answered = true;
        if (pending.deadline != null) {
            pending.deadline.run();
        }
        front.answer(pending.result, commit, failure);
    }
}
