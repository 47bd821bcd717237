package org.everbond.bonds.internal;

import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondStore;
import org.everbond.tlv.Transaction;

/**
 * A bond and where its records are.
 *
 * @param companion its companion, in which the entry is the present one
 * @param position of its two companion records
 * @param half which of them holds the present companion; the other one is written next
 * @param entrySize octets of its entry: what BTstack's build on this store takes
 */
record StoredBond(Companion companion, int position, int half, int entrySize) implements BondStore.Former {
    BondId id() {
        return companion.id();
    }

    DeviceEntry entry() {
        return companion.entry();
    }

    int place() {
        return companion.place();
    }

    boolean inSlot() {
        return Tags.isSlot(place());
    }

    boolean isAuthenticated() {
        return companion.security().authenticated();
    }

    /** The tag of the companion record that is written next. */
    int idleTag() {
        return Tags.companion(position, 1 - half);
    }

    int companionTag() {
        return Tags.companion(position, half);
    }

    /** With the next companion, in the other record. */
    StoredBond next(Companion next) {
        return new StoredBond(next, position, 1 - half, entrySize);
    }

    /** With a companion that is not written for now. */
    StoredBond with(Companion unwritten) {
        return new StoredBond(unwritten, position, half, entrySize);
    }

    StoredBond withEntrySize(int size) {
        return new StoredBond(companion, position, half, size);
    }

    byte[] encodedCompanion() {
        return CompanionCodec.encode(companion);
    }

    byte[] encodedEntry() {
        return entry().encode(entrySize);
    }

    /** First the companion, then the entry, which is the commit point. */
    Transaction writeTo(Transaction transaction) {
        return transaction.put(companionTag(), encodedCompanion()).put(place(), encodedEntry());
    }

    /** What is to be told of it as it is here. */
    BondEvent event(BondEvent.Kind kind) {
        return new BondEvent(kind, companion.bond());
    }
}
