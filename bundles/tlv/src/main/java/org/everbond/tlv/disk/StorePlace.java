package org.everbond.tlv.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Arrays;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The name of a store's file, its folder and the files beside it. Whatever gets a name here is durable under another one first. */
public final class StorePlace implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(StorePlace.class);

    private final Disk disk;
    private final Path path;
    private final Disk.Lock lock;
    private boolean unsynced;

    private StorePlace(Disk disk, Path path, Disk.Lock lock) {
        this.disk = disk;
        this.path = path;
        this.lock = lock;
    }

    /**
     * Finds the place that a configured path means, makes its folder, and locks it by a lock file beside it: never by the file
     * itself, because closing any descriptor of that would drop the lock.
     *
     * @throws TlvException when it is in use by another process or cannot be a store's file
     */
    public static StorePlace claim(Disk disk, Path configured) throws TlvException {
        var path = configured;
        Disk.Lock lock;
        try {
            path = disk.resolve(configured);
            makeFolder(disk, path.getParent());
            path = disk.resolve(configured);
            checkKind(disk, path);
            lock = disk.lock(beside(path, ".lock"));
        } catch (TlvException e) {
            throw e;
        } catch (IOException e) {
            throw new TlvException(Reason.UNUSABLE, "store " + path + " cannot be used: " + DiskFault.sentence(e), e);
        }
        if (lock == null) {
            throw new TlvException(Reason.IN_USE, "store " + path + " is in use by another process, or another adapter of this one (its lock file is "
                    + beside(path, ".lock") + "); stop that one or name another file");
        }
        return new StorePlace(disk, path, lock);
    }

    /** Whether a store is in use, as far as can be told without touching it: false where that cannot be found out. */
    public static boolean isInUse(Disk disk, Path configured) {
        try {
            return disk.isLocked(beside(disk.resolve(configured), ".lock"));
        } catch (IOException e) {
            return false;
        }
    }

    /** What was noted beside a store, without touching either; empty where that cannot be found out. */
    public static String note(Disk disk, Path configured) {
        try {
            return disk.note(beside(disk.resolve(configured), ".lock"));
        } catch (IOException e) {
            return "";
        }
    }

    /** Makes a folder and those it is in, where they are missing, and their names durable. */
    public static void makeFolder(Disk disk, Path folder) throws IOException {
        if (folder == null) {
            return;
        }
        boolean there = disk.stat(folder) != null;
        if (!there) {
            makeFolder(disk, folder.getParent());
            create(disk, folder);
        }
        try {
            // Also the name of one that is there: an attempt before this one may have been ended after it made it.
            if (folder.getParent() != null) {
                disk.syncFolder(folder.getParent());
            }
        } catch (AccessDeniedException e) {
            if (!there) {
                throw e;
            }
        }
    }

    /** Adapters that start together make the data folder together. */
    private static void create(Disk disk, Path folder) throws IOException {
        try {
            disk.createFolder(folder);
        } catch (FileAlreadyExistsException e) {
            if (disk.stat(folder) == null) {
                throw e; // a symbolic link to nowhere
            }
        }
    }

    private static void checkKind(Disk disk, Path path) throws IOException {
        var folder = disk.stat(path.getParent());
        if (folder == null || !folder.folder()) {
            throw new TlvException(Reason.UNUSABLE, path.getParent() + " is not a folder; configure another place for the store");
        }
        var there = disk.stat(path);
        if (there != null && there.folder()) {
            throw new TlvException(Reason.UNUSABLE, "store " + path + " is a folder; name a file in it");
        }
        if (there != null && !there.regular()) {
            throw new TlvException(Reason.UNUSABLE, "store " + path + " is not an ordinary file; configure another one");
        }
    }

    private static Path beside(Path path, String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    /** How many octets the file could have: those that it has and those that are free. {@code Long.MAX_VALUE} when that is not known. */
    public long room() throws IOException {
        long free = disk.free(path.getParent());
        var stat = stat();
        return free == Long.MAX_VALUE || stat == null ? free : free + stat.size();
    }

    /** The file itself, symbolic links resolved. */
    public Path path() {
        return path;
    }

    /** Null when there is no file. */
    public Disk.Stat stat() throws IOException {
        return disk.stat(path);
    }

    /** Opens the file for reading and writing. */
    public Disk.Handle open() throws IOException {
        return disk.open(path);
    }

    /** Puts a new file in place of the old one, if any, in one step. {@link #syncFolder} makes the step durable. */
    public Disk.Handle replace(byte[] file) throws IOException {
        var temporary = beside(path, ".tmp");
        Disk.Handle fresh = null;
        boolean named = false;
        try {
            disk.delete(temporary);
            fresh = disk.create(temporary);
            fresh.write(file, 0);
            fresh.force();
            disk.move(temporary, path);
            named = true;
            unsynced = true;
            return fresh;
        } finally {
            if (!named) {
                closeQuietly(fresh);
                deleteQuietly(temporary);
            }
        }
    }

    /** Deletes what a run that was ended in {@link #replace} left behind. */
    public void tidy() throws IOException {
        disk.delete(beside(path, ".tmp"));
    }

    /**
     * Keeps these octets beside the file under a name that is free, unless they are kept already.
     *
     * @return where
     */
    public Path keepAside(byte[] octets) throws IOException {
        int number = 1;
        while (disk.stat(beside(path, ".damaged-" + number)) != null) {
            if (holds(beside(path, ".damaged-" + number), octets)) {
                disk.syncFolder(path.getParent());
                return beside(path, ".damaged-" + number);
            }
            number++;
        }
        var aside = beside(path, ".damaged-" + number);
        boolean complete = false;
        try (var copy = disk.create(aside)) {
            copy.write(octets, 0);
            copy.force();
            complete = true;
        } finally {
            if (!complete) {
                deleteQuietly(aside);
            }
        }
        disk.syncFolder(path.getParent());
        LOG.warn("Store {} was damaged and is kept as {}", path, aside);
        return aside;
    }

    /** A copy of an attempt before this one may have been cut off: it counts only when it is whole. */
    private boolean holds(Path file, byte[] octets) {
        try (var copy = disk.open(file)) {
            var content = new byte[octets.length];
            boolean same = copy.size() == octets.length && copy.read(content, 0) == octets.length && Arrays.equals(content, octets);
            if (same) {
                copy.force();
            }
            return same;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether {@link #replace} was not made durable yet. */
    public boolean isUnsynced() {
        return unsynced;
    }

    /** Makes the last {@link #replace} durable. */
    public void syncFolder() throws IOException {
        disk.syncFolder(path.getParent());
        unsynced = false;
    }

    private void deleteQuietly(Path file) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            LOG.debug("Store {}: {} is left behind", path, file);
        }
    }

    /** What was noted last in the lock file; empty when nothing was. */
    public String note() {
        return lock.note();
    }

    /** Keeps one line in the lock file, not flushed: as much as can be done for a second place beside the store. */
    public void note(String line) {
        try {
            lock.note(line);
        } catch (IOException e) {
            LOG.debug("Store {}: nothing can be noted in its lock file: {}", path, e.getMessage());
        }
    }

    /** Gives up the lock. Idempotent, never throws. */
    @Override
    public void close() {
        closeQuietly(lock);
    }

    /** Closes what is written already or only read: whether that succeeds changes nothing. Null is fine. */
    public static void closeQuietly(Closeable closeable) {
        if (closeable != null) {
            try {
                closeable.close();
            } catch (IOException e) {
                LOG.debug("closing failed", e);
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
