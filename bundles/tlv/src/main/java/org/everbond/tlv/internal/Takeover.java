package org.everbond.tlv.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;

/** Opens a backend and makes its content and ours one, as decided by {@link Reconciliation}. Blocks; changes nothing of ours. */
final class Takeover {
    /** What the backend, which is open, and the store hold now. */
    record Loaded(Map<Integer, byte[]> values, StoreId id, long sequence, List<String> setAside) {}

    /** The backend cannot be taken; the message is one sentence for people. */
    static final class Refusal extends Exception {
        private final transient TlvState state;

        Refusal(TlvState state, String sentence) {
            super(sentence);
            this.state = state;
        }

        /** What the store is while it has no other backend. */
        TlvState state() {
            return state;
        }
    }

    private Takeover() {}

    /** The backend is open afterwards; the caller closes it after a failure. */
    static Loaded of(TlvBackend backend, Reconciliation.Ours ours) throws Refusal {
        try {
            return load(backend, ours);
        } catch (TlvException e) {
            throw new Refusal(TlvState.DEGRADED, e.getMessage());
        }
    }

    private static Loaded load(TlvBackend backend, Reconciliation.Ours ours) throws TlvException, Refusal {
        var theirs = backend.open();
        var outcome = Reconciliation.decide(ours, theirs, backend.info());
        if (outcome instanceof Reconciliation.Refused refused) {
            throw new Refusal(refused.conflict() ? TlvState.CONFLICT : TlvState.DEGRADED, refused.sentence());
        }
        if (outcome instanceof Reconciliation.TakeTheirs take) {
            return new Loaded(theirs.values(), take.id(), take.sequence(), theirs.setAside());
        }
        var changes = ((Reconciliation.WriteOurs) outcome).changes();
        if (!changes.isEmpty() || !Objects.equals(ours.id(), theirs.id()) && !ours.values().isEmpty()) {
            backend.commit(new Batch(ours.id(), ours.sequence(), changes));
        }
        var values = new HashMap<>(theirs.values());
        changes.forEach(change -> {
            if (change.isDelete()) {
                values.remove(change.tag());
            } else {
                values.put(change.tag(), change.value());
            }
        });
        return new Loaded(values, ours.id(), ours.sequence(), theirs.setAside());
    }
}
