package org.everbond.bonds.internal;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.keys.FailedAttempts;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How often pairing has failed lately, in the store. Belongs to the event loop. */
final class StoredAttempts {
    private static final Logger LOG = LoggerFactory.getLogger(StoredAttempts.class);

    private final TlvStore store;
    private final Follower follower;

    StoredAttempts(TlvStore store, Follower follower) {
        this.store = store;
        this.follower = follower;
    }

    List<FailedAttempts> read() {
        var value = follower.view() == null ? null : store.get(Tags.ATTEMPTS);
        try {
            return value == null ? List.of() : AttemptsRecord.decode(value);
        } catch (UnreadableException e) {
            LOG.warn("Store {}: the record of failed pairings is not used: {}", store.name(), e.getMessage());
            return List.of();
        }
    }

    CompletionStage<Void> write(List<FailedAttempts> attempts) {
        return follower.write(view -> change(view, attempts)).thenApply(done -> null);
    }

    private Change change(View view, List<FailedAttempts> attempts) {
        var next = attempts.isEmpty() ? null : AttemptsRecord.encode(attempts);
        if (Arrays.equals(store.get(Tags.ATTEMPTS), next)) {
            return Change.NONE;
        }
        var transaction = next == null ? new Transaction().delete(Tags.ATTEMPTS) : new Transaction().put(Tags.ATTEMPTS, next);
        return new Change(view, transaction, List.of(), List.of(), List.of());
    }
}
