package org.everbond.tlv.sealed.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction.Change;

/**
 * Which sealed value is where, under one sealing: turns changes of values into changes of sealed values, in the same order, so
 * that every prefix of them is a consistent store as well. Pure.
 */
final class Vault {
    /** Places are the tags ec000000 to efffffff of the backend below, chosen by the pseudonym of the tag. */
    private static final int FIRST_PLACE = Tags.SEALED;

    private static final int PLACES = 0x03ffffff;

    private final SealKeys keys;
    private final StoreId id;
    /** Where the value of a tag is; of one in two parts, the first. */
    private final Map<Integer, Integer> places = new HashMap<>();
    /** Where second parts are, by the place of the first. */
    private final Map<Integer, Integer> seconds = new HashMap<>();
    /** All tags that are in use below, by whomever. */
    private final Set<Integer> occupied;
    /** Sealed values that mean nothing any more. */
    private final Set<Integer> leftOver = new HashSet<>();

    Vault(SealKeys keys, StoreId id, Set<Integer> occupied) {
        this.keys = keys;
        this.id = id;
        this.occupied = new HashSet<>(occupied);
    }

    /** Something as long as the sealed values will be, to measure with, at places that nobody has. */
    static Map<Integer, byte[]> standIns(Collection<byte[]> values, Set<Integer> occupied) {
        var standIns = new HashMap<Integer, byte[]>();
        int place = FIRST_PLACE;
        for (var value : values) {
            for (int length : Envelope.sealedLengths(value.length)) {
                while (occupied.contains(place)) {
                    place++;
                }
                standIns.put(place++, new byte[length]);
            }
        }
        return standIns;
    }

    static boolean isPlace(int tag) {
        return tag >>> 26 == FIRST_PLACE >>> 26;
    }

    /** The sealing that this is about. */
    SealKeys keys() {
        return keys;
    }

    StoreId id() {
        return id;
    }

    boolean hasLeftOver() {
        return !leftOver.isEmpty();
    }

    /** What is at this place means nothing any more. */
    void leftOver(int place) {
        leftOver.add(place);
        occupied.add(place);
    }

    /** A copy to plan a batch on, which takes the place of this when the batch is durable. */
    Vault copy() {
        var copy = new Vault(keys, id, occupied);
        copy.places.putAll(places);
        copy.seconds.putAll(seconds);
        copy.leftOver.addAll(leftOver);
        return copy;
    }

    /**
     * Opens what is there.
     *
     * @param unopened gets the places of sealed values that do not open
     * @return the values by tag
     */
    Map<Integer, byte[]> load(Map<Integer, byte[]> below, List<Integer> unopened) {
        var firsts = new TreeMap<Integer, Envelope>();
        var others = new HashMap<Integer, Envelope>();
        below.forEach((place, sealed) -> {
            if (isPlace(place)) {
                var envelope = keys.open(id, place, sealed).flatMap(Envelope::decode);
                if (envelope.isEmpty()) {
                    unopened.add(place);
                } else {
                    (envelope.get().kind() == Envelope.Kind.SECOND ? others : firsts).put(place, envelope.get());
                }
            }
        });
        var values = new HashMap<Integer, byte[]>();
        firsts.forEach((place, envelope) -> {
            var second = envelope.kind() == Envelope.Kind.FIRST ? others.remove(envelope.second()) : null;
            boolean complete = envelope.kind() == Envelope.Kind.WHOLE || second != null && second.tag() == envelope.tag();
            if (!complete || values.containsKey(envelope.tag())) {
                unopened.add(place);
                return;
            }
            places.put(envelope.tag(), place);
            if (second != null) {
                seconds.put(place, envelope.second());
            }
            values.put(envelope.tag(), second == null ? envelope.value() : joined(envelope.value(), second.value()));
        });
        // Second parts whose first was never written, or was replaced.
        leftOver.addAll(others.keySet());
        return values;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    /**
     * Adds what is to be written for a value.
     *
     * @param ahead gets what must be durable before the others: a second part, without which the first means nothing
     * @param later gets what may go only when they are; its place stays taken until then
     */
    void put(int tag, byte[] value, List<Change> ahead, List<Change> now, List<Change> later) {
        int place = places.computeIfAbsent(tag, this::freePlace);
        var oldSecond = seconds.remove(place);
        if (value.length <= Envelope.MOST) {
            now.add(sealed(place, new Envelope(tag, Envelope.Kind.WHOLE, 0, value)));
        } else {
            int second = freePlace(~tag);
            seconds.put(place, second);
            var head = Arrays.copyOf(value, Envelope.FIRST_PART);
            var rest = Arrays.copyOfRange(value, Envelope.FIRST_PART, value.length);
            ahead.add(sealed(second, new Envelope(tag, Envelope.Kind.SECOND, 0, rest)));
            now.add(sealed(place, new Envelope(tag, Envelope.Kind.FIRST, second, head)));
        }
        if (oldSecond != null) {
            later.add(new Change(oldSecond, null));
        }
    }

    /** Adds what is to be written so that a value is gone. */
    void delete(int tag, List<Change> now, List<Change> later) {
        var place = places.remove(tag);
        if (place != null) {
            now.add(free(place));
            var second = seconds.remove(place);
            if (second != null) {
                later.add(new Change(second, null));
            }
        }
    }

    /** Deletes what means nothing any more. */
    List<Change> tidy() {
        var changes = leftOver.stream().map(this::free).toList();
        leftOver.clear();
        return changes;
    }

    private Change sealed(int place, Envelope envelope) {
        return new Change(place, keys.seal(id, place, envelope.encode()));
    }

    private Change free(int place) {
        occupied.remove(place);
        return new Change(place, null);
    }

    private int freePlace(int tag) {
        int place = FIRST_PLACE | keys.pseudonym(tag) & PLACES;
        while (!occupied.add(place)) {
            place = FIRST_PLACE | place + 1 & PLACES;
        }
        return place;
    }

    Set<Integer> occupied() {
        return occupied;
    }

    /** Whether anything is sealed here. */
    Set<Integer> placesInUse() {
        var all = new HashSet<>(places.values());
        all.addAll(seconds.values());
        return all;
    }
}
