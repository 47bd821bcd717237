package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;

/**
 * Plans how a commit is taken back whose pairing has failed after all: in one transaction, so that no power cut leaves neither the
 * newcomer nor those that it evicted. They come back under other ids, since their own are buried, as old as they were; the first of them
 * into the newcomer's place, with which that is gone.
 */
final class Withdrawal {
    private final TlvStore store;
    private final Arrivals arrivals;
    private final Changes changes;
    private final BondId id;
    private final List<StoredBond> displaced;

    /**
     * @param id of the bond that was committed
     * @param displaced the bond as it was that it replaced, and those that it evicted
     */
    Withdrawal(TlvStore store, Arrivals arrivals, Changes changes, BondId id, List<StoredBond> displaced) {
        this.store = store;
        this.arrivals = arrivals;
        this.changes = changes;
        this.id = id;
        this.displaced = displaced;
    }

    /** How many bonds were evicted. */
    int evicted() {
        return (int) displaced.stream().filter(bond -> !bond.id().equals(id)).count();
    }

    /**
     * The plan.
     *
     * @param most so many of the evicted ones come back at most
     */
    Change on(View view, int most) {
        var undone = undone(view);
        var back = back(view, undone.removed(), most);
        var transaction = new Transaction();
        if (!back.isEmpty()) {
            long last = back.get(back.size() - 1).id().serial();
            transaction.put(Tags.LAST_SERIAL, ByteBuffer.allocate(Long.BYTES).putLong(last).array());
        }
        // The one that overwrites the newcomer's entry is the last.
        for (int i = back.size() - 1; i >= 0; i--) {
            back.get(i).writeTo(transaction);
        }
        var written = new HashSet<Integer>();
        transaction.changes().forEach(change -> written.add(change.tag()));
        undone.transaction().changes().stream()
                .filter(change -> !change.isDelete())
                .forEach(change -> transaction.put(change.tag(), change.value()));
        undone.transaction().changes().stream()
                .filter(change -> change.isDelete() && !written.contains(change.tag()))
                .forEach(change -> transaction.delete(change.tag()));
        // The newcomer's slot has been cleaned with it.
        back.stream().skip(undone.removed().size()).forEach(bond -> arrivals.peerAttributes(view, transaction, bond.place()));
        undone.transaction().buried().forEach(bond -> transaction.bury(bond.store(), bond.serial()));

        var put = new ArrayList<>(undone.put());
        put.addAll(back);
        var events = new ArrayList<>(undone.events());
        back.forEach(bond -> events.add(bond.event(BondEvent.Kind.CREATED)));
        return new Change(view, transaction, put, undone.removed(), events);
    }

    /** Without the newcomer, or with the bond that it replaced as that was. */
    private Change undone(View view) {
        var replaced = displaced.stream().filter(bond -> bond.id().equals(id)).findFirst();
        return replaced.map(bond -> changes.restore(view, bond))
                .orElseGet(() -> view.get(id) == null ? Change.NONE : changes.forget(view, id));
    }

    /** Those that come back, each in a place and at a position of its own. */
    private List<StoredBond> back(View view, List<BondId> removed, int most) {
        int room = Math.min(most, arrivals.capacity() - view.bonds().size() + removed.size());
        var places = new ArrayList<Integer>();
        removed.forEach(gone -> places.add(view.get(gone).place()));
        view.freeSlots(arrivals.slots()).limit(most).forEach(slot -> places.add(Tags.slot(slot)));
        var back = new ArrayList<StoredBond>();
        int position = -1;
        for (var bond : displaced) {
            boolean missing = !bond.id().equals(id) && view.byIdentity(bond.entry().address()) == null;
            if (missing && back.size() < room) {
                position = view.freePosition(position + 1);
                int place = back.size() < places.size() ? places.get(back.size()) : Tags.beyond(position);
                var next = new BondId(store.branch(), view.lastSerial + 1 + back.size());
                back.add(arrivals.placed(view, bond.companion().returned(next, place, store.sequence() + 1), position));
            }
        }
        return back;
    }
}
