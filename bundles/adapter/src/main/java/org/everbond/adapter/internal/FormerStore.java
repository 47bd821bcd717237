package org.everbond.adapter.internal;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.everbond.tlv.disk.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the bonds of an adapter were kept last, noted in the file {@code <adapter>.store} of the data folder. A {@code store=} that was
 * changed while the gateway was off, or whose new store was not yet complete when the power went, is recognised by it.
 *
 * <p>Threads that may block call: that of the store before a place serves, the adapter's workers once it does, so that they do not meet.
 */
final class FormerStore {
    private static final Logger LOG = LoggerFactory.getLogger(FormerStore.class);

    private final Disk disk;
    private final Note note;

    /** @param folder the data folder */
    FormerStore(Disk disk, Path folder, String adapter) {
        this.disk = disk;
        note = new Note(disk, folder.resolve(adapter + ".store"));
    }

    /** The file of the note; who deletes it starts without the bonds of the store before. */
    Path file() {
        return note.file();
    }

    /** The place that was noted last; empty when nothing was, or what was noted does not exist any more. */
    Optional<Locator> read() {
        try {
            var lines = note.lines();
            if (lines.size() < 2 || !exists(lines.get(1))) {
                return Optional.empty();
            }
            return Optional.of(Locator.parse("store", lines.get(0)));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} cannot be read, so nobody knows where the bonds were kept before: {}", file(), e.getMessage());
            return Optional.empty();
        }
    }

    /** Only what is a file can be missed. */
    private boolean exists(String resource) throws IOException {
        try {
            var path = Path.of(resource);
            return !path.isAbsolute() || disk.stat(path) != null;
        } catch (InvalidPathException e) {
            return true;
        }
    }

    /** Nothing is noted any more. */
    void forget() {
        try {
            note.delete();
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted, so what it says is out of date: {}", file(), e.getMessage());
        }
    }

    /**
     * Notes where the bonds are kept now.
     *
     * @param resource of the backend
     */
    void keep(Locator place, String resource) {
        try {
            note.keep(place.toString(), resource);
        } catch (IOException e) {
            LOG.warn("{} cannot be written, so a store= that is changed while the gateway is off will not find these bonds: {}",
                    file(), e.getMessage());
        }
    }
}
