package org.everbond.tlv.sealed.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Transaction.Change;

/**
 * Changes of the backend below. Where that may keep any part of a batch when the power goes, each list is a batch of its own: what later
 * ones rely on is durable before.
 *
 * @param sequence of the transaction that is there when {@code now} is
 */
record Stages(StoreId id, long sequence, List<Change> ahead, List<Change> now, List<Change> later) {
    Stages(StoreId id, long sequence) {
        this(id, sequence, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    List<Change> all() {
        return Stream.of(ahead, now, later).flatMap(List::stream).toList();
    }
}
