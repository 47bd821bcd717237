package org.everbond.bonds.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.AddressSearch;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.crypto.AddressResolver;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.Transaction;

/** What a store says of bonds, in memory: derived from one generation of it, then kept in step with each durable commit. */
final class View {
    final long generation;
    /** Whether the store was READY, so that what is missing could be made. */
    final boolean derivedWhileReady;
    final List<SetAside> setAside = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    /** Those of the warnings that tell of damage. */
    final List<String> damage = new ArrayList<>();
    /** Why there are no keys of our own and none can be made; empty when there are or will be. */
    String obstacle = "";

    private final TreeMap<BondId, StoredBond> bonds = new TreeMap<>(BondId.BY_SERIAL);
    private final Map<DeviceAddress, BondId> identities = new HashMap<>();
    private final Map<Integer, BondId> slots = new HashMap<>();
    private final AddressResolver<BondId> resolver = new AddressResolver<>();
    private final LegacyNames legacyNames = new LegacyNames();
    private final TagSet tags = new TagSet();
    private final BitSet positions = new BitSet();
    /** Null until somebody has to go. */
    private EvictionOrder evictionOrder;

    /** The highest seq_nr of any entry; 0 when there is none. */
    long highestSequence;
    /** The highest serial that was ever given to a bond. */
    long lastSerial;
    /** Octets of the entries that are there; 0 when there are none. */
    int entrySize;
    /** Our own keys; null until they are durable. */
    LocalKeys local;
    /** How often our IRK was changed, and the mark of the present one; null for the first. */
    int irkNumber;
    byte[] irkMark;
    /** Our root keys while they only wait for an identity address; else null. */
    Roots.Waiting waiting;
    /** What is to be written so that the store says what this view says; null when there is nothing. */
    Repairs repairs;

    /**
     * Changes that follow from what was found.
     *
     * @param transaction to be committed
     * @param local our own keys once it is durable; null when it has nothing to do with them
     * @param irk our IRK once it is durable; null when it does not change
     */
    record Repairs(Transaction transaction, LocalKeys local, IrkRecord irk) {
        Repairs(Transaction transaction, LocalKeys local) {
            this(transaction, local, null);
        }
    }

    View(long generation, boolean ready, int[] present) {
        this.generation = generation;
        derivedWhileReady = ready;
        for (int tag : present) {
            note(tag, true);
        }
    }

    Collection<StoredBond> bonds() {
        return bonds.values();
    }

    Stream<StoredBond> latestFirst() {
        return bonds.descendingMap().values().stream();
    }

    /** Those whose peers hold a former IRK of ours; none if it was never changed. */
    Stream<StoredBond> withFormerIrk() {
        return irkMark == null ? Stream.of() : bonds.values().stream().filter(this::holdsFormerIrk);
    }

    boolean holdsFormerIrk(StoredBond bond) {
        return irkMark != null && !bond.companion().hasIrkMark(irkMark);
    }

    /** Those in BTstack's slots: at most 256. */
    Collection<StoredBond> inSlots() {
        return slots.values().stream().map(bonds::get).toList();
    }

    StoredBond get(BondId id) {
        return bonds.get(id);
    }

    StoredBond byIdentity(DeviceAddress identity) {
        var id = identities.get(identity);
        return id == null ? null : bonds.get(id);
    }

    /** Whose IRK made the address; when several share it, the one that was paired last first. */
    List<StoredBond> resolve(DeviceAddress address) {
        return resolver.resolve(address).stream()
                .map(bonds::get)
                .sorted(Comparator.<StoredBond>comparingLong(bond -> bond.entry().sequence()).reversed())
                .toList();
    }

    LegacyNames legacyNames() {
        return legacyNames;
    }

    int irks() {
        return resolver.size();
    }

    boolean isRemembered(DeviceAddress address) {
        return resolver.isRemembered(address);
    }

    AddressSearch search(Collection<DeviceAddress> addresses) {
        var search = resolver.search(addresses);
        return new AddressSearch() {
            @Override
            public void run() {
                search.run();
            }

            @Override
            public void end() {
                search.remember();
            }
        };
    }

    void put(StoredBond bond) {
        var before = bonds.put(bond.id(), bond);
        identities.put(bond.entry().address(), bond.id());
        if (before != null) {
            slots.remove(before.place(), before.id());
            legacyNames.remove(before);
        }
        legacyNames.add(bond);
        if (bond.inSlot()) {
            slots.put(bond.place(), bond.id());
        }
        if (evictionOrder != null) {
            if (before != null) {
                evictionOrder.remove(before);
            }
            evictionOrder.add(bond);
        }
        highestSequence = Math.max(highestSequence, bond.entry().sequence());
        lastSerial = Math.max(lastSerial, bond.id().serial());
        if (before == null || !before.entry().irk().equals(bond.entry().irk())) {
            resolver.add(bond.id(), bond.entry().irk());
        }
    }

    void remove(BondId id) {
        var bond = bonds.remove(id);
        if (bond != null) {
            identities.remove(bond.entry().address(), id);
            slots.remove(bond.place(), id);
            resolver.remove(id);
            legacyNames.remove(bond);
            if (evictionOrder != null) {
                evictionOrder.remove(bond);
            }
        }
    }

    /** In which order bonds give way; made when it is asked for, kept in step from then on. */
    EvictionOrder evictionOrder(Map<BondId, Long> lastUse) {
        if (evictionOrder == null) {
            evictionOrder = new EvictionOrder(bonds.values(), lastUse);
        }
        return evictionOrder;
    }

    /** Notes a use of a bond, which changes that order. */
    void used(BondId id, Runnable note) {
        var bond = evictionOrder == null ? null : bonds.get(id);
        if (bond != null) {
            evictionOrder.remove(bond);
        }
        note.run();
        if (bond != null) {
            evictionOrder.add(bond);
        }
    }

    /** The transaction is durable: its tags are in use, or free. */
    void note(Transaction transaction) {
        transaction.changes().forEach(change -> note(change.tag(), !change.isDelete()));
    }

    private void note(int tag, boolean present) {
        if (present) {
            tags.add(tag);
        } else {
            tags.remove(tag);
        }
        if (Tags.isCompanion(tag) || Tags.isBeyond(tag)) {
            int position = Tags.isBeyond(tag) ? Tags.positionOfBeyond(tag) : Tags.positionOfCompanion(tag);
            positions.set(position, isPresent(Tags.companion(position, 0))
                    || isPresent(Tags.companion(position, 1))
                    || isPresent(Tags.beyond(position)));
        }
    }

    boolean isPresent(int tag) {
        return tags.contains(tag);
    }

    /** Whether the tag is one of our own records at a position that is in use. */
    boolean isNearBond(int tag) {
        return Tags.isCompanion(tag) && positions.get(Tags.positionOfCompanion(tag))
                || Tags.isBeyond(tag) && positions.get(Tags.positionOfBeyond(tag));
    }

    /** The lowest position of which no record is there. */
    int freePosition() {
        return freePosition(0);
    }

    /** The lowest such position that is not below another one. */
    int freePosition(int from) {
        return positions.nextClearBit(from);
    }

    /** Takes a free position for a bond whose companion is to be written with the repairs. */
    int takePosition() {
        int position = freePosition();
        positions.set(position);
        return position;
    }

    /** The highest free slot (as BTstack fills them), or -1. */
    int freeSlot(int slots) {
        return freeSlots(slots).findFirst().orElse(-1);
    }

    /** The free slots, from the highest to the lowest. */
    IntStream freeSlots(int slots) {
        return IntStream.iterate(slots - 1, slot -> slot >= 0, slot -> slot - 1)
                .filter(slot -> Tags.isUsableSlot(slot) && !isPresent(Tags.slot(slot)));
    }

    /** The seq_nr for the next entry. BTstack would wrap to 0 and evict that one first, so the last number is kept. */
    long nextSequence() {
        return Math.min(highestSequence + 1, DeviceEntry.MAX_SEQUENCE);
    }
}
