package org.everbond.tlv.file.internal;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.disk.StorePlace;
import org.everbond.tlv.spi.Remains;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log file while it is open and locked: appends with a flush before each acknowledgement, repairs before the first append,
 * compacts into a new file. Decides what is written and when; {@link LogImage} makes it, {@link OpenLog} brings it to the disk.
 */
final class LogFile {
    private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);
    /** A file is never compacted below this size. */
    private static final long SMALL = 64 * 1024;

    private final StorePlace place;
    private final OpenLog log;
    private final boolean foreignBefore;
    private final String seizedBefore;
    private final boolean isKnown;
    /** Whether a flush has failed in this run: what the cache has of the file need not be on the disk, and no flush would tell. */
    private boolean doubtful;

    private LogImage image = new LogImage(new LogContents());
    private LogContents.Cut cut;
    private long unfinishedTransaction;
    private boolean damaged;
    private boolean created;
    private boolean written;

    /**
     * @param seized what has become of the file since it was read or written last in this run; empty for nothing
     * @param known whether it was a store when this run saw it last
     */
    LogFile(StorePlace place, boolean foreignWriter, boolean doubtful, String seized, boolean known) {
        this.place = place;
        log = new OpenLog(place);
        foreignBefore = foreignWriter;
        seizedBefore = seized;
        isKnown = known;
        this.doubtful = doubtful;
    }

    /** Whether another program was seen writing in this run: then the file is not taken from under it by compaction. */
    boolean foreignWriter() {
        return foreignBefore || log.hasGrown();
    }

    /** What was seen to have become of the file; empty for nothing, and once something was written to what is there now. */
    String seized() {
        return log.seized().isEmpty() && !written ? seizedBefore : log.seized();
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
        if (log.size() > log.end()) {
            sentence.append(cut == null ? "" : ", and ").append("the last ").append(log.size() - log.end())
                    .append(" octets, from offset ").append(log.end()).append(" on, are no complete record and were left out");
        } else if (log.size() < LogWriter.HEADER) {
            sentence.append("it has ").append(log.size()).append(" octets, which is no store yet");
        }
        return sentence.toString();
    }

    /** The number of the transaction that is not whole; 0 when there is none, or a whole one of that number. */
    long unfinishedTransaction() {
        return unfinishedTransaction;
    }

    /** Whether the file did not exist before it was loaded. */
    boolean created() {
        return created;
    }

    /** What is unfinished was confirmed once: the file as it is is kept before anything is written. */
    void markDamaged() {
        damaged = true;
    }

    void close() {
        log.close();
    }

    // ---- reading

    LogContents load() throws IOException, TlvException {
        place.tidy();
        created = place.stat() == null;
        if (created) {
            log.replace(LogWriter.file(null, 0, Map.of()));
        }
        // Also the name that a run before this one may have given just before it ended.
        log.syncName();
        log.open();
        settle();
        var file = log.readAll();
        var contents = LogReader.read(file);
        boolean isNoStore = !LogReader.hasMagic(file) && contents.values().isEmpty();
        if (isNoStore && !isKnown) {
            throw new TlvException(Reason.UNUSABLE, "store " + place + " is no store: it does not begin with 'BTstack' and nothing "
                    + "in it can be read; it was left as it is, configure another file or move this one away");
        }
        log.endsAt(contents.end());
        image = new LogImage(contents);
        damaged = isNoStore || !contents.damage().isEmpty() || contents.end() < LogWriter.HEADER;
        cut = contents.cut();
        unfinishedTransaction = contents.unfinishedTransaction();
        return contents;
    }

    /**
     * Brings what will be read to the disk, so that nobody is told of a change that a power cut may still take back: a run that
     * was killed has written it and not flushed. After a failed flush only a new file helps.
     */
    private void settle() throws IOException, TlvException {
        boolean copied = doubtful && !foreignWriter();
        doubtful = true;
        if (copied) {
            log.replace(log.readAll());
            log.syncName();
        } else {
            log.flush();
        }
        doubtful = false;
    }

    // ---- writing

    void commit(Batch batch) throws TlvException {
        log.checkUnchanged();
        var changes = image.effective(batch.changes());
        boolean mustReplace = damaged || changes.size() > TransactionHeader.MOST_RECORDS || image.isAnothers(batch.id());
        if (mustReplace && (!foreignWriter() || damaged)) {
            commitByReplacing(batch, changes);
            acknowledge(batch, changes, true);
        } else {
            var records = image.records(batch, changes, log.end());
            boolean tooLong = log.end() + records.length > limit(image.octets() + records.length);
            boolean compacted = tooLong && !foreignWriter() && compactAndCommit(batch, changes);
            if (!compacted) {
                append(records);
            }
            acknowledge(batch, changes, compacted);
        }
    }

    /** @param anew whether it is in a new file, which has nothing else */
    private void acknowledge(Batch batch, List<Change> changes, boolean anew) {
        image.acknowledged(batch, changes);
        if (anew) {
            image.forgotten().clear();
        }
        written = true;
    }

    /** Returns false, and has changed nothing, when there is no room for a second file. */
    private boolean compactAndCommit(Batch batch, List<Change> changes) throws TlvException {
        try {
            log.replace(image.file(batch, changes));
        } catch (IOException e) {
            LOG.warn("Store {} cannot be compacted: {}", place, DiskFault.sentence(e));
            return false;
        }
        syncNewName();
        return true;
    }

    private void commitByReplacing(Batch batch, List<Change> changes) throws TlvException {
        try {
            if (damaged) {
                log.keepAside();
            }
            log.replace(image.file(batch, changes));
            damaged = false;
        } catch (IOException e) {
            if (!log.isStillThere()) {
                throw log.inDoubt("failed while it was written anew", e);
            }
            throw log.failed("could not be written anew; nothing in it was changed", e);
        }
        syncNewName();
    }

    private void syncNewName() throws TlvException {
        try {
            log.syncName();
        } catch (IOException e) {
            throw log.inDoubt("was written anew, but its folder could not be flushed", e);
        }
    }

    private void append(byte[] records) throws TlvException {
        boolean flushing = false;
        try {
            log.cutTail();
            log.write(records);
            flushing = true;
            log.flush();
            log.appended(records);
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
                log.takeBack();
                return log.failed("could not take the change; nothing in it was changed", failure);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
        try {
            rewrite();
            return log.failed("could not be written; what it held was written to a new file in its place", failure);
        } catch (IOException e) {
            failure.addSuppressed(e);
            doubtful = true;
            return log.inDoubt("failed while it was written", failure);
        }
    }

    /** What was acknowledged, in a new file. */
    private void rewrite() throws IOException {
        log.replace(image.file());
        damaged = false;
        image.forgotten().clear();
        log.syncName();
    }

    void housekeeping() throws TlvException {
        boolean worthwhile = log.end() > limit(image.octets())
                || image.forgotten().areWorthRewriting(log.end(), image.octets(), SMALL);
        if (!written || !worthwhile || foreignWriter() || !log.isOpen()) {
            return;
        }
        log.checkUnchanged();
        try {
            rewrite();
        } catch (IOException e) {
            LOG.warn("Store {} cannot be compacted: {}", place, DiskFault.sentence(e));
        }
    }

    private static long limit(long liveOctets) {
        return Math.max(SMALL, 2 * liveOctets);
    }
}
