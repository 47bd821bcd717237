package org.everbond.tlv.file.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Batch;

/** What was acknowledged of a log file, in memory too: a file that fails is written anew from it. Makes what is written; does no I/O. */
final class LogImage {
    private final Map<Integer, byte[]> values;
    private final ForgottenKeys forgotten;
    private StoreId id;
    private long sequence;
    private long octets = LogWriter.HEADER;

    LogImage(LogContents contents) {
        values = new LinkedHashMap<>(contents.values());
        values.values().forEach(value -> octets += 8 + value.length);
        forgotten = contents.forgotten();
        id = contents.id();
        sequence = contents.sequence();
    }

    /** Octets of the live records, without the log's own. */
    long octets() {
        return octets;
    }

    /** Keys that the file holds although they were deleted. */
    ForgottenKeys forgotten() {
        return forgotten;
    }

    boolean isAnothers(StoreId other) {
        return id != null && !id.equals(other);
    }

    /** Leaves out deletions of what is not there, as BTstack does. */
    List<Change> effective(List<Change> changes) {
        var effective = new ArrayList<Change>(changes.size());
        var overlay = new HashMap<Integer, Boolean>();
        for (var change : changes) {
            boolean there = overlay.getOrDefault(change.tag(), values.containsKey(change.tag()));
            if (there || !change.isDelete()) {
                effective.add(change);
            }
            overlay.put(change.tag(), !change.isDelete());
        }
        return effective;
    }

    /** The changes of a batch as records that stand at this place in the file. */
    byte[] records(Batch batch, List<Change> changes, long start) {
        var writer = new LogWriter(start);
        if (!batch.id().equals(id)) {
            writer.identity(batch.id(), batch.sequence());
        }
        return writer.transaction(batch.sequence(), changes).octets();
    }

    /** A whole file. */
    byte[] file() {
        return LogWriter.file(id, sequence, values);
    }

    /** A whole file with the changes of a batch. */
    byte[] file(Batch batch, List<Change> changes) {
        var next = new LinkedHashMap<>(values);
        for (var change : changes) {
            next.remove(change.tag());
            if (!change.isDelete()) {
                next.put(change.tag(), change.value());
            }
        }
        return LogWriter.file(batch.id(), batch.sequence(), next);
    }

    /** The batch was acknowledged: from now on it is what is there. */
    void acknowledged(Batch batch, List<Change> changes) {
        changes.forEach(this::apply);
        id = batch.id();
        sequence = batch.sequence();
    }

    private void apply(Change change) {
        var former = values.remove(change.tag());
        octets -= former == null ? 0 : 8 + former.length;
        if (change.isDelete()) {
            forgotten.deleted(change.tag(), values::containsKey);
        } else {
            values.put(change.tag(), change.value());
            octets += 8 + change.value().length;
        }
    }
}
