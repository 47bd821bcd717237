package org.everbond.tlv.file.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.disk.StorePlace;
import org.everbond.tlv.spi.Confirmed;
import org.everbond.tlv.spi.Remains;
import org.everbond.tlv.spi.TlvBackend;

/**
 * BTstack's log in a file, under a lock file of its own. This class takes and gives up the place; what happens inside the file is
 * the {@link LogFile}'s.
 */
final class FileBackend implements TlvBackend {
    private final Disk disk;
    private final Path configured;
    private volatile Path resource;
    private StorePlace place;
    private LogFile log;
    private Remains remains = Remains.NONE;
    private boolean foreignWriter;
    private boolean doubtful;
    private String seized = "";
    /** What was in the place last; null when nobody has looked yet. */
    private StoreId known;

    FileBackend(Disk disk, Path configured) {
        this.disk = disk;
        this.configured = configured.toAbsolutePath().normalize();
        resource = this.configured;
    }

    @Override
    public BackendInfo info() {
        return new BackendInfo("file", resource.toString(), Long.MAX_VALUE, Long.MAX_VALUE, false, true);
    }

    @Override
    public Image open() throws TlvException {
        place = StorePlace.claim(disk, configured);
        resource = place.path();
        try {
            log = new LogFile(place, foreignWriter, doubtful, seized, known != null);
            var contents = load();
            recognise(contents.id());
            remains = describeRemains();
            return new Image(contents.values(), contents.id(), contents.sequence(), contents.foreign(), describe(contents.damage()));
        } catch (TlvException e) {
            throw e;
        } catch (IOException e) {
            throw new TlvException(Reason.UNUSABLE, "store " + place + " cannot be opened: " + DiskFault.sentence(e), e);
        }
    }

    private LogContents load() throws IOException, TlvException {
        try {
            return log.load();
        } finally {
            remember();
        }
    }

    /** A copy of another file over this one leaves nothing of it, whatever its length. */
    private void recognise(StoreId id) {
        boolean another = known != null && (id == null || !id.lineage().equals(known.lineage()));
        if (another && seized.isEmpty()) {
            seized = "was overwritten";
        }
        known = known == null ? id : known;
    }

    /** What the next opening in this run must know. */
    private void remember() {
        foreignWriter = log.foreignWriter();
        doubtful = log.doubtful();
        seized = log.seized();
    }

    /** A log grows as far as its disk does. What others write there meanwhile nobody knows. */
    @Override
    public Optional<Room> room(Map<Integer, byte[]> values) {
        try {
            long available = log == null ? Long.MAX_VALUE : place.room();
            return available == Long.MAX_VALUE ? Optional.empty() : Optional.of(new Room(LogWriter.length(values.values()), available));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void commit(Batch batch) throws TlvException {
        if (log == null) {
            throw new TlvException(Reason.FAILED, "store " + resource + " is not open");
        }
        try {
            log.commit(batch);
            known = batch.id();
        } finally {
            remember();
        }
    }

    @Override
    public void housekeeping() throws TlvException {
        if (log != null) {
            try {
                log.housekeeping();
            } finally {
                remember();
            }
        }
    }

    @Override
    public Remains remains() {
        return log == null ? Remains.NONE : remains;
    }

    private Remains describeRemains() {
        var note = place.note();
        long transaction = log.unfinishedTransaction();
        var unfinished = log.unfinished();
        boolean confirmed = transaction > 0 && Confirmed.decode(note).filter(last -> last.sequence() >= transaction).isPresent();
        if (confirmed) {
            log.markDamaged();
            unfinished += "; the file will be kept as " + resource.getFileName() + ".damaged-N before anything is written";
        }
        return new Remains(unfinished, transaction, log.created(), note, seized);
    }

    @Override
    public void note(String note) {
        if (place != null) {
            place.note(note);
        }
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
            log = null;
        }
        if (place != null) {
            place.close();
            place = null;
        }
    }

    private List<String> describe(List<String> damage) {
        return damage.stream().map(sentence -> resource + ": " + sentence
                + "; the file will be kept as " + resource.getFileName() + ".damaged-N before anything is written").toList();
    }
}
