package org.everbond.bonds.internal;

import java.util.Map;
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
    /** The first companion of a bond. */
    static Companion first(BondId id, int place, DeviceEntry entry, PairingMethod method, long createdAt) {
        return new Companion(id, 1, place, entry, method, createdAt, 0, false, "", null, null, Map.of());
    }

    /** After a new pairing: other keys, the LTK that was is kept, subscriptions of the old pairing end. */
    Companion replaced(DeviceEntry by, PairingMethod how, long at) {
        var was = entry.ltk().isZero()
                ? null
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
