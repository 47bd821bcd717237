package org.everbond.bonds.internal;

import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;

/** What leaves a store together with a bond. */
final class Departures {
    private final TlvStore store;

    Departures(TlvStore store) {
        this.store = store;
    }

    /** Both companions go, and a tombstone keeps older copies of the store from bringing them back. */
    void companions(View view, Transaction transaction, StoredBond bond) {
        for (int tag : new int[] {bond.companionTag(), bond.idleTag()}) {
            if (view.isPresent(tag)) {
                transaction.delete(tag);
            }
        }
        transaction.bury(bond.id().store(), bond.id().serial());
        bond.companion().aliases().forEach(alias -> transaction.bury(alias.store(), alias.serial()));
    }

    /** What BTstack remembers of the peer that was in the slot would become the next one's: subscriptions and caches. */
    void peerAttributes(View view, Transaction transaction, int place) {
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
}
