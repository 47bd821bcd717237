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
    /** Ends the waiting; set right after creation. */
    /** Cancels the end of its time. */
    Runnable deadline;
    /** Whether a backend has been given it. */
    boolean begun;
    /** Why an attempt before was given up; null when there was none. */
    TlvException earlier;
    /** Whether its caller has been answered already. */
    boolean answered;
    /** Its number and changes, once it is part of a batch. */
    long sequence;
    List<Change> changes = new ArrayList<>();

    Pending(Transaction transaction) {
        this.transaction = transaction;
    }

    int octets() {
        return changes.stream().mapToInt(change -> 8 + (change.isDelete() ? 0 : change.value().length)).sum();
    }
}
