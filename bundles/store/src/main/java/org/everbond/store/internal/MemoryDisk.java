package org.everbond.store.internal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.everbond.tlv.disk.Disk;

/** A disk in memory: what a backend does on it, even repairing, leaves the real file as it is. */
final class MemoryDisk implements Disk {
    private final Map<Path, Content> files = new HashMap<>();

    private final Set<Path> folders = new HashSet<>();
    private String note = "";

    /** Without the file, but with its folder. */
    static MemoryDisk without(Path file) {
        var disk = new MemoryDisk();
        disk.folders.add(disk.resolve(file).getParent());
        return disk;
    }

    /** With one file, of which the octets stay as they are. */
    static MemoryDisk with(Path file, byte[] octets) {
        var disk = without(file);
        var content = new Content();
        content.octets = octets;
        content.size = octets.length;
        content.shared = true;
        disk.files.put(disk.resolve(file), content);
        return disk;
    }

    /** With what stands in the lock file. */
    MemoryDisk noted(String line) {
        note = line;
        return this;
    }

    /** What a file holds. */
    byte[] octets(Path file) {
        var content = files.get(resolve(file));
        return Arrays.copyOf(content.octets, content.size);
    }

    @Override
    public Path resolve(Path path) {
        return path.toAbsolutePath().normalize();
    }

    @Override
    public Stat stat(Path path) {
        var content = files.get(path);
        if (content != null) {
            return new Stat(content, content.size, false, true);
        }
        return folders.contains(path) ? new Stat(path, 0, true, false) : null;
    }

    @Override
    public void createFolder(Path folder) {
        folders.add(folder);
    }

    @Override
    public void syncFolder(Path folder) {}

    @Override
    public Handle open(Path file) throws IOException {
        var content = files.get(file);
        if (content == null) {
            throw new NoSuchFileException(file.toString());
        }
        return content;
    }

    @Override
    public Handle create(Path file) throws IOException {
        var content = new Content();
        if (files.putIfAbsent(file, content) != null) {
            throw new FileAlreadyExistsException(file.toString());
        }
        return content;
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        if (!files.containsKey(from)) {
            throw new NoSuchFileException(from.toString());
        }
        files.put(to, files.remove(from));
    }

    @Override
    public void delete(Path file) {
        files.remove(file);
    }

    @Override
    public Lock lock(Path lockFile) {
        return new Lock() {
            @Override
            public String note() {
                return note;
            }

            @Override
            public void close() {}
        };
    }

    private static final class Content implements Handle {
        private byte[] octets = new byte[0];
        private int size;
        /** Whether the octets are somebody else's. */
        private boolean shared;

        @Override
        public long size() {
            return size;
        }

        @Override
        public int read(byte[] target, long position) {
            int count = (int) Math.max(0, Math.min(target.length, size - position));
            if (count > 0) {
                System.arraycopy(octets, (int) position, target, 0, count);
            }
            return count;
        }

        @Override
        public void write(byte[] source, long position) {
            int end = Math.toIntExact(position + source.length);
            if (shared || end > octets.length) {
                octets = Arrays.copyOf(octets, Math.max(end, octets.length));
                shared = false;
            }
            System.arraycopy(source, 0, octets, (int) position, source.length);
            size = Math.max(size, end);
        }

        @Override
        public void truncate(long newSize) {
            if (newSize < size) {
                octets = Arrays.copyOf(octets, (int) newSize);
                shared = false;
                size = (int) newSize;
            }
        }

        @Override
        public void force() {}

        @Override
        public void close() {}
    }
}
