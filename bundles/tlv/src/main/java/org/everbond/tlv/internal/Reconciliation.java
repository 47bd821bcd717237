package org.everbond.tlv.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.everbond.tlv.spi.TlvBackend.Room;

/**
 * Decides what becomes of the content in memory and the content of a backend that was just opened. Version control by lineage,
 * {@linkplain History history} and sequence, not union: there is no clock on a gateway. An ancestor gives way, a descendant
 * wins, what was changed on both sides is {@linkplain Merge merged}; what cannot be merged is {@link Refused}, and both
 * sides stay as they are. A pure function.
 */
final class Reconciliation {
    /** What is to be done. */
    sealed interface Outcome {}

    /**
     * The backend's content is taken as it is.
     *
     * @param oursLost whether ours is no part of it, and must be kept aside first
     */
    record TakeTheirs(StoreId id, long sequence, boolean oursLost) implements Outcome {}

    /**
     * Ours wins whole: these changes make the backend equal to it; may be none.
     *
     * @param theirsLost whether theirs is no part of it, and must be kept aside first
     */
    record WriteOurs(List<Change> changes, boolean theirsLost) implements Outcome {}

    /**
     * A content made of both, which is new to both: what it holds, and the changes that make the backend equal to it.
     *
     * @param oursLost what of ours is no part of it
     * @param theirsLost what of theirs is no part of it
     */
    record Join(
            Map<Integer, byte[]> values, long sequence, List<Change> changes, List<String> oursLost, List<String> theirsLost)
            implements Outcome {}

    /** Not without a person, or not in this place; {@code conflict} tells which. */
    record Refused(boolean conflict, String sentence) implements Outcome {}

    /**
     * @param values everything in memory; empty before the first load
     * @param id null before the first load
     */
    record Ours(Map<Integer, byte[]> values, StoreId id, long sequence) {}

    /** {@link TlvBackend#room}. */
    interface Measure {
        Optional<Room> room(Map<Integer, byte[]> values) throws TlvException;
    }

    /**
     * Where it would go.
     *
     * @param measure of what a content takes there; empty where only {@code info} tells
     * @param seized whether ours was there until just now: another store that is there now was put there, and ours has no other place
     */
    record Place(BackendInfo info, Measure measure, boolean seized) {
        Place(BackendInfo info, Measure measure) {
            this(info, measure, false);
        }
    }

    private final Merge merge;
    private final long run;

    /** @param run the number of this run, by which a merged content is marked */
    Reconciliation(Merge merge, long run) {
        this.merge = merge;
        this.run = run;
    }

    /**
     * @param resolution what a person has decided, null for nothing
     * @param next the number of the next transaction of ours
     */
    Outcome decide(Ours ours, Image theirs, Place place, Resolution resolution, long next) {
        if (ours.id() == null) {
            return new TakeTheirs(theirs.id() != null ? theirs.id() : newId(), theirs.sequence(), false);
        }
        boolean empty = theirs.values().isEmpty() && theirs.id() == null;
        if (empty || same(ours.values(), theirs.values()) && theirs.id() == null) {
            return write(ours, theirs, place, false);
        }
        var relation = relation(ours, theirs);
        return switch (relation) {
            case ANCESTOR -> write(ours, theirs, place, false);
            case DESCENDANT -> new TakeTheirs(theirs.id() == null ? ours.id() : theirs.id(), theirs.sequence(), false);
            case FOREIGN -> place.seized() ? write(ours, theirs, place, true) : merged(ours, theirs, place, resolution, next);
            case DIVERGED -> merged(ours, theirs, place, resolution, next);
        };
    }

    /** What the backend's content is to ours. */
    private enum Relation {
        ANCESTOR,
        DESCENDANT,
        DIVERGED,
        FOREIGN
    }

    private static Relation relation(Ours ours, Image theirs) {
        if (theirs.id() == null || !theirs.id().lineage().equals(ours.id().lineage())) {
            // Where we have nothing yet, there is nothing to merge.
            return ours.values().isEmpty() && theirs.id() != null ? Relation.DESCENDANT : Relation.FOREIGN;
        }
        var mine = History.of(ours.values(), ours.sequence());
        var yours = History.of(theirs.values(), theirs.sequence());
        boolean known = !mine.isEmpty() && !yours.isEmpty();
        boolean ancestor = known ? mine.includes(yours) : theirs.sequence() <= ours.sequence();
        boolean descendant = known ? yours.includes(mine) : theirs.sequence() >= ours.sequence();
        if (ancestor && descendant) {
            if (theirs.foreign()) {
                return Relation.DESCENDANT;
            }
            // The same transaction of one run is the same content, whatever damage has done to it there.
            return known || same(ours.values(), theirs.values()) ? Relation.ANCESTOR : Relation.DIVERGED;
        }
        if (descendant) {
            return Relation.DESCENDANT;
        }
        return ancestor && !theirs.foreign() ? Relation.ANCESTOR : Relation.DIVERGED;
    }

    private Outcome merged(Ours ours, Image theirs, Place place, Resolution resolution, long next) {
        var mine = History.of(ours.values(), ours.sequence());
        var yours = History.of(theirs.values(), theirs.sequence());
        var left = Merge.Content.of(ours.values(), ours.id(), ours.sequence(), List.of());
        var right = Merge.Content.of(theirs.values(), theirs.id(), theirs.sequence(), theirs.setAside());
        var outcome = merge.merge(left, right, branch(ours.id(), run));
        if (outcome instanceof Merge.Conflict conflict) {
            return resolved(ours, theirs, place, resolution, conflict);
        }
        var merged = (Merge.Merged) outcome;
        long sequence = Math.max(next, theirs.sequence() + 1);
        var all = new HashMap<>(merged.values());
        putTombstones(all, left.tombstones(), right.tombstones());
        all.put(Tags.HISTORY, mine.join(yours, run, sequence, History.most(place.info())).encode());
        return placed(all, place, values ->
                new Join(values, sequence, difference(theirs.values(), values), merged.oursLost(), merged.theirsLost()));
    }

    /**
     * A content of a place without what was forgotten while the place was not there.
     *
     * @return the content, to be written; {@link TakeTheirs} when the place knows of all of it, {@link Refused} when it takes no deletion
     */
    Outcome bury(Image theirs, List<Tombstone> forgotten, Place place, long next) {
        var content = Merge.Content.of(theirs.values(), theirs.id(), theirs.sequence(), theirs.setAside());
        var unknown = forgotten.stream().filter(tombstone -> !isKnown(tombstone, content.tombstones())).toList();
        if (unknown.isEmpty()) {
            return new TakeTheirs(theirs.id(), theirs.sequence(), false);
        }
        var decided = new Merge.Content(theirs.id(), theirs.sequence(), Map.of(), unknown, List.of());
        if (!(merge.merge(content, decided, branch(theirs.id(), run)) instanceof Merge.Merged merged)) {
            throw new IllegalStateException("an empty content conflicts with nothing");
        }
        long sequence = Math.max(next, theirs.sequence() + 1);
        var all = new HashMap<>(merged.values());
        putTombstones(all, unknown, content.tombstones());
        var history = History.of(theirs.values(), theirs.sequence());
        all.put(Tags.HISTORY, history.join(History.NONE, run, sequence, History.most(place.info())).encode());
        return placed(all, place, values -> new Join(values, sequence, difference(theirs.values(), values), List.of(), List.of()));
    }

    private static boolean isKnown(Tombstone tombstone, List<Tombstone> among) {
        return among.stream().anyMatch(each -> each.serial() == tombstone.serial() && each.store().equals(tombstone.store()));
    }

    private static Outcome resolved(
            Ours ours, Image theirs, Place place, Resolution resolution, Merge.Conflict conflict) {
        if (resolution == Resolution.ADOPT) {
            return new TakeTheirs(theirs.id() == null ? newId() : theirs.id(), theirs.sequence(), true);
        }
        if (resolution == Resolution.CARRY) {
            return write(ours, theirs, place, true);
        }
        return new Refused(true, place.info().resource() + " holds another store: it has " + conflict.theirs()
                + ", the running store has " + conflict.ours() + "; decide with 'ble:store adopt' to go on with that place, or "
                + "'ble:store carry' to go on with the running store (what loses is kept aside)");
    }

    /** Those of both, each bond once; the newest when there are too many. */
    private static void putTombstones(Map<Integer, byte[]> values, List<Tombstone> ours, List<Tombstone> theirs) {
        record Grave(UUID store, long serial) {}
        var all = new LinkedHashMap<Grave, Tombstone>();
        ours.forEach(tombstone -> all.put(new Grave(tombstone.store(), tombstone.serial()), tombstone));
        theirs.forEach(tombstone -> all.putIfAbsent(new Grave(tombstone.store(), tombstone.serial()), tombstone));
        var kept = all.values().stream()
                .sorted(Comparator.comparingLong(Tombstone::sequence).reversed())
                .limit(Tombstone.KEPT)
                .toList();
        for (int i = 0; i < kept.size(); i++) {
            values.put(Tags.TOMBSTONE | i, kept.get(i).encode());
        }
    }

    private static Outcome write(Ours ours, Image theirs, Place place, boolean theirsLost) {
        return placed(ours.values(), place, values -> new WriteOurs(difference(theirs.values(), values), theirsLost));
    }

    /** In a small place with fewer tombstones, as ever; where bonds do not fit otherwise, with fewer still, and at last without second copies. */
    private static Outcome placed(Map<Integer, byte[]> all, Place place, Function<Map<Integer, byte[]>, Outcome> outcome) {
        int most = Graves.most(place.info());
        var values = Graves.newest(all, most);
        var refusal = refusal(values, place);
        while (refusal != null && most > 0) {
            most /= 2;
            var fewer = Graves.newest(all, most);
            if (fewer.size() < values.size()) {
                values = fewer;
                refusal = refusal(values, place);
            }
        }
        if (refusal != null && values.keySet().stream().anyMatch(Tags::isCopy)) {
            values = new HashMap<>(values);
            values.keySet().removeIf(Tags::isCopy);
            refusal = refusal(values, place);
        }
        return refusal != null ? refusal : outcome.apply(values);
    }

    /** What makes one content the other. */
    private static List<Change> difference(Map<Integer, byte[]> from, Map<Integer, byte[]> to) {
        var changes = new ArrayList<Change>();
        to.forEach((tag, value) -> {
            if (!Arrays.equals(value, from.get(tag))) {
                changes.add(new Change(tag, value));
            }
        });
        // Companions mean nothing without the entries that follow them, entries do mean something without companions.
        changes.sort(Comparator.comparing(change -> !Tags.isOfBonds(change.tag())));
        for (int tag : from.keySet()) {
            if (!to.containsKey(tag)) {
                changes.add(new Change(tag, null));
            }
        }
        return changes;
    }

    /** Null when the place takes the content. */
    private static Refused refusal(Map<Integer, byte[]> values, Place place) {
        long octets = 0;
        for (var value : values.values()) {
            octets += value.length;
        }
        var info = place.info();
        var tooSmall = info.resource() + " is too small: the store has " + values.size() + " values of " + octets + " octets, ";
        try {
            var room = place.measure().room(values);
            if (room.isPresent()) {
                return room.get().suffices() ? null : new Refused(false, tooSmall + "which need " + room.get().needed()
                        + " octets there, but it has " + room.get().available() + "; configure a larger place");
            }
        } catch (TlvException e) {
            return new Refused(false, e.getMessage());
        }
        boolean fits = values.size() <= info.maxTags() && octets <= info.maxOctets();
        return fits ? null : new Refused(false, tooSmall + "but only " + info.maxTags() + " values of " + info.maxOctets()
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

    /** In whose name this run names new records. */
    static UUID branch(StoreId id, long run) {
        return new UUID(id.store().getMostSignificantBits(), run);
    }

    private static StoreId newId() {
        return new StoreId(UUID.randomUUID(), UUID.randomUUID());
    }
}
