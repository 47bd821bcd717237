package org.everbond.bonds.internal;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.tlv.Transaction;

/**
 * Plans the transactions on bonds that are there; those that come are the matter of {@link Arrivals}. Their order makes every prefix of
 * them a consistent store, for us and for BTstack: first the companion, into the idle one of its two records; then the entry, which is
 * the commit point; deletions last.
 */
final class Changes {
    /** How far the peer's SignCounter may grow before our own record is written with it. */
    private static final int COUNTER_BLOCK = 64;

    private final Departures departures;

    Changes(Departures departures) {
        this.departures = departures;
    }

    Change forget(View view, BondId id) {
        var bond = existing(view, id);
        var transaction = new Transaction().byDecision().delete(bond.place());
        departures.companions(view, transaction, bond);
        departures.peerAttributes(view, transaction, bond.place());
        return new Change(view, transaction, List.of(), List.of(id), List.of(bond.event(BondEvent.Kind.FORGOTTEN)));
    }

    /** A companion that differs; the entry stays. */
    Change update(View view, BondId id, UnaryOperator<Companion> change) {
        var before = existing(view, id);
        var after = before.next(change.apply(before.companion()));
        var transaction = new Transaction().put(after.companionTag(), after.encodedCompanion());
        var events = after.companion().bond().equals(before.companion().bond())
                ? List.<BondEvent>of()
                : List.of(after.event(BondEvent.Kind.UPDATED));
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
        var transaction = after.writeTo(new Transaction());
        return new Change(view, transaction, List.of(after), List.of(), List.of(after.event(BondEvent.Kind.UPDATED)));
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

    /** The bond as it was before the last pairing, which has failed after all. */
    Change restore(View view, StoredBond former) {
        var present = view.get(former.id());
        if (present == null) {
            return Change.NONE;
        }
        var after = present.next(former.companion().broughtBack(present.companion()));
        var transaction = after.writeTo(new Transaction());
        return new Change(view, transaction, List.of(after), List.of(), List.of(after.event(BondEvent.Kind.REPLACED)));
    }

    private static StoredBond existing(View view, BondId id) {
        var bond = view.get(id);
        if (bond == null) {
            throw new NoSuchElementException("there is no bond " + id);
        }
        return bond;
    }
}
