package org.everbond.tlv;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * An ordered list of changes that become durable together. The order matters: a power cut may keep a prefix of it on
 * backends without whole-batch atomicity, so put first what means nothing alone, then the commit point, deletions last.
 *
 * <p>Built by one thread, then handed to {@link TlvStore#commit}; not changed afterwards.
 */
public final class Transaction {
    /** The longest value that every backend holds, in octets. */
    public static final int MAX_VALUE = 2048;

    private final List<Change> changes = new ArrayList<>();
    private final List<Buried> buried = new ArrayList<>();
    private boolean byDecision;

    /**
     * One change.
     *
     * @param value 1..2048 octets; null for a deletion
     */
    public record Change(int tag, byte[] value) {
        /** Whether it removes the tag. */
        public boolean isDelete() {
            return value == null;
        }

        @Override
        public String toString() {
            return (isDelete() ? "delete " : "put " + value.length + " octets at ") + Tags.name(tag);
        }
    }

    /**
     * Puts a value, replacing an older one.
     *
     * @param value 1..2048 octets; copied
     * @throws IllegalArgumentException for another length, or a tag of the store's own
     */
    public Transaction put(int tag, byte[] value) {
        if (value.length < 1 || value.length > MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a value has 1.." + MAX_VALUE + " octets, not " + value.length + " (tag " + Tags.name(tag) + ")");
        }
        checkOwner(tag);
        changes.add(new Change(tag, value.clone()));
        return this;
    }

    /** Deletes a value; no error if there is none. */
    public Transaction delete(int tag) {
        checkOwner(tag);
        changes.add(new Change(tag, null));
        return this;
    }

    private static void checkOwner(int tag) {
        if (Tags.isBookkeeping(tag)) {
            throw new IllegalArgumentException("tag " + Tags.name(tag) + " is written by the store itself");
        }
    }

    /**
     * Remembers with a {@link Tombstone} that a bond was deleted on purpose. Belongs into the transaction that deletes its
     * records; is written after all of them.
     */
    public Transaction bury(UUID store, long serial) {
        buried.add(new Buried(store, serial));
        return this;
    }

    /**
     * Says that what is buried was deleted because somebody decided so, not to make room: then it stays deleted even when the place that
     * serves does not last and an older one comes back.
     */
    public Transaction byDecision() {
        byDecision = true;
        return this;
    }

    /** Whether what it buries was deleted {@linkplain #byDecision() by decision}. */
    public boolean isByDecision() {
        return byDecision;
    }

    /** A bond that this transaction deletes. */
    public record Buried(UUID store, long serial) {}

    /** The bonds that it deletes, in the order of the calls. */
    public List<Buried> buried() {
        return List.copyOf(buried);
    }

    /** Its puts and deletions, in the order of the calls. */
    public List<Change> changes() {
        return List.copyOf(changes);
    }

    /** Whether there is nothing to write. */
    public boolean isEmpty() {
        return changes.isEmpty() && buried.isEmpty();
    }
}
