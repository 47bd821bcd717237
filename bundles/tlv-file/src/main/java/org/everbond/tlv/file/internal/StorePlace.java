package org.everbond.tlv.file.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The name of a store's file, its folder and the files beside it. Whatever gets a name here is durable under another one first. */
final class StorePlace {
    private static final Logger LOG = LoggerFactory.getLogger(StorePlace.class);

    private final Disk disk;
    private final Path path;
    private boolean unsynced;

    StorePlace(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
    }

    static Path beside(Path path, String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    Path path() {
        return path;
    }

    /** Null when there is no file. */
    Disk.Stat stat() throws IOException {
        return disk.stat(path);
    }

    Disk.Handle open() throws IOException {
        return disk.open(path);
    }

    /** Puts a new file in place of the old one, if any, in one step. {@link #syncFolder} makes the step durable. */
    Disk.Handle replace(byte[] file) throws IOException {
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
    void tidy() throws IOException {
        disk.delete(beside(path, ".tmp"));
    }

    /** Keeps these octets beside the file under a name that is free. */
    void keepAside(byte[] octets) throws IOException {
        int number = 1;
        while (disk.stat(beside(path, ".damaged-" + number)) != null) {
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
    }

    /** Whether {@link #replace} was not made durable yet. */
    boolean isUnsynced() {
        return unsynced;
    }

    void syncFolder() throws IOException {
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

    static void closeQuietly(Closeable closeable) {
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
