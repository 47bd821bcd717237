package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.NewBond;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;

/**
 * Plans the transactions that bring a bond in, and says which place it takes: that of the bond with the same identity, a free one, that
 * of one which moves beyond BTstack's slots, or that of an evicted one. In the same order as {@link Changes}.
 */
final class Arrivals {
    private final TlvStore store;
    private final BondOptions options;
    private final Evictions evictions;
    private final Departures departures;

    Arrivals(TlvStore store, BondOptions options, Evictions evictions) {
        this.store = store;
        this.options = options;
        this.evictions = evictions;
        departures = new Departures(store);
    }

    int capacity() {
        // Each bond takes an entry and two companions.
        long room = (store.backend().maxTags() - 8) / 3;
        return (int) Math.min(options.capacity(), room > 0 ? room : options.capacity());
    }

    /**
     * A bond that a pairing has made, in the place of the one with the same identity, a free one or an evicted one.
     *
     * @param choice of the one to be evicted; while that is open nothing can be done
     */
    Change commit(View view, NewBond bond, Evictions.Choice choice) throws TlvException {
        var entry = DeviceEntry.of(bond, view.nextSequence());
        var replaced = view.byIdentity(bond.identity());
        checkDiv(view, replaced, bond.keys().legacy());
        choice.want(replaced != null || view.bonds().size() < capacity() ? 0 : 1);
        var evicted = evictions.victims(view, bond, choice);
        if (choice.isOpen()) {
            return Change.NONE;
        }
        if (evicted.size() < choice.wanted()) {
            throw new TlvException(
                    TlvException.Reason.FULL,
                    "all " + capacity() + " places for bonds are taken by bonds that are pinned, guarded, connected or stronger;"
                            + " forget one of them or raise the capacity");
        }
        if (replaced != null) {
            return evict(view, evicted, replace(view, replaced, entry, bond));
        }
        return evicted.isEmpty()
                ? create(view, entry, bond)
                : evict(view, evicted.subList(1, evicted.size()), create(view, entry, bond, evicted.get(0)));
    }

    /** Two pairings that run at once may have chosen the same DIV: then their peers would have the same LTK. */
    private static void checkDiv(View view, StoredBond replaced, LegacyName legacy) throws TlvException {
        if (legacy == null || view.local == null) {
            return;
        }
        boolean known = replaced != null && view.legacyNames().owner(legacy).filter(replaced.id()::equals).isPresent();
        if (!known && view.legacyNames().hasDiv(view.local, view.local.div(legacy))) {
            throw new TlvException(
                    TlvException.Reason.FAILED, "the keys made for this pairing have just become those of another bond; pair again");
        }
    }

    /** Of our IRK that the peer was given, which may have been changed while it paired. */
    private static byte[] irkMark(View view, NewBond bond) {
        return view.irkMark == null || bond.ownIrk() == null ? view.irkMark : IrkRecord.mark(bond.ownIrk());
    }

    /** How many of BTstack's slots are filled. */
    int slots() {
        return options.slots();
    }

    /** What BTstack remembers of the peer that was in a place goes before another one is there. */
    void peerAttributes(View view, Transaction transaction, int place) {
        departures.peerAttributes(view, transaction, place);
    }

    private Change replace(View view, StoredBond replaced, DeviceEntry made, NewBond bond) {
        var entry = made.countersFrom(replaced.entry());
        var companion = replaced.companion()
                .replaced(entry, bond.security().method(), bond.keys().legacy(), bond.subscriptions(), store.sequence() + 1)
                .withIrkMark(irkMark(view, bond));
        var after = replaced.next(companion).withEntrySize(entrySize(view, replaced.place()));
        var transaction = after.writeTo(new Transaction());
        departures.peerAttributes(view, transaction, after.place());
        var replacing = List.of(after.event(BondEvent.Kind.REPLACED));
        return new Change(view, transaction, List.of(after), List.of(), replacing, List.of(replaced));
    }

    /** A change for which other bonds give way, in the same transaction: first what is put, deletions last. */
    private Change evict(View view, List<StoredBond> evicted, Change change) {
        var transaction = change.transaction();
        var removed = new ArrayList<>(change.removed());
        var events = new ArrayList<BondEvent>();
        for (var bond : evicted) {
            transaction.delete(bond.place());
            departures.companions(view, transaction, bond);
            departures.peerAttributes(view, transaction, bond.place());
            removed.add(bond.id());
            events.add(bond.event(BondEvent.Kind.EVICTED));
        }
        events.addAll(change.events());
        var displaced = new ArrayList<>(change.displaced());
        displaced.addAll(evicted);
        return new Change(view, transaction, change.put(), removed, events, displaced);
    }

    private Change create(View view, DeviceEntry entry, NewBond bond) {
        int slot = view.freeSlot(options.slots());
        if (slot >= 0) {
            return create(view, entry, bond, Tags.slot(slot), new Transaction(), List.of(), null);
        }
        var older = view.inSlots().stream()
                .filter(candidate -> Tags.slotOf(candidate.place()) < options.slots() && !candidate.companion().pinned())
                .min(Comparator.comparingLong(evictions::lastUse).thenComparingLong(candidate -> candidate.entry().sequence()));
        if (older.isEmpty()) {
            return create(view, entry, bond, Tags.beyond(view.freePosition()), new Transaction(), List.of(), null);
        }
        // The slots hold the latest used: an older one moves to our own places.
        var before = older.get();
        var moved = before.next(before.companion().movedTo(Tags.beyond(before.position())))
                .withEntrySize(DeviceEntry.SIGNED);
        var move = moved.writeTo(new Transaction());
        return create(view, entry, bond, before.place(), move, List.of(moved), null);
    }

    private Change create(View view, DeviceEntry entry, NewBond bond, StoredBond victim) {
        return create(view, entry, bond, victim.place(), new Transaction(), List.of(), victim);
    }

    private Change create(
            View view,
            DeviceEntry entry,
            NewBond bond,
            int place,
            Transaction transaction,
            List<StoredBond> moved,
            StoredBond evicted) {
        var id = new BondId(store.branch(), view.lastSerial + 1);
        var companion = Companion.first(
                        id, place, entry, bond.security().method(), bond.keys().legacy(), bond.subscriptions(), store.sequence() + 1)
                .withIrkMark(irkMark(view, bond));
        var created = new StoredBond(companion, view.freePosition(), 0, entrySize(view, place));
        transaction.put(Tags.LAST_SERIAL, ByteBuffer.allocate(Long.BYTES).putLong(id.serial()).array());
        created.writeTo(transaction);
        var events = new ArrayList<BondEvent>();
        var removed = new ArrayList<BondId>();
        if (evicted != null) {
            departures.companions(view, transaction, evicted);
            removed.add(evicted.id());
            events.add(evicted.event(BondEvent.Kind.EVICTED));
        }
        // What one that moved was before is of no use any more, and there are many.
        moved.stream().filter(each -> view.isPresent(each.idleTag())).forEach(each -> transaction.delete(each.idleTag()));
        departures.peerAttributes(view, transaction, place);
        events.add(created.event(BondEvent.Kind.CREATED));
        var put = new ArrayList<StoredBond>();
        put.add(created);
        put.addAll(moved);
        return new Change(view, transaction, put, removed, events, evicted == null ? List.of() : List.of(evicted));
    }

    /** A bond of another store, with all that is known of it, in a free place; none that is there has to move. */
    Change bring(View view, Companion theirs, BondId id) {
        int position = view.freePosition();
        int slot = view.freeSlot(options.slots());
        int place = slot >= 0 ? Tags.slot(slot) : Tags.beyond(position);
        var entry = theirs.entry().withSequence(view.nextSequence());
        return brought(view, placed(view, theirs.brought(id, place, entry, store.sequence() + 1), position));
    }

    /** A bond that is not in the store, at a free position. */
    StoredBond placed(View view, Companion companion, int position) {
        return new StoredBond(companion, position, 0, entrySize(view, companion.place()));
    }

    /** The same in the place of ours with the same identity, whose LTK is kept as the one before. */
    Change bringOver(View view, StoredBond ours, Companion theirs) {
        var entry = theirs.entry().withSequence(view.nextSequence());
        var companion = ours.companion()
                .replaced(entry, theirs.method(), theirs.legacy(), theirs.subscriptions(), store.sequence() + 1);
        return brought(view, ours.next(companion).withEntrySize(entrySize(view, ours.place())));
    }

    private Change brought(View view, StoredBond bond) {
        var transaction = bond.writeTo(new Transaction());
        departures.peerAttributes(view, transaction, bond.place());
        return new Change(view, transaction, List.of(bond), List.of(), List.of());
    }

    private int entrySize(View view, int place) {
        if (Tags.isBeyond(place)) {
            return DeviceEntry.SIGNED;
        }
        if (options.entrySize() != 0) {
            return options.entrySize();
        }
        if (view.entrySize != 0) {
            return view.entrySize;
        }
        // BTstack's ESP32 port is built without signed writes, and on NVS it reads entries of its own size only.
        return store.backend().kind().equals("nvs") ? DeviceEntry.PLAIN : DeviceEntry.SIGNED;
    }
}
