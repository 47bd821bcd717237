package org.everbond.bonds.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.everbond.bonds.keys.LinkKey;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;

/** What a store says of Classic link keys, as it was when it was read. */
final class LinkKeyView {
    final long generation;
    /** Whether nothing that could come was missing. */
    final boolean readWhileReady;
    final List<SetAside> setAside = new ArrayList<>();

    private final Map<DeviceAddress, Found> keys = new TreeMap<>(Comparator.comparingLong(DeviceAddress::value));
    /** Every place with a record of a peer, readable or not. */
    private final Map<DeviceAddress, List<Integer>> slots = new HashMap<>();
    private final Map<Integer, LinkKeyEntry> entries = new HashMap<>();
    private final BitSet taken = new BitSet();
    private long highestSequence;

    /** A link key and the place where it is. */
    record Found(int slot, LinkKeyEntry entry) {}

    LinkKeyView(TlvStore store) {
        generation = store.generation();
        readWhileReady = store.state() == TlvState.READY;
        store.setAside().forEach(reason -> setAside.add(new SetAside(reason, Optional.empty())));
        // Only those that are there: a trace of the store is not to be drowned in those that are not.
        for (int tag : store.tags()) {
            var value = Tags.isLinkKey(tag) ? store.get(tag) : null;
            if (value != null) {
                read(tag & 0xff, value);
            }
        }
    }

    private void read(int slot, byte[] value) {
        taken.set(slot);
        LinkKeyEntry.address(value)
                .ifPresent(address -> slots.computeIfAbsent(address, a -> new ArrayList<>(1)).add(slot));
        try {
            var found = new Found(slot, LinkKeyEntry.decode(value));
            entries.put(slot, found.entry);
            highestSequence = Math.max(highestSequence, found.entry.sequence());
            keys.merge(found.entry.key().address(), found, this::later);
        } catch (UnreadableException e) {
            setAside.add(new SetAside(
                    "the Classic link key in " + org.everbond.tlv.Tags.name(Tags.linkKey(slot)) + " cannot be read: "
                            + e.getMessage(),
                    e.address()));
        }
    }

    /** Two keys of one peer: the one put last is used. */
    private Found later(Found one, Found other) {
        var kept = other.entry.sequence() > one.entry.sequence() ? other : one;
        var spare = kept == one ? other : one;
        setAside.add(new SetAside(
                "the Classic link key in " + org.everbond.tlv.Tags.name(Tags.linkKey(spare.slot))
                        + " is older than the one of the same peer in " + org.everbond.tlv.Tags.name(Tags.linkKey(kept.slot)),
                Optional.of(spare.entry.key().address())));
        return kept;
    }

    /** By address. */
    Collection<Found> keys() {
        return keys.values();
    }

    Found get(DeviceAddress address) {
        return keys.get(address);
    }

    /** The places with a record of this peer, readable or not, ascending. */
    List<Integer> slotsOf(DeviceAddress address) {
        return slots.getOrDefault(address, List.of());
    }

    /** Every link key of this peer, the one that is used and older ones. */
    List<LinkKey> keysOf(DeviceAddress address) {
        return slotsOf(address).stream()
                .filter(entries::containsKey)
                .map(slot -> entries.get(slot).key())
                .toList();
    }

    /** The highest free place (as BTstack fills them), or -1. */
    int freeSlot(int among) {
        return taken.previousClearBit(among - 1);
    }

    /** Where the one is that was put first, as BTstack evicts: the lowest seq_nr, of equal ones that in the lowest place; or -1. */
    int first(int among) {
        return entries.keySet().stream()
                .filter(slot -> slot < among)
                .min(Comparator.<Integer>comparingLong(slot -> entries.get(slot).sequence())
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(-1);
    }

    /** Whose key gives way to this one of another peer where the place is full: the one put first that is not stronger. */
    Optional<Found> firstFor(LinkKey newcomer) {
        return keys.values().stream()
                .filter(found -> !found.entry.key().address().equals(newcomer.address()))
                .filter(found -> newcomer.type().authenticated() || !found.entry.key().type().authenticated())
                .min(Comparator.<Found>comparingLong(found -> found.entry.sequence()).thenComparing(Found::slot));
    }

    /** The link key in a place, used or not; null when there is none that can be read. */
    LinkKey in(int slot) {
        return entries.containsKey(slot) ? entries.get(slot).key() : null;
    }

    /** The seq_nr for the next entry. BTstack would wrap to 0 and evict that one first, so the last number is kept. */
    long nextSequence() {
        return Math.min(highestSequence + 1, LinkKeyEntry.MAX_SEQUENCE);
    }
}
