package org.everbond.adapter.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.StorePlace;

/** Some lines in a file of the data folder, written as a whole or not at all. Any thread may call that may block, one at a time. */
final class Note {
    private static final int FEW_LINES = 4096;

    private final Disk disk;
    private final Path file;
    private final int longest;
    private volatile String noted;

    Note(Disk disk, Path file) {
        this(disk, file, FEW_LINES);
    }

    /** @param longest octets that are read at most */
    Note(Disk disk, Path file, int longest) {
        this.disk = disk;
        this.file = file;
        this.longest = longest;
    }

    Path file() {
        return file;
    }

    /** Empty when there is no such file. */
    List<String> lines() throws IOException {
        if (disk.stat(file) == null) {
            return List.of();
        }
        try (var handle = disk.open(file)) {
            var octets = new byte[(int) Math.min(handle.size(), longest)];
            return new String(octets, 0, handle.read(octets, 0), StandardCharsets.UTF_8).lines().toList();
        }
    }

    void delete() throws IOException {
        if (!"".equals(noted)) {
            // Whatever fails may have been done.
            noted = null;
            if (disk.stat(file) != null) {
                disk.delete(file);
                disk.syncFolder(file.getParent());
            }
            noted = "";
        }
    }

    void keep(String... lines) throws IOException {
        var text = String.join("\n", lines) + "\n";
        if (text.equals(noted)) {
            return;
        }
        noted = null;
        var temporary = file.resolveSibling(file.getFileName() + ".tmp");
        StorePlace.makeFolder(disk, file.getParent());
        disk.delete(temporary);
        try (var handle = disk.create(temporary)) {
            handle.write(text.getBytes(StandardCharsets.UTF_8), 0);
            handle.force();
        }
        disk.move(temporary, file);
        disk.syncFolder(file.getParent());
        noted = text;
    }
}
