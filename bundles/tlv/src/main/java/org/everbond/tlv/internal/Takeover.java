package org.everbond.tlv.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.Attic;
import org.everbond.tlv.spi.Remains.Findings;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a backend and makes its content and ours one, as decided by {@link Reconciliation}: what gives way is kept aside first, then
 * everything is written as one batch. Blocks; changes nothing of ours. The caller closes the backend after a failure.
 */
final class Takeover {
    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

    /**
     * What the backend, which is open, and the store hold now.
     *
     * @param findings what people should know of it
     * @param former whether what they should know of our former content is still true
     * @param kept where what gave way is kept; empty when nothing did
     */
    record Loaded(
            Map<Integer, byte[]> values,
            StoreId id,
            long sequence,
            List<String> setAside,
            Findings findings,
            boolean former,
            String kept) {}

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

    private final String store;
    private final TlvBackend backend;
    private final Reconciliation reconciliation;
    private final Attic attic;
    private final Burials burials;
    private final List<String> kept = new ArrayList<>();
    private Image theirs;
    private Findings findings;
    private String seized = "";
    /** What was forgotten while the place was not there, to be written with whatever is written first. */
    private List<Change> burial = List.of();

    /** What was remembered of deletions, by lineage, and is done in the place when it serves. */
    private final Map<UUID, List<Tombstone>> known = new HashMap<>();

    private boolean born;

    /** @param store its name, for messages */
    Takeover(String store, TlvBackend backend, Reconciliation reconciliation, Attic attic, Burials burials) {
        this.store = store;
        this.backend = backend;
        this.reconciliation = reconciliation;
        this.attic = attic;
        this.burials = burials;
    }

    void open() throws Refusal {
        try {
            theirs = backend.open();
            var remains = backend.remains();
            findings = remains.findings(backend.info().resource(), theirs);
            seized = remains.seized();
            if (Tags.areSealed(theirs.values().keySet())) {
                throw new Refusal(TlvState.DEGRADED, backend.info().resource() + " is sealed; configure it as store=sealed:"
                        + backend.info().kind() + ":... with the key that it was sealed with");
            }
        } catch (TlvException e) {
            throw new Refusal(TlvState.DEGRADED, e.getMessage());
        }
    }

    /**
     * Brings the bulk over while another backend serves on, if ours wins whole. What is committed there meanwhile comes with
     * {@link #finish}.
     */
    void copyAhead(Reconciliation.Ours ours) throws Refusal {
        var outcome = reconciliation.decide(ours, theirs, place(), null, ours.sequence() + 1);
        if (outcome instanceof Reconciliation.WriteOurs write && !write.changes().isEmpty() && !write.theirsLost()) {
            try {
                write(ours.id(), ours.sequence(), write.changes());
            } catch (TlvException e) {
                throw new Refusal(TlvState.DEGRADED, e.getMessage());
            }
        }
    }

    /**
     * @param resolution what a person has decided, null for nothing
     * @param next the number of the next transaction of ours
     */
    Loaded finish(Reconciliation.Ours ours, Resolution resolution, long next) throws Refusal {
        born = ours.id() == null && theirs.id() == null;
        bury(next);
        var outcome = reconciliation.decide(ours, theirs, place(), resolution, next);
        if (ours.id() != null && !(outcome instanceof Reconciliation.TakeTheirs)) {
            // In memory it was forgotten at once.
            known.put(ours.id().lineage(), burials.of(ours.id()));
        }
        try {
            if (outcome instanceof Reconciliation.Refused refused) {
                throw new Refusal(refused.conflict() ? TlvState.CONFLICT : TlvState.DEGRADED, refused.sentence());
            } else if (outcome instanceof Reconciliation.TakeTheirs take) {
                if (take.oursLost()) {
                    keep(ours.id(), ours.sequence(), ours.values(), List.of("the running store, for that in "
                            + backend.info().resource()));
                }
                if (!burial.isEmpty()) {
                    write(take.id(), take.sequence(), List.of());
                }
                var told = findings.and(seized("what is there now is a later state of it, and was taken"));
                return loaded(theirs.values(), take.id(), take.sequence(), told, !take.oursLost());
            } else if (outcome instanceof Reconciliation.Join join) {
                keep(ours.id(), ours.sequence(), ours.values(), join.oursLost());
                keep(theirs.id(), theirs.sequence(), theirs.values(), join.theirsLost());
                write(ours.id(), join.sequence(), join.changes());
                LOG.info("Store {}: what {} held and what was in memory were made one", store, backend.info().resource());
                var told = findings.and(seized("what is there now was changed apart from it, and both were made one"));
                return loaded(join.values(), ours.id(), join.sequence(), told, true);
            }
            var write = (Reconciliation.WriteOurs) outcome;
            boolean nothing = theirs.values().isEmpty();
            if (write.theirsLost() && !nothing) {
                keep(theirs.id(), theirs.sequence(), theirs.values(), List.of("what " + backend.info().resource()
                        + " held, for the running store"));
            }
            if (!write.changes().isEmpty() || !burial.isEmpty() || !Objects.equals(ours.id(), theirs.id()) && !ours.values().isEmpty()) {
                write(ours.id(), ours.sequence(), write.changes());
            }
            // Whatever that place had lost, we have it.
            return loaded(theirs.values(), ours.id(), ours.sequence(), seized(written(nothing)), true);
        } catch (TlvException e) {
            throw new Refusal(TlvState.DEGRADED, e.getMessage());
        }
    }

    /** What was forgotten while this place was not there, it forgets first. */
    private void bury(long next) throws Refusal {
        var forgotten = burials.of(theirs.id());
        if (!forgotten.isEmpty()) {
            known.put(theirs.id().lineage(), forgotten);
        }
        var outcome = reconciliation.bury(theirs, forgotten, place(), next);
        if (outcome instanceof Reconciliation.Refused refused) {
            throw new Refusal(TlvState.DEGRADED, refused.sentence());
        } else if (outcome instanceof Reconciliation.Join join) {
            LOG.info("Store {}: {} forgets what was forgotten while another place served", store, backend.info().resource());
            burial = join.changes();
            theirs = new Image(join.values(), theirs.id(), join.sequence(), theirs.foreign(), theirs.setAside());
        }
    }

    /** The backend is about to serve. */
    void served(Loaded loaded) {
        burials.served(backend.info(), loaded.id(), born, known);
    }

    private String written(boolean anew) {
        if (anew) {
            return "everything that it holds was written there anew, and no bond is lost";
        }
        return kept.isEmpty()
                ? "it has everything that was there, and was written there again"
                : "it was written there again, and what was there is kept as " + String.join(", ", kept);
    }

    /** What was done when somebody has taken the place from under the store. */
    private Findings seized(String done) {
        return seized.isEmpty() ? Findings.NONE : new Findings(List.of(backend.info().resource() + " " + seized
                + " while the store was in use: " + done + "; if that was not on purpose, look who touches the file"), List.of());
    }

    private Reconciliation.Place place() {
        return new Reconciliation.Place(backend.info(), backend::room, !seized.isEmpty());
    }

    private Loaded loaded(Map<Integer, byte[]> values, StoreId id, long sequence, Findings findings, boolean former) {
        return new Loaded(values, id, sequence, theirs.setAside(), findings, former, String.join(", ", kept));
    }

    private void keep(StoreId id, long sequence, Map<Integer, byte[]> values, List<String> lost) throws TlvException {
        if (lost.isEmpty()) {
            return;
        }
        var puts = new ArrayList<Change>(values.size());
        values.forEach((tag, value) -> puts.add(new Change(tag, value)));
        var where = attic.keep(new Batch(id, sequence, List.copyOf(puts)));
        kept.add(where);
        lost.forEach(sentence -> LOG.warn("Store {}: set aside in {}: {}", store, where, sentence));
    }

    private void write(StoreId id, long sequence, List<Change> changes) throws TlvException {
        var all = new ArrayList<>(burial);
        all.addAll(changes);
        backend.commit(new Batch(id, sequence, List.copyOf(all)));
        burial = List.of();
        var values = new HashMap<>(theirs.values());
        changes.forEach(change -> {
            if (change.isDelete()) {
                values.remove(change.tag());
            } else {
                values.put(change.tag(), change.value());
            }
        });
        theirs = new Image(values, id, sequence, false, theirs.setAside());
        backend.note(Verdict.note(id, values.get(Tags.HISTORY), sequence));
    }
}
