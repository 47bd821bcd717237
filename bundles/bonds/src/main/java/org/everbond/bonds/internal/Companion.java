package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.PrivacyMode;
import org.everbond.bonds.keys.LegacyName;
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
 * @param name by which people know the peer; empty when none was given
 * @param subscriptions null when there are none
 * @param previous null when the LTK was confirmed
 * @param legacy names the LTK of LE legacy pairing that we distributed; null when we did not, or do not know it
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
        LegacyName legacy,
        Map<Integer, byte[]> unknown) {
    /** The field that holds the aliases: few bonds have it. */
    private static final int ALIASES = 11;

    /**
     * The field that holds a number which the peer's SignCounter has not reached in the entry: as long as it has not, only the entry is
     * written when it grows.
     */
    private static final int REMOTE_BOUND = 13;

    /** The field that holds the mark of our IRK that the peer was given, when it is not our first one. */
    private static final int IRK_MARK = 14;

    /** The field that holds the privacy mode, as HCI has it (Vol 4, Part E, 7.8.77), when one was chosen for this bond. */
    private static final int PRIVACY_MODE = 15;

    private static final byte[] NETWORK = {0};
    private static final byte[] DEVICE = {1};

    private static final int ALIAS = 24;
    private static final int MOST_ALIASES = 8;

    /** The first companion of a bond. */
    static Companion first(
            BondId id,
            int place,
            DeviceEntry entry,
            PairingMethod method,
            LegacyName legacy,
            Subscriptions subscriptions,
            long createdAt) {
        return new Companion(id, 1, place, entry, method, createdAt, 0, false, "", subscriptions, null, legacy, Map.of());
    }

    /**
     * After a new pairing: other keys, the last LTK that is known to work is kept, subscriptions of the old pairing end. An LTK that was
     * never confirmed is not known to work: the peer may have missed the end of that pairing, and then of this one, too.
     *
     * @param subscribed subscriptions of the new pairing; null for none
     */
    Companion replaced(DeviceEntry by, PairingMethod how, LegacyName newLegacy, Subscriptions subscribed, long at) {
        var was = previous != null ? previous : asPrevious();
        return new Companion(
                id, revision + 1, place, by, how, createdAt, at, pinned, name, subscribed, was, newLegacy,
                without(REMOTE_BOUND, IRK_MARK));
    }

    /** After BTstack paired again: its keys, and nothing that came with the old ones. */
    Companion rebound(DeviceEntry to, int at) {
        return new Companion(
                id, revision + 1, at, to, PairingMethod.UNKNOWN, createdAt, replacedAt, pinned, name, null, null, null,
                without(REMOTE_BOUND, IRK_MARK));
    }

    Companion movedTo(int newPlace) {
        return new Companion(
                id, revision + 1, newPlace, entry, method, createdAt, replacedAt, pinned, name, subscriptions, previous, legacy,
                unknown);
    }

    Companion withEntry(DeviceEntry newEntry) {
        return new Companion(
                id, revision, place, newEntry, method, createdAt, replacedAt, pinned, name, subscriptions, previous, legacy,
                unknown);
    }

    /** Found with its entry at another tag than it says. */
    Companion at(int newPlace) {
        return new Companion(
                id, revision, newPlace, entry, method, createdAt, replacedAt, pinned, name, subscriptions, previous, legacy,
                unknown);
    }

    Companion withRevision(long newRevision) {
        return new Companion(
                id, newRevision, place, entry, method, createdAt, replacedAt, pinned, name, subscriptions, previous, legacy,
                unknown);
    }

    /** As it was, in the place of a later state of the same bond: what people decided since then stays. */
    Companion broughtBack(Companion later) {
        return new Companion(
                id, later.revision + 1, later.place, entry.withSequence(later.entry.sequence()).countersFrom(later.entry), method, createdAt, replacedAt, later.pinned,
                later.name, subscriptions, previous, legacy, unknown);
    }

    /** In another store, as a bond of that. */
    Companion brought(BondId newId, int newPlace, DeviceEntry newEntry, long at) {
        return new Companion(
                newId, 1, newPlace, newEntry, method, at, 0, pinned, name, subscriptions, previous, legacy, only(PRIVACY_MODE));
    }

    /** In the same store under another id, because its own has been buried with its aliases. */
    Companion returned(BondId newId, int newPlace, long at) {
        return new Companion(
                newId, 1, newPlace, entry, method, at, 0, pinned, name, subscriptions, previous, legacy, without(ALIASES, REMOTE_BOUND));
    }

    Companion withId(BondId newId) {
        return new Companion(
                newId, revision, place, entry, method, createdAt, replacedAt, pinned, name, subscriptions, previous, legacy, unknown);
    }

    /** How far the peer's SignCounter may have got in the entry; 0 when it is as in {@link #entry}. */
    long remoteBound() {
        var value = unknown.get(REMOTE_BOUND);
        return value == null || value.length != Integer.BYTES ? 0 : Integer.toUnsignedLong(ByteBuffer.wrap(value).getInt());
    }

    Companion withRemoteBound(long bound) {
        return with(REMOTE_BOUND, ByteBuffer.allocate(Integer.BYTES).putInt((int) bound).array());
    }

    /** @param mark of our IRK that the peer was given, null for our first one */
    Companion withIrkMark(byte[] mark) {
        return mark == null ? this : with(IRK_MARK, mark);
    }

    boolean hasIrkMark(byte[] mark) {
        return Arrays.equals(unknown.get(IRK_MARK), mark);
    }

    private Companion with(int field, byte[] value) {
        var fields = new HashMap<>(unknown);
        fields.put(field, value);
        return withUnknown(Map.copyOf(fields));
    }

    /** The copy of the entry as it is safe to use when the entry itself, or what it said of signing, is gone: no signed write counts twice. */
    DeviceEntry restoredEntry() {
        return entry.counters(remoteBound(), 0);
    }

    /** Empty when none was chosen; a value of a later version is none that we know. */
    Optional<PrivacyMode> privacyMode() {
        var value = unknown.get(PRIVACY_MODE);
        return Arrays.equals(value, NETWORK)
                ? Optional.of(PrivacyMode.NETWORK)
                : Optional.ofNullable(Arrays.equals(value, DEVICE) ? PrivacyMode.DEVICE : null);
    }

    Companion withPrivacyMode(Optional<PrivacyMode> mode) {
        var changed = withRevision(revision + 1);
        return mode.map(chosen -> changed.with(PRIVACY_MODE, chosen == PrivacyMode.NETWORK ? NETWORK : DEVICE))
                .orElseGet(() -> changed.withUnknown(without(PRIVACY_MODE)));
    }

    private Companion withUnknown(Map<Integer, byte[]> fields) {
        return new Companion(
                id, revision, place, entry, method, createdAt, replacedAt, pinned, name, subscriptions, previous, legacy, fields);
    }

    private Map<Integer, byte[]> only(int field) {
        var value = unknown.get(field);
        return value == null ? Map.of() : Map.of(field, value);
    }

    private Map<Integer, byte[]> without(Integer... fields) {
        var kept = new HashMap<>(unknown);
        return kept.keySet().removeAll(List.of(fields)) ? Map.copyOf(kept) : unknown;
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
        return with(ALIASES, value.array());
    }

    /** With the LTK of another pairing of the same peer as the one before, unless there is one already. */
    Companion withPreviousOf(Companion other) {
        var was = previous != null ? previous : other.asPrevious();
        return new Companion(
                id, revision, place, entry, method, createdAt, replacedAt, pinned, name, subscriptions, was, legacy, unknown);
    }

    Companion withPinned(boolean newPinned) {
        return new Companion(
                id, revision + 1, place, entry, method, createdAt, replacedAt, newPinned, name, subscriptions, previous, legacy,
                unknown);
    }

    Companion withName(String newName) {
        return new Companion(
                id, revision + 1, place, entry, method, createdAt, replacedAt, pinned, newName, subscriptions, previous, legacy,
                unknown);
    }

    Companion withSubscriptions(Subscriptions newSubscriptions) {
        return new Companion(
                id, revision + 1, place, entry, method, createdAt, replacedAt, pinned, name, newSubscriptions, previous, legacy,
                unknown);
    }

    Companion withoutPrevious() {
        return new Companion(
                id, revision + 1, place, entry, method, createdAt, replacedAt, pinned, name, subscriptions, null, legacy, unknown);
    }

    /** With the name of the LTK that we distributed. */
    Companion withLegacy(LegacyName newLegacy) {
        return new Companion(
                id, revision + 1, place, entry, method, createdAt, replacedAt, pinned, name, subscriptions, previous, newLegacy,
                unknown);
    }

    /** What the pairing achieved. Where the peer gave no LTK, the name of ours tells. */
    BondSecurity security() {
        return entry.ltk().isZero() && legacy != null
                ? new BondSecurity(method, false, legacy.authenticated(), legacy.keySize())
                : entry.security(method);
    }

    /** Whether both speak of the same pairing, as far as they know. */
    boolean samePairing(Companion other) {
        return entry.samePairing(other.entry) && (legacy == null || other.legacy == null || legacy.equals(other.legacy));
    }

    /** The LTKs of this pairing as those before the next one; null when there is none. */
    private PreviousLtk asPrevious() {
        return entry.ltk().isZero() && legacy == null
                ? null
                : new PreviousLtk(entry.ltk(), entry.ediv(), entry.rand(), security(), legacy);
    }

    /** The bond as everybody may see it. */
    Bond bond() {
        return new Bond(
                id, entry.address(), security(), !entry.irk().isZero(), name, createdAt, pinned, privacyMode());
    }

    @Override
    public String toString() {
        return "Companion[" + id + ", revision " + revision + ", " + Tags.name(place) + "]";
    }
}
