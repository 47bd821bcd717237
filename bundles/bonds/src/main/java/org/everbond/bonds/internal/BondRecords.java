package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.everbond.bonds.BondId;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;

/**
 * The records of bonds that are in a store: entries, which BTstack knows, too, and companions, which are in two halves. What cannot be
 * read is set aside in the view.
 */
final class BondRecords {
    private final TlvStore store;
    private final View view;
    private final Transaction deleted;
    private final Map<DeviceAddress, Found> entries = new LinkedHashMap<>();
    private final Map<Integer, Found> places = new LinkedHashMap<>();
    private final Map<Integer, Companion[]> companions = new LinkedHashMap<>();
    private final Map<DeviceAddress, List<Integer>> positions = new HashMap<>();
    private final Map<Integer, String> damaged = new LinkedHashMap<>();
    private final Map<UUID, UUID> names = new HashMap<>();
    /** Companions by the places that they name; only when asked for. */
    private Map<Integer, Companion> byPlace;
    private final BtstackSubscriptions subscriptions = new BtstackSubscriptions();

    /**
     * An entry.
     *
     * @param place its tag
     * @param size its length
     * @param readdressed whether another address, a damaged one, stands there
     */
    record Found(int place, DeviceEntry entry, int size, boolean readdressed) {}

    /** @param deleted takes what is left over */
    BondRecords(TlvStore store, View view, Transaction deleted) {
        this.store = store;
        this.view = view;
        this.deleted = deleted;
    }

    void read() {
        view.lastSerial = lastSerial();
        for (int tag : store.tags()) {
            var value = store.get(tag);
            if (value == null) {
                continue;
            }
            subscriptions.read(tag, value);
            if (Tags.isSlot(tag) && !Tags.isDatabaseHash(tag, value) || Tags.isBeyond(tag)) {
                readEntry(tag, value);
            } else if (Tags.isCompanion(tag)) {
                readCompanion(tag, value);
            }
        }
        places.replaceAll((place, found) -> misaddressed(found)
                .map(companion -> new Found(place, found.entry.withAddress(companion.entry().address()), found.size, true))
                .orElse(found));
        places.values().forEach(found -> entries.merge(found.entry.address(), found, this::chosen));
        damaged.forEach((position, reason) -> {
            var halves = companions.get(position);
            if (halves[0] == null && halves[1] == null) {
                setAside("our own record " + position + " of a bond cannot be read: " + reason, null);
            } else {
                var sentence = "one of our two records " + position + " of a bond is damaged: " + reason + "; the other one is used";
                view.warnings.add(sentence);
                view.damage.add(sentence);
            }
        });
    }

    long lastSerial() {
        var value = store.get(Tags.LAST_SERIAL);
        long serial = value == null || value.length != Long.BYTES ? 0 : ByteBuffer.wrap(value).getLong();
        return serial < 0 || serial > Tags.MAX_COUNT ? 0 : serial;
    }

    private void readEntry(int tag, byte[] value) {
        try {
            var found = new Found(tag, DeviceEntry.decode(value), value.length, false);
            places.put(tag, found);
            if (found.entry.sequence() >= view.highestSequence && Tags.isSlot(tag)) {
                view.entrySize = found.size;
            }
            view.highestSequence = Math.max(view.highestSequence, found.entry.sequence());
        } catch (UnreadableException e) {
            setAside("the bond in " + Tags.name(tag) + " cannot be read: " + e.getMessage(), e.address().orElse(null));
        }
    }

    /** Two entries of one peer: a slot holds what was paired last, then the higher sequence does. */
    private Found chosen(Found one, Found other) {
        var byAge = Comparator.<Found, Boolean>comparing(found -> !found.readdressed)
                .thenComparing(found -> Tags.isSlot(found.place))
                .thenComparing(found -> found.entry.sequence());
        var kept = byAge.compare(one, other) >= 0 ? one : other;
        var spare = kept == one ? other : one;
        if (Tags.isBeyond(spare.place)) {
            // Left over from moving it, or superseded by BTstack, which does not see our own places.
            deleted.delete(spare.place);
        } else {
            setAside("the bond in " + Tags.name(spare.place) + " is older than the one of the same peer in "
                    + Tags.name(kept.place), spare.entry.address());
        }
        return kept;
    }

    private void readCompanion(int tag, byte[] value) {
        int position = Tags.positionOfCompanion(tag);
        var halves = companions.computeIfAbsent(position, p -> new Companion[2]);
        try {
            var companion = shared(CompanionCodec.decode(value));
            halves[Tags.halfOf(tag)] = companion;
            view.lastSerial = Math.max(view.lastSerial, companion.id().serial());
            var known = positions.computeIfAbsent(companion.entry().address(), a -> new ArrayList<>(1));
            if (!known.contains(position)) {
                known.add(position);
            }
        } catch (UnreadableException e) {
            damaged.put(position, e.getMessage());
        }
    }

    /** Bonds of one store share its name. */
    private Companion shared(Companion companion) {
        var id = companion.id();
        var name = names.computeIfAbsent(id.store(), store -> store);
        return name == id.store() ? companion : companion.withId(new BondId(name, id.serial()));
    }

    /** Entries, one of each peer. */
    Collection<Found> entries() {
        return entries.values();
    }

    /** What is in a place; null when no entry is. */
    Found in(int place) {
        return places.get(place);
    }

    /** The companion of an entry whose address is damaged: it names the place, and nobody else has its keys. */
    private Optional<Companion> misaddressed(Found found) {
        boolean known = positions(found.entry.address()).stream()
                .flatMap(position -> Arrays.stream(companions.get(position)))
                .anyMatch(companion -> companion != null && companion.entry().samePairing(found.entry));
        return known ? Optional.empty() : Optional.ofNullable(byPlace().get(found.place))
                .filter(companion -> !companion.entry().address().equals(found.entry.address()) && found.entry.isDamaged(companion.entry()));
    }

    private Map<Integer, Companion> byPlace() {
        if (byPlace == null) {
            byPlace = new HashMap<>();
            companions.values().stream()
                    .flatMap(Arrays::stream)
                    .filter(Objects::nonNull)
                    .forEach(companion -> byPlace.merge(
                            companion.place(), companion, (one, other) -> one.revision() > other.revision() ? one : other));
        }
        return byPlace;
    }

    /** The two halves of each companion, either of which may be null. */
    Map<Integer, Companion[]> companions() {
        return companions;
    }

    /** Where companions of this peer are. */
    List<Integer> positions(DeviceAddress peer) {
        return positions.getOrDefault(peer, List.of());
    }

    BtstackSubscriptions subscriptions() {
        return subscriptions;
    }

    private void setAside(String reason, DeviceAddress address) {
        view.setAside.add(new SetAside(reason, Optional.ofNullable(address)));
    }
}
