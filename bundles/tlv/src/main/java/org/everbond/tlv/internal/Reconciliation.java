package org.everbond.tlv.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Image;

/**
 * Decides what becomes of the content in memory and the content of a backend that was just opened. Version control by lineage
 * and sequence, not union: there is no clock on a gateway. Never drops what it cannot place: then the answer is
 * {@link Refused} and both sides stay as they are. A pure function.
 */
final class Reconciliation {
    /** What is to be done. */
    sealed interface Outcome {}

    /** The backend's content is taken as it is. */
    record TakeTheirs(StoreId id, long sequence) implements Outcome {}

    /** Ours wins whole: these changes make the backend equal to it; may be none. */
    record WriteOurs(List<Change> changes) implements Outcome {}

    /** Not without a person, or not in this place; {@code conflict} tells which. */
    record Refused(boolean conflict, String sentence) implements Outcome {}

    /**
     * @param values everything in memory; empty before the first load
     * @param id null before the first load
     */
    record Ours(Map<Integer, byte[]> values, StoreId id, long sequence) {}

    private Reconciliation() {}

    static Outcome decide(Ours ours, Image theirs, BackendInfo place) {
        if (ours.id() == null) {
            return new TakeTheirs(theirs.id() != null ? theirs.id() : newId(), theirs.sequence());
        }
        boolean empty = theirs.values().isEmpty() && theirs.id() == null;
        if (empty || same(ours.values(), theirs.values()) && theirs.id() == null) {
            return write(ours, theirs, place);
        }
        if (theirs.id() == null || !theirs.id().lineage().equals(ours.id().lineage())) {
            return foreignLineage(ours, theirs, place);
        }
        return sameLineage(ours, theirs, place);
    }

    private static Outcome sameLineage(Ours ours, Image theirs, BackendInfo place) {
        if (same(ours.values(), theirs.values()) && theirs.sequence() <= ours.sequence()) {
            return write(ours, theirs, place);
        }
        boolean descendant = theirs.sequence() > ours.sequence();
        boolean continuedElsewhere = theirs.sequence() == ours.sequence() && theirs.foreign();
        if (descendant || continuedElsewhere) {
            return new TakeTheirs(theirs.id(), theirs.sequence());
        }
        if (theirs.sequence() < ours.sequence() && !theirs.foreign()) {
            return write(ours, theirs, place);
        }
        return new Refused(true, place.resource() + " and the running store have both been changed since they were the same; "
                + "move that place away to go on with the running store, or restart to go on with the content of that place");
    }

    private static Outcome foreignLineage(Ours ours, Image theirs, BackendInfo place) {
        for (var entry : theirs.values().entrySet()) {
            var mine = ours.values().get(entry.getKey());
            if (mine != null && !Arrays.equals(mine, entry.getValue())) {
                return new Refused(true, place.resource() + " holds another store (they differ in "
                        + Tags.name(entry.getKey()) + "); move that place away to go on with the running store, or restart to go on "
                        + "with the content of that place");
            }
        }
        // Nothing contradicts: the records of both live on, under our lineage.
        var union = new HashMap<>(theirs.values());
        union.putAll(ours.values());
        var refusal = tooSmall(union, place);
        return refusal != null ? refusal : new WriteOurs(puts(ours.values(), theirs.values()));
    }

    private static Outcome write(Ours ours, Image theirs, BackendInfo place) {
        var refusal = tooSmall(ours.values(), place);
        if (refusal != null) {
            return refusal;
        }
        var changes = puts(ours.values(), theirs.values());
        for (int tag : theirs.values().keySet()) {
            if (!ours.values().containsKey(tag)) {
                changes.add(new Change(tag, null));
            }
        }
        return new WriteOurs(changes);
    }

    private static List<Change> puts(Map<Integer, byte[]> ours, Map<Integer, byte[]> theirs) {
        var changes = new ArrayList<Change>();
        ours.forEach((tag, value) -> {
            if (!Arrays.equals(value, theirs.get(tag))) {
                changes.add(new Change(tag, value));
            }
        });
        // Companions mean nothing without the entries that follow them, entries do mean something without companions.
        changes.sort(Comparator.comparing(change -> !Tags.isOfBonds(change.tag())));
        return changes;
    }

    private static Refused tooSmall(Map<Integer, byte[]> values, BackendInfo place) {
        long octets = 0;
        for (var value : values.values()) {
            octets += value.length;
        }
        if (values.size() <= place.maxTags() && octets <= place.maxOctets()) {
            return null;
        }
        return new Refused(false, place.resource() + " is too small: the store has " + values.size() + " values of " + octets
                + " octets, but only " + place.maxTags() + " values of " + place.maxOctets()
                + " octets fit; configure a larger place");
    }

    static boolean same(Map<Integer, byte[]> one, Map<Integer, byte[]> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (var entry : one.entrySet()) {
            if (!Arrays.equals(entry.getValue(), other.get(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static StoreId newId() {
        return new StoreId(UUID.randomUUID(), UUID.randomUUID());
    }
}
