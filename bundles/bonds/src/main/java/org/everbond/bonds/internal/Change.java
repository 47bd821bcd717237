package org.everbond.bonds.internal;

import java.util.List;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.tlv.Transaction;

/**
 * A transaction and what the view says after it.
 *
 * @param basis the view that it was planned on; null when there is nothing to do
 * @param transaction to be committed; empty when there is nothing to do
 * @param put bonds as they are after it
 * @param removed bonds that are gone after it
 * @param events what is to be told then
 * @param displaced bonds as they were that it replaces or evicts for a newcomer
 */
record Change(
        View basis, Transaction transaction, List<StoredBond> put, List<BondId> removed, List<BondEvent> events,
        List<StoredBond> displaced)
        implements WriteQueue.Planned {
    Change(View basis, Transaction transaction, List<StoredBond> put, List<BondId> removed, List<BondEvent> events) {
        this(basis, transaction, put, removed, events, List.of());
    }

    static final Change NONE = new Change(null, new Transaction(), List.of(), List.of(), List.of());

    /** A bond as it is after this change, among those that it puts. */
    StoredBond first() {
        return put.get(0);
    }
}
