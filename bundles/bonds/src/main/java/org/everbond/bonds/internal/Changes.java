package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.NewBond;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;

/**
 * Plans the transactions on bonds. Their order makes every prefix of them a consistent store, for us and for BTstack: first the
 * companion, into the idle one of its two records; then the entry, which is the commit point; deletions last.
 */
final class Changes {
    /** How far the peer's SignCounter may grow before our own record is written with it. */
    private static final int COUNTER_BLOCK = 64;

    private final TlvStore store;
    private final BondOptions options;
    private final Evictions evictions;

    Changes(TlvStore store, BondOptions options, Evictions evictions) {
        this.store = store;
        this.options = options;
        this.evictions = evictions;
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
        if (replaced != null) {
            return replace(view, replaced, entry, bond);
        }
        if (view.bonds().size() < capacity() && !choice.isForced()) {
            return create(view, entry, bond);
        }
        var victim = evictions.victim(view, bond, choice);
        if (choice.isOpen()) {
            return Change.NONE;
        }
        return create(view, entry, bond, victim.orElseThrow(() -> new TlvException(
                TlvException.Reason.FULL,
                "all " + capacity() + " places for bonds are taken by bonds that are pinned, guarded, connected or stronger;"
                        + " forget one of them or raise the capacity")));
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

    private Change replace(View view, StoredBond replaced, DeviceEntry made, NewBond bond) {
        var entry = made.countersFrom(replaced.entry());
        var companion = replaced.companion()
                .replaced(entry, bond.security().method(), bond.keys().legacy(), store.sequence() + 1)
                .withIrkMark(view.irkMark);
        var after = replaced.next(companion).withEntrySize(entrySize(view, replaced.place()));
        var transaction = new Transaction()
                .put(after.companionTag(), after.encodedCompanion())
                .put(after.place(), after.encodedEntry());
        deletePeerAttributes(view, transaction, after.place());
        return new Change(view, transaction, List.of(after), List.of(), List.of(event(BondEvent.Kind.REPLACED, after)));
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
        var move = new Transaction()
                .put(moved.companionTag(), moved.encodedCompanion())
                .put(moved.place(), moved.encodedEntry());
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
                        id, place, entry, bond.security().method(), bond.keys().legacy(), store.sequence() + 1)
                .withIrkMark(view.irkMark);
        var created = new StoredBond(companion, view.freePosition(), 0, entrySize(view, place));
        transaction.put(Tags.LAST_SERIAL, ByteBuffer.allocate(Long.BYTES).putLong(id.serial()).array());
        transaction.put(created.companionTag(), created.encodedCompanion());
        transaction.put(place, created.encodedEntry());
        var events = new ArrayList<BondEvent>();
        var removed = new ArrayList<BondId>();
        if (evicted != null) {
            deleteCompanions(view, transaction, evicted);
            removed.add(evicted.id());
            events.add(event(BondEvent.Kind.EVICTED, evicted));
        }
        // What one that moved was before is of no use any more, and there are many.
        moved.stream().filter(each -> view.isPresent(each.idleTag())).forEach(each -> transaction.delete(each.idleTag()));
        deletePeerAttributes(view, transaction, place);
        events.add(event(BondEvent.Kind.CREATED, created));
        var put = new ArrayList<StoredBond>();
        put.add(created);
        put.addAll(moved);
        return new Change(view, transaction, put, removed, events);
    }

    /** A bond of another store, with all that is known of it, in a free place; none that is there has to move. */
    Change bring(View view, Companion theirs, BondId id) {
        int position = view.freePosition();
        int slot = view.freeSlot(options.slots());
        int place = slot >= 0 ? Tags.slot(slot) : Tags.beyond(position);
        var entry = theirs.entry().withSequence(view.nextSequence());
        var companion = theirs.brought(id, place, entry, store.sequence() + 1);
        return brought(view, new StoredBond(companion, position, 0, entrySize(view, place)));
    }

    /** The same in the place of ours with the same identity, whose LTK is kept as the one before. */
    Change bringOver(View view, StoredBond ours, Companion theirs) {
        var entry = theirs.entry().withSequence(view.nextSequence());
        var companion = ours.companion()
                .replaced(entry, theirs.method(), theirs.legacy(), store.sequence() + 1)
                .withSubscriptions(theirs.subscriptions());
        return brought(view, ours.next(companion).withEntrySize(entrySize(view, ours.place())));
    }

    private Change brought(View view, StoredBond bond) {
        var transaction = new Transaction()
                .put(bond.companionTag(), bond.encodedCompanion())
                .put(bond.place(), bond.encodedEntry());
        deletePeerAttributes(view, transaction, bond.place());
        return new Change(view, transaction, List.of(bond), List.of(), List.of());
    }

    Change forget(View view, BondId id) {
        var bond = existing(view, id);
        var transaction = new Transaction().delete(bond.place());
        deleteCompanions(view, transaction, bond);
        deletePeerAttributes(view, transaction, bond.place());
        return new Change(view, transaction, List.of(), List.of(id), List.of(event(BondEvent.Kind.FORGOTTEN, bond)));
    }

    /** A companion that differs; the entry stays. */
    Change update(View view, BondId id, UnaryOperator<Companion> change) {
        var before = existing(view, id);
        var after = before.next(change.apply(before.companion()));
        var transaction = new Transaction().put(after.companionTag(), after.encodedCompanion());
        var events = after.companion().bond().equals(before.companion().bond())
                ? List.<BondEvent>of()
                : List.of(event(BondEvent.Kind.UPDATED, after));
        return new Change(view, transaction, List.of(after), List.of(), events);
    }

    /** The user's word, which is in BTstack's entry and so in our copy of it. */
    Change authorize(View view, BondId id, boolean authorized) {
        var before = existing(view, id);
        if (before.entry().authorized() == authorized) {
            return Change.NONE;
        }
        var companion = before.companion();
        var after = before.next(companion
                .withEntry(before.entry().withAuthorized(authorized))
                .withRevision(companion.revision() + 1));
        var transaction = new Transaction()
                .put(after.companionTag(), after.encodedCompanion())
                .put(after.place(), after.encodedEntry());
        return new Change(view, transaction, List.of(after), List.of(), List.of(event(BondEvent.Kind.UPDATED, after)));
    }

    /** The present LTK works: the previous one leaves both companions. */
    Change confirm(View view, BondId id) {
        var before = view.get(id);
        if (before == null || before.companion().previous() == null) {
            return Change.NONE;
        }
        var after = before.next(before.companion().withoutPrevious());
        var transaction = new Transaction().put(after.companionTag(), after.encodedCompanion()).delete(after.idleTag());
        return new Change(view, transaction, List.of(after), List.of(), List.of());
    }

    /** The peer of a bond that another stack made has shown how it names our LTK. */
    Change learn(View view, BondId id, LegacyName legacy) {
        var before = view.get(id);
        boolean open = before != null
                && before.companion().legacy() == null
                && before.companion().method() == PairingMethod.UNKNOWN
                && !before.entry().secureConnections()
                && view.legacyNames().owner(legacy).isEmpty();
        return open ? update(view, id, companion -> companion.withLegacy(legacy)) : Change.NONE;
    }

    /**
     * Counters that have grown. An entry that has room for them is the place, and mostly all that is written: the companion is not tied
     * to them. It is written as well when ours grows, which is by blocks, and when the peer's has grown by as much, since BTstack may
     * cut the entry short or give its slot away.
     */
    Change counters(View view, BondId id, long remote, long local) {
        var before = existing(view, id);
        var entry = before.entry().counters(remote, local);
        if (entry.equals(before.entry())) {
            return Change.NONE;
        }
        var companion = before.companion().withEntry(entry);
        boolean inEntry = before.entrySize() == DeviceEntry.SIGNED;
        boolean entryOnly = inEntry
                && entry.localCounter() == before.entry().localCounter()
                && entry.remoteCounter() <= companion.remoteBound();
        var transaction = new Transaction();
        StoredBond after;
        if (entryOnly) {
            after = before.with(companion);
        } else {
            long bound = Math.min(entry.remoteCounter() + COUNTER_BLOCK, DeviceEntry.MAX_COUNTER);
            var next = companion.withRevision(companion.revision() + 1);
            after = before.next(inEntry ? next.withRemoteBound(bound) : next);
            transaction.put(after.companionTag(), after.encodedCompanion());
        }
        if (inEntry) {
            transaction.put(after.place(), after.encodedEntry());
        }
        return new Change(view, transaction, List.of(after), List.of(), List.of());
    }

    private static StoredBond existing(View view, BondId id) {
        var bond = view.get(id);
        if (bond == null) {
            throw new NoSuchElementException("there is no bond " + id);
        }
        return bond;
    }

    /** Both companions go, and a tombstone keeps older copies of the store from bringing them back. */
    private static void deleteCompanions(View view, Transaction transaction, StoredBond bond) {
        for (int tag : new int[] {bond.companionTag(), bond.idleTag()}) {
            if (view.isPresent(tag)) {
                transaction.delete(tag);
            }
        }
        transaction.bury(bond.id().store(), bond.id().serial());
        bond.companion().aliases().forEach(alias -> transaction.bury(alias.store(), alias.serial()));
    }

    /** What BTstack remembers of the peer that was in the slot would become the next one's: subscriptions and caches. */
    private void deletePeerAttributes(View view, Transaction transaction, int place) {
        if (Tags.isSlot(place)) {
            int slot = Tags.slotOf(place);
            for (int tag : Tags.perhapsOf(slot)) {
                boolean isSubscription = Tags.isSubscription(tag);
                if (view.isPresent(tag) && (!isSubscription || Tags.isSubscriptionOf(slot, store.get(tag)))) {
                    transaction.delete(tag);
                }
            }
        }
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

    private static BondEvent event(BondEvent.Kind kind, StoredBond bond) {
        return new BondEvent(kind, bond.companion().bond());
    }
}
