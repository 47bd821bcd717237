package org.everbond.tlv.spi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Tombstone;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes one content of two that were both changed since they were the same, or never were: the knowledge of whoever owns the
 * records, so that the store in front need not know what is in them. Pure: no I/O, no state; any thread.
 */
@ConsumerType
@FunctionalInterface
public interface Merge {
    /**
     * One of the two contents.
     *
     * @param id null when it was written by another program only
     * @param sequence of its newest transaction
     * @param values without the store's own bookkeeping
     * @param tombstones the deletions that it remembers
     * @param setAside what could not be read of it, one sentence each
     */
    record Content(
            StoreId id, long sequence, Map<Integer, byte[]> values, List<Tombstone> tombstones, List<String> setAside) {
        /**
         * What the store in front shows of everything that a backend holds.
         *
         * @param everything with the store's own bookkeeping
         */
        public static Content of(Map<Integer, byte[]> everything, StoreId id, long sequence, List<String> setAside) {
            var visible = new HashMap<Integer, byte[]>();
            var tombstones = new ArrayList<Tombstone>();
            everything.forEach((tag, value) -> {
                if (!Tags.isBookkeeping(tag)) {
                    visible.put(tag, value);
                } else if ((tag & 0xff000000) == Tags.TOMBSTONE) {
                    Tombstone.decode(value).ifPresent(tombstones::add);
                }
            });
            return new Content(id, sequence, visible, tombstones, setAside);
        }

        /** Whether both descend from the same store. */
        public boolean isRelatedTo(Content other) {
            return id != null && other.id != null && id.lineage().equals(other.id.lineage());
        }
    }

    /** What came out. */
    sealed interface Outcome permits Merged, Conflict {}

    /**
     * One content of both.
     *
     * @param values everything in it, without the store's own bookkeeping
     * @param oursLost what of ours is not in it although nobody has deleted it, one sentence each; is kept aside
     * @param theirsLost what of theirs likewise
     */
    record Merged(Map<Integer, byte[]> values, List<String> oursLost, List<String> theirsLost) implements Outcome {}

    /**
     * Not without a person.
     *
     * @param ours what ours is, for people, as in "the running store has ..."
     * @param theirs what theirs is
     */
    record Conflict(String ours, String theirs) implements Outcome {}

    /**
     * Merges.
     *
     * @param branch in whose name new records are to be named ({@link org.everbond.tlv.TlvStore#branch()})
     */
    Outcome merge(Content ours, Content theirs, UUID branch);

    /** For records of which nothing is known: what is under one tag on both sides must be equal. */
    static Merge byTag() {
        return (ours, theirs, branch) -> {
            var values = new HashMap<>(theirs.values());
            values.putAll(ours.values());
            return differing(ours, theirs)
                    .<Outcome>map(tag -> new Conflict("another value of " + Tags.name(tag), "one value of " + Tags.name(tag)))
                    .orElseGet(() -> new Merged(values, List.of(), List.of()));
        };
    }

    private static Optional<Integer> differing(Content ours, Content theirs) {
        return theirs.values().entrySet().stream()
                .filter(entry -> ours.values().containsKey(entry.getKey())
                        && !Arrays.equals(ours.values().get(entry.getKey()), entry.getValue()))
                .map(Map.Entry::getKey)
                .min(Integer::compareUnsigned);
    }
}
