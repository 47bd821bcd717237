package org.everbond.tlv.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvStore.Commit;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.Transaction.Change;

/** A transaction on its way to the backend. Guarded by the front's lock. */
final class Pending {
    final Transaction transaction;
    final CompletableFuture<Commit> result = new CompletableFuture<>();
    /** Cancels the end of its time. */
    Runnable deadline;
    /** Whether a backend has been given it. */
    boolean begun;
    /** Why an attempt before was given up; null when there was none. */
    TlvException earlier;
    /** Whether its caller has been answered already. */
    boolean answered;
    /** What has given way so that it fits. */
    Shed shed = Shed.NOTHING;
    /** Its number and changes, once it is part of a batch. */
    long sequence;
    List<Change> changes = new ArrayList<>();

    /** Tombstones and second copies that give way to a transaction that does not fit, step by step. */
    enum Shed {
        NOTHING,
        OLDER_HALF,
        ALL_BEFORE,
        /** Second copies, too. */
        COPIES,
        /** Its own are not written: the place is so small that nothing but bonds fits. */
        OWN
    }

    Pending(Transaction transaction) {
        this.transaction = transaction;
    }

    int octets() {
        return changes.stream().mapToInt(change -> 8 + (change.isDelete() ? 0 : change.value().length)).sum();
    }
}
