package org.everbond.adapter.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.StorePlace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the bonds of an adapter were kept last, noted in the file {@code <adapter>.store} of the data folder. A {@code store=} that was
 * changed while the gateway was off, or whose new store was not yet complete when the power went, is recognised by it.
 *
 * <p>Any thread may call that may block, one at a time.
 */
final class FormerStore {
    private static final Logger LOG = LoggerFactory.getLogger(FormerStore.class);
    private static final int LONGEST = 4096;

    private final Disk disk;
    private final Path file;
    private String noted;

    /** @param folder the data folder */
    FormerStore(Disk disk, Path folder, String adapter) {
        this.disk = disk;
        file = folder.resolve(adapter + ".store");
    }

    /** The file of the note; who deletes it starts without the bonds of the store before. */
    Path file() {
        return file;
    }

    /** The place that was noted last; empty when nothing was, or what was noted does not exist any more. */
    Optional<Locator> read() {
        try {
            var lines = text().split("\n");
            if (lines.length < 2 || !exists(lines[1])) {
                return Optional.empty();
            }
            return Optional.of(Locator.parse("store", lines[0]));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} cannot be read, so nobody knows where the bonds were kept before: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private String text() throws IOException {
        if (disk.stat(file) == null) {
            throw new NoSuchFileException(file.toString());
        }
        try (var handle = disk.open(file)) {
            var octets = new byte[(int) Math.min(handle.size(), LONGEST)];
            return new String(octets, 0, handle.read(octets, 0), StandardCharsets.UTF_8);
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
        if (!"".equals(noted)) {
            try {
                disk.delete(file);
                noted = "";
            } catch (IOException e) {
                LOG.warn("{} cannot be deleted, so what it says is out of date: {}", file, e.getMessage());
            }
        }
    }

    /**
     * Notes where the bonds are kept now.
     *
     * @param resource of the backend
     */
    void keep(Locator place, String resource) {
        var text = place + "\n" + resource + "\n";
        if (text.equals(noted)) {
            return;
        }
        var temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            StorePlace.makeFolder(disk, file.getParent());
            disk.delete(temporary);
            try (var handle = disk.create(temporary)) {
                handle.write(text.getBytes(StandardCharsets.UTF_8), 0);
                handle.force();
            }
            disk.move(temporary, file);
            disk.syncFolder(file.getParent());
            noted = text;
        } catch (IOException e) {
            LOG.warn("{} cannot be written, so a store= that is changed while the gateway is off will not find these bonds: {}",
                    file, e.getMessage());
        }
    }
}
