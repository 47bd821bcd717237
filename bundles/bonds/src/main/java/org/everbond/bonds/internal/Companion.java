package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.bonds.keys.Subscriptions;

/**
 * What BTstack's entry cannot hold of a bond, with a full copy of the entry: from it the bond is restored when BTstack evicted
 * it, and by it the record is tied to the entry that it was written for.
 *
 * @param id the bond
 * @param revision grows with each companion of this bond that is written
 * @param place the tag of the entry
 * @param entry copy of the entry
 * @param method how it was paired
 * @param createdAt sequence of the store when the bond was made
 * @param replacedAt sequence of the store when its keys were replaced last; 0 if never
 * @param pinned never evicted
 * @param name the peer's device name
 * @param subscriptions null when there are none
 * @param previous null when the LTK was confirmed
 * @param unknown fields of later versions, kept as they are
 */
record Companion(
        BondId id,
        long revision,
        int place,
        DeviceEntry entry,
        PairingMethod method,
        long createdAt,
        long replacedAt,
        boolean pinned,
        String name,
        Subscriptions subscriptions,
        PreviousLtk previous,
        Map<Integer, byte[]> unknown) {
    /** The field that holds the aliases: few bonds have it. */
    private static final int ALIASES = 11;

    private static final int ALIAS = 24;
    private static final int MOST_ALIASES = 8;

    /** The first companion of a bond. */
    static Companion first(BondId id, int place, DeviceEntry entry, PairingMethod method, long createdAt) {
        return new Companion(id, 1, place, entry, method, createdAt, 0, false, "", null, null, Map.of());
    }

    /**
     * After a new pairing: other keys, the last LTK that is known to work is kept, subscriptions of the old pairing end. An LTK that was
     * never confirmed is not known to work: the peer may have missed the end of that pairing, and then of this one, too.
     */
    Companion replaced(DeviceEntry by, PairingMethod how, long at) {
        var was = previous != null || entry.ltk().isZero()
                ? previous
                : new PreviousLtk(entry.ltk(), entry.ediv(), entry.rand(), entry.security(method));
        return new Companion(id, revision + 1, place, by, how, createdAt, at, pinned, name, null, was, unknown);
    }

    /** After BTstack paired again: its keys, and nothing that came with the old ones. */
    Companion rebound(DeviceEntry to, int at) {
        return new Companion(
                id, revision + 1, at, to, PairingMethod.UNKNOWN, createdAt, replacedAt, pinned, name, null, null, unknown);
    }

    Companion movedTo(int newPlace) {
        return new Companion(
                id, revision + 1, newPlace, entry, method, createdAt, replacedAt, pinned, name, subscriptions, previous,
                unknown);
    }

    Companion withEntry(DeviceEntry newEntry) {
        return new Companion(
                id, revision, place, newEntry, method, createdAt, replacedAt, pinned, name, subscriptions, previous,
                unknown);
    }

    /** Found with its entry at another tag than it says. */
    Companion at(int newPlace) {
        return new Companion(
                id, revision, newPlace, entry, method, createdAt, replacedAt, pinned, name, subscriptions, previous,
                unknown);
    }

    Companion withRevision(long newRevision) {
        return new Companion(
                id, newRevision, place, entry, method, createdAt, replacedAt, pinned, name, subscriptions, previous,
                unknown);
    }

    Companion withId(BondId newId) {
        return new Companion(
                newId, revision, place, entry, method, createdAt, replacedAt, pinned, name, subscriptions, previous, unknown);
    }

    /** Ids by which other copies of the store know this bond: they paired with the same peer, and were merged. */
    List<BondId> aliases() {
        var value = unknown.get(ALIASES);
        var ids = new ArrayList<BondId>();
        if (value != null) {
            var in = ByteBuffer.wrap(value);
            while (in.remaining() >= ALIAS) {
                ids.add(new BondId(new UUID(in.getLong(), in.getLong()), in.getLong()));
            }
        }
        return ids;
    }

    /** With the ids of another companion of the same bond; the latest ones when there are too many. */
    Companion withAliasesOf(Companion... others) {
        var ids = new LinkedHashSet<>(aliases());
        for (var other : others) {
            ids.addAll(other.aliases());
            ids.add(other.id);
        }
        ids.remove(id);
        if (ids.isEmpty()) {
            return this;
        }
        var kept = List.copyOf(ids).subList(Math.max(0, ids.size() - MOST_ALIASES), ids.size());
        var value = ByteBuffer.allocate(ALIAS * kept.size());
        kept.forEach(each -> value.putLong(each.store().getMostSignificantBits())
                .putLong(each.store().getLeastSignificantBits())
                .putLong(each.serial()));
        var fields = new HashMap<>(unknown);
        fields.put(ALIASES, value.array());
        return new Companion(
                id, revision, place, entry, method, createdAt, replacedAt, pinned, name, subscriptions, previous,
                Map.copyOf(fields));
    }

    /** With the LTK of another pairing of the same peer as the one before, unless there is one already. */
    Companion withPreviousOf(Companion other) {
        var was = previous != null || other.entry.ltk().isZero()
                ? previous
                : new PreviousLtk(
                        other.entry.ltk(), other.entry.ediv(), other.entry.rand(), other.entry.security(other.method));
        return new Companion(
                id, revision, place, entry, method, createdAt, replacedAt, pinned, name, subscriptions, was, unknown);
    }

    Companion withPinned(boolean newPinned) {
        return new Companion(
                id, revision + 1, place, entry, method, createdAt, replacedAt, newPinned, name, subscriptions, previous,
                unknown);
    }

    Companion withName(String newName) {
        return new Companion(
                id, revision + 1, place, entry, method, createdAt, replacedAt, pinned, newName, subscriptions, previous,
                unknown);
    }

    Companion withSubscriptions(Subscriptions newSubscriptions) {
        return new Companion(
                id, revision + 1, place, entry, method, createdAt, replacedAt, pinned, name, newSubscriptions, previous,
                unknown);
    }

    Companion withoutPrevious() {
        return new Companion(
                id, revision + 1, place, entry, method, createdAt, replacedAt, pinned, name, subscriptions, null, unknown);
    }

    /** The bond as everybody may see it. */
    Bond bond() {
        return new Bond(
                id, entry.address(), entry.security(method), !entry.irk().isZero(), name, createdAt, pinned);
    }

    @Override
    public String toString() {
        return "Companion[" + id + ", revision " + revision + ", " + Tags.name(place) + "]";
    }
}
