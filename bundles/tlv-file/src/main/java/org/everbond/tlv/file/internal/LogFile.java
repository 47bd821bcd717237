package org.everbond.tlv.file.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.disk.StorePlace;
import org.everbond.tlv.spi.Remains;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log file while it is open and locked: appends with a flush before each acknowledgement, repairs before the first append,
 * compacts into a new file. Values that were acknowledged are in memory too, so that a file that fails can be written anew.
 */
final class LogFile {
    private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);
    /** A file is never compacted below this size. */
    private static final long SMALL = 64 * 1024;
    /** More than any store needs; a larger file is something else. */
    private static final long LARGEST = 256L << 20;

    private final StorePlace place;
    private boolean foreignWriter;
    /** Whether a flush has failed in this run: what the cache has of the file need not be on the disk, and no flush would tell. */
    private boolean doubtful;

    private Disk.Handle handle;
    private Object key;
    /** Octets of the file as we know it, and where the next record belongs; they differ while a torn tail is there. */
    private long size;

    private long end;
    private boolean damaged;
    private boolean created;
    private LogReader.Cut cut;
    private boolean written;
    private ForgottenKeys forgotten = new ForgottenKeys();

    private Map<Integer, byte[]> values = new LinkedHashMap<>();
    private long octets;
    private StoreId id;
    private long sequence;

    LogFile(StorePlace place, boolean foreignWriter, boolean doubtful) {
        this.place = place;
        this.foreignWriter = foreignWriter;
        this.doubtful = doubtful;
    }

    /** Whether another program was seen writing in this run: then the file is not taken from under it by compaction. */
    boolean foreignWriter() {
        return foreignWriter;
    }

    /** Whether the file may not be on the disk as it is read; see {@link #settle}. */
    boolean doubtful() {
        return doubtful;
    }

    /** What a write that was interrupted has left at the end; see {@link Remains#unfinished}. */
    String unfinished() {
        var sentence = new StringBuilder();
        if (cut != null) {
            sentence.append("the last transaction (").append(cut.transaction()).append(") has ")
                    .append(cut.records() == 0 ? "none of its records" : cut.records() + " of its " + cut.announced() + " records");
        }
        if (size > end) {
            sentence.append(cut == null ? "" : ", and ").append("the last ").append(size - end).append(" octets, from offset ").append(end)
                    .append(" on, are no complete record and were left out");
        } else if (size < LogWriter.HEADER) {
            sentence.append("it has ").append(size).append(" octets, which is no store yet");
        }
        return sentence.toString();
    }

    /** The number of the transaction that is not whole; 0 when there is none. */
    long unfinishedTransaction() {
        return cut == null ? 0 : cut.transaction();
    }

    /** Whether the file did not exist before it was loaded. */
    boolean created() {
        return created;
    }

    /** What is unfinished was confirmed once: the file as it is is kept before anything is written. */
    void markDamaged() {
        damaged = true;
    }

    LogReader.Contents load() throws IOException, TlvException {
        place.tidy();
        created = place.stat() == null;
        if (created) {
            replace(LogWriter.file(null, 0, Map.of()));
        }
        // Also the name that a run before this one may have given just before it ended.
        place.syncFolder();
        StorePlace.closeQuietly(handle);
        handle = place.open();
        settle();
        var file = readAll();
        var contents = LogReader.read(file);
        if (!LogReader.hasMagic(file) && contents.values().isEmpty()) {
            throw new TlvException(Reason.UNUSABLE, "store " + place + " is no store: it does not begin with 'BTstack' and nothing "
                    + "in it can be read; it was left as it is, configure another file or move this one away");
        }
        values = new LinkedHashMap<>(contents.values());
        octets = LogWriter.HEADER;
        values.values().forEach(value -> octets += 8 + value.length);
        id = contents.id();
        sequence = contents.sequence();
        end = contents.end();
        damaged = !contents.damage().isEmpty() || end < LogWriter.HEADER;
        cut = contents.cut();
        forgotten = contents.forgotten();
        return contents;
    }

    /**
     * Brings what will be read to the disk, so that nobody is told of a change that a power cut may still take back: a run that
     * was killed has written it and not flushed. After a failed flush only a new file helps.
     */
    private void settle() throws IOException, TlvException {
        boolean copied = doubtful && !foreignWriter;
        doubtful = true;
        if (copied) {
            replace(readAll());
            place.syncFolder();
        } else {
            handle.force();
        }
        doubtful = false;
    }

    private byte[] readAll() throws IOException, TlvException {
        var stat = place.stat();
        key = stat == null ? null : stat.key();
        size = handle.size();
        if (size > LARGEST) {
            throw new TlvException(Reason.UNUSABLE, "store " + place + " has " + (size >> 20) + " MiB, but a store has at most "
                    + (LARGEST >> 20) + " MiB; configure another file");
        }
        var file = new byte[(int) size];
        int count = handle.read(file, 0);
        size = count;
        return count == file.length ? file : Arrays.copyOf(file, count);
    }

    void commit(Batch batch) throws TlvException {
        checkUnchanged();
        var changes = effective(batch.changes());
        boolean appended = false;
        boolean mustReplace = damaged || changes.size() > TransactionHeader.MOST_RECORDS || id != null && !id.equals(batch.id());
        if (mustReplace && (!foreignWriter || damaged)) {
            commitByReplacing(batch, changes);
        } else {
            var records = encode(batch, changes);
            boolean tooLong = end + records.length > limit(octets + records.length);
            if (foreignWriter || !tooLong || !compactAndCommit(batch, changes)) {
                append(records);
                appended = true;
            }
        }
        for (var change : changes) {
            apply(change);
            if (appended && change.isDelete()) {
                forgotten.deleted(change.tag(), values::containsKey);
            }
        }
        id = batch.id();
        sequence = batch.sequence();
        written = true;
    }

    /** Leaves out deletions of what is not there, as BTstack does. */
    private List<Change> effective(List<Change> changes) {
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

    private void apply(Change change) {
        var former = values.remove(change.tag());
        octets -= former == null ? 0 : 8 + former.length;
        if (!change.isDelete()) {
            values.put(change.tag(), change.value());
            octets += 8 + change.value().length;
        }
    }

    private byte[] wholeFile(Batch batch, List<Change> changes) {
        var next = new LinkedHashMap<>(values);
        for (var change : changes) {
            next.remove(change.tag());
            if (!change.isDelete()) {
                next.put(change.tag(), change.value());
            }
        }
        return LogWriter.file(batch.id(), batch.sequence(), next);
    }

    /** Returns false, and has changed nothing, when there is no room for a second file. */
    private boolean compactAndCommit(Batch batch, List<Change> changes) throws TlvException {
        try {
            replace(wholeFile(batch, changes));
        } catch (IOException e) {
            LOG.warn("Store {} cannot be compacted: {}", place, DiskFault.sentence(e));
            return false;
        }
        syncNewName();
        return true;
    }

    private void commitByReplacing(Batch batch, List<Change> changes) throws TlvException {
        try {
            if (damaged && size > 0) {
                var original = new byte[(int) size];
                handle.read(original, 0);
                place.keepAside(original);
            }
            replace(wholeFile(batch, changes));
        } catch (IOException e) {
            if (!isStillThere()) {
                close();
                throw new TlvException(Reason.IN_DOUBT, "store " + place + " failed while it was written anew: "
                        + DiskFault.sentence(e), e);
            }
            throw failed("could not be written anew; nothing in it was changed", e);
        }
        syncNewName();
    }

    /** Whether the file has its name still: a rename may have been done although it was reported as failed. */
    private boolean isStillThere() {
        try {
            var now = place.stat();
            return now != null && Objects.equals(now.key(), key);
        } catch (IOException e) {
            return false;
        }
    }

    private byte[] encode(Batch batch, List<Change> changes) {
        var writer = new LogWriter(end);
        if (!batch.id().equals(id)) {
            writer.identity(batch.id(), batch.sequence());
        }
        return writer.transaction(batch.sequence(), changes).octets();
    }

    private void append(byte[] records) throws TlvException {
        boolean flushing = false;
        try {
            if (size > end) {
                handle.truncate(end);
                handle.force();
                size = end;
            }
            handle.write(records, end);
            flushing = true;
            handle.force();
            end += records.length;
            size = end;
        } catch (IOException e) {
            throw recover(e, flushing);
        }
    }

    /**
     * After a failed write or flush nobody knows what this handle has brought to the disk, and a second flush may succeed without
     * having done anything. What was acknowledged goes to a new file before the failure is told.
     */
    private TlvException recover(IOException failure, boolean flushing) {
        if (!flushing && DiskFault.isFull(failure)) {
            try {
                // Nothing was flushed that mattered: what fitted is taken back.
                handle.truncate(end);
                handle.force();
                size = end;
                return failed("could not take the change; nothing in it was changed", failure);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
        try {
            replace(LogWriter.file(id, sequence, values));
            place.syncFolder();
            return failed("could not be written; what it held was written to a new file in its place", failure);
        } catch (IOException e) {
            failure.addSuppressed(e);
            doubtful = true;
            close();
            return new TlvException(Reason.IN_DOUBT, "store " + place + " failed while it was written: "
                    + DiskFault.sentence(failure), failure);
        }
    }

    void housekeeping() throws TlvException {
        boolean worthwhile = forgotten.areWorthRewriting(end, octets, SMALL) || end > limit(octets);
        if (!written || !worthwhile || foreignWriter || handle == null) {
            return;
        }
        checkUnchanged();
        try {
            replace(LogWriter.file(id, sequence, values));
            place.syncFolder();
        } catch (IOException e) {
            LOG.warn("Store {} cannot be compacted: {}", place, DiskFault.sentence(e));
        }
    }

    private static long limit(long liveOctets) {
        return Math.max(SMALL, 2 * liveOctets);
    }

    /** Another program may append to the file or put another one in its place; both are seen before anything is written. */
    private void checkUnchanged() throws TlvException {
        if (handle == null) {
            throw new TlvException(Reason.IN_DOUBT, "store " + place + " has failed before and must be opened again");
        }
        Disk.Stat now;
        try {
            if (place.isUnsynced()) {
                place.syncFolder();
            }
            now = place.stat();
        } catch (IOException e) {
            throw failed("could not be looked at; nothing in it was changed", e);
        }
        if (now == null) {
            throw changed("was removed");
        }
        if (!Objects.equals(now.key(), key)) {
            throw changed("was replaced");
        }
        if (now.size() > size) {
            foreignWriter = true;
            throw changed("was written to");
        }
        if (now.size() < size) {
            throw changed("was cut");
        }
    }

    /** The handle in use is closed only when the new file has its name. */
    private void replace(byte[] file) throws IOException {
        var fresh = place.replace(file);
        StorePlace.closeQuietly(handle);
        handle = fresh;
        size = file.length;
        end = file.length;
        damaged = false;
        forgotten = new ForgottenKeys();
        try {
            var stat = place.stat();
            key = stat == null ? null : stat.key();
        } catch (IOException e) {
            // The file is in place: no failure. The next commit takes it for a stranger's and has it read again.
            key = null;
        }
    }

    private void syncNewName() throws TlvException {
        try {
            place.syncFolder();
        } catch (IOException e) {
            close();
            throw new TlvException(Reason.IN_DOUBT, "store " + place + " was written anew, but its folder could not be flushed: "
                    + DiskFault.sentence(e), e);
        }
    }

    void close() {
        StorePlace.closeQuietly(handle);
        handle = null;
    }

    private TlvException changed(String how) {
        return new TlvException(Reason.CHANGED, "store " + place + " " + how + " by another program; try again");
    }

    private TlvException failed(String what, IOException e) {
        var reason = DiskFault.isFull(e) ? Reason.FULL : Reason.FAILED;
        return new TlvException(reason, "store " + place + " " + what + ": " + DiskFault.sentence(e), e);
    }
}
