package org.everbond.tlv.file.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.spi.TlvBackend;

/**
 * BTstack's log in a file, under a lock file of its own. This class finds, locks and makes the place; what happens inside the
 * file is the {@link LogFile}'s.
 */
final class FileBackend implements TlvBackend {
    private final Disk disk;
    private final Path configured;
    private volatile Path place;
    private Closeable lock;
    private LogFile log;
    private boolean foreignWriter;

    FileBackend(Disk disk, Path configured) {
        this.disk = disk;
        this.configured = configured.toAbsolutePath().normalize();
        place = this.configured;
    }

    @Override
    public BackendInfo info() {
        return new BackendInfo("file", place.toString(), Long.MAX_VALUE, Long.MAX_VALUE, false, true);
    }

    @Override
    public Image open() throws TlvException {
        try {
            place = disk.resolve(configured);
            makeFolder(place.getParent());
            place = disk.resolve(configured);
            checkKind();
            lock = disk.lock(beside(".lock"));
        } catch (TlvException e) {
            throw e;
        } catch (IOException e) {
            throw unusable("cannot be used", e);
        }
        if (lock == null) {
            throw new TlvException(Reason.IN_USE, "store " + place + " is in use by another process (its lock file is "
                    + beside(".lock") + "); stop that one or configure another file");
        }
        try {
            log = new LogFile(new StorePlace(disk, place), foreignWriter);
            var contents = log.load();
            return new Image(contents.values(), contents.id(), contents.sequence(), contents.foreign(), describe(contents.damage()));
        } catch (TlvException e) {
            throw e;
        } catch (IOException e) {
            throw unusable("cannot be opened", e);
        }
    }

    @Override
    public void commit(Batch batch) throws TlvException {
        if (log == null) {
            throw new TlvException(Reason.FAILED, "store " + place + " is not open");
        }
        try {
            log.commit(batch);
        } finally {
            foreignWriter = log.foreignWriter();
        }
    }

    @Override
    public void housekeeping() throws TlvException {
        if (log != null) {
            try {
                log.housekeeping();
            } finally {
                foreignWriter = log.foreignWriter();
            }
        }
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
            log = null;
        }
        if (lock != null) {
            StorePlace.closeQuietly(lock);
            lock = null;
        }
    }

    private void makeFolder(Path folder) throws IOException {
        if (folder == null || disk.stat(folder) != null) {
            return;
        }
        makeFolder(folder.getParent());
        disk.createFolder(folder);
        disk.syncFolder(folder.getParent());
    }

    private void checkKind() throws IOException, TlvException {
        var folder = disk.stat(place.getParent());
        if (folder == null || !folder.folder()) {
            throw new TlvException(Reason.UNUSABLE, place.getParent() + " is not a folder; configure another place for the store");
        }
        var there = disk.stat(place);
        if (there != null && there.folder()) {
            throw new TlvException(Reason.UNUSABLE, "store " + place + " is a folder; name a file in it");
        }
        if (there != null && !there.regular()) {
            throw new TlvException(Reason.UNUSABLE, "store " + place + " is not an ordinary file; configure another one");
        }
    }

    private List<String> describe(List<String> damage) {
        return damage.stream().map(sentence -> place + ": " + sentence
                + "; the file will be kept as " + place.getFileName() + ".damaged-N before anything is written").toList();
    }

    private Path beside(String suffix) {
        return StorePlace.beside(place, suffix);
    }

    private TlvException unusable(String what, IOException e) {
        return new TlvException(Reason.UNUSABLE, "store " + place + " " + what + ": " + DiskFault.sentence(e), e);
    }
}
