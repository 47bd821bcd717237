package org.everbond.tlv.file.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.spi.StoreHeader;

/** What was read of a log file: each record in turn changes it. */
final class LogContents {
    /**
     * A transaction that ends before its last record.
     *
     * @param records of it that are there, and count
     * @param announced by its header; 0 when that is missing, too: the record of the identity stands before the first one
     */
    record Cut(long transaction, int records, int announced) {}

    private static final int MOST_SENTENCES = 20;

    private final Map<Integer, byte[]> values = new LinkedHashMap<>();
    private final List<String> damage = new ArrayList<>();
    private final ForgottenKeys forgotten = new ForgottenKeys();
    private StoreId id;
    private long sequence;
    private boolean numbered;
    private boolean foreign;
    private Cut cut;
    /** Whether the newest transaction has the number of a whole one before it. */
    private boolean repeated;
    private int end;
    private boolean torn;

    /** Live tags without the log's own records; the newest is last, also in the next file that is written. */
    Map<Integer, byte[]> values() {
        return values;
    }

    /** Null when there is no record of ours. */
    StoreId id() {
        return id;
    }

    long sequence() {
        return sequence;
    }

    /** Whether another program has written since our newest transaction. */
    boolean foreign() {
        return foreign;
    }

    /** What could not be read, one sentence each; empty for a file that only has a torn tail. */
    List<String> damage() {
        return damage;
    }

    /** Keys that are still in the file and were deleted since. */
    ForgottenKeys forgotten() {
        return forgotten;
    }

    /** Where the next record belongs. */
    int end() {
        return end;
    }

    /** Whether an incomplete record follows there. */
    boolean torn() {
        return torn;
    }

    /** The last transaction of ours if it is not whole; null otherwise. */
    Cut cut() {
        return cut;
    }

    /** The number of the last transaction of ours if nothing of that number is whole; else 0. */
    long unfinishedTransaction() {
        return cut == null || repeated ? 0 : cut.transaction();
    }

    void apply(LogOctets octets, int at) {
        apply(octets.tag(at), octets.value(at), at);
    }

    void apply(int tag, byte[] value, int at) {
        if (tag == Tags.STORE_HEADER) {
            StoreHeader.decode(value).ifPresentOrElse(this::identity, () -> report(at, "the record of the store's identity is damaged"));
            return;
        }
        values.remove(tag);
        if (value.length > 0) {
            values.put(tag, value);
        } else {
            forgotten.deleted(tag, values::containsKey);
        }
    }

    private void identity(StoreHeader header) {
        id = header.id();
        sequence = Math.max(sequence, header.sequence());
    }

    /** A transaction header, ours or a copy of one. */
    void number(TransactionHeader header) {
        repeated = numbered && cut == null && header.sequence() <= sequence;
        sequence = Math.max(sequence, header.sequence());
        numbered = true;
    }

    /** A transaction of ours begins. */
    void begin() {
        foreign = false;
        cut = null;
    }

    void cut(Cut unfinished) {
        cut = unfinished;
    }

    /** Another program has written. */
    void byAnother() {
        foreign = true;
    }

    void report(int at, String sentence) {
        if (damage.size() < MOST_SENTENCES) {
            damage.add("at offset " + at + " " + sentence);
        }
    }

    LogContents endAt(int at, boolean incomplete) {
        end = at;
        torn = incomplete;
        if (id != null && !numbered && damage.isEmpty()) {
            cut = new Cut(sequence, 0, 0);
        }
        return this;
    }
}
