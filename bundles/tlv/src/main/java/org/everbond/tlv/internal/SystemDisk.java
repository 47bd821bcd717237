package org.everbond.tlv.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.everbond.tlv.disk.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real disk. */
public final class SystemDisk implements Disk {
    private static final Logger LOG = LoggerFactory.getLogger(SystemDisk.class);
    /**
     * Lock files held by this process. Needed process-wide: closing any descriptor of a file drops all locks that the process
     * has on it, so a second attempt must not even open the lock file.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final int MOST_LINKS = 40;
    /** Octets of a lock file that are read. */
    private static final int MOST_NOTED = 512;

    @Override
    public Path resolve(Path path) throws IOException {
        var target = path.toAbsolutePath().normalize();
        for (int links = 0; Files.isSymbolicLink(target); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemLoopException(path.toString());
            }
            target = target.resolveSibling(Files.readSymbolicLink(target)).normalize();
        }
        var parent = target.getParent();
        return parent != null && Files.isDirectory(parent) ? parent.toRealPath().resolve(target.getFileName()) : target;
    }

    @Override
    public long free(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public Stat stat(Path path) throws IOException {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stat(attributes.fileKey(), attributes.size(), attributes.isDirectory(), attributes.isRegularFile());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        Files.createDirectory(folder, ownerOnly(folder, "rwx------"));
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        if (!isPosix(folder)) {
            return; // Windows has no handle for a folder; its file system journals names by itself.
        }
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public Handle open(Path file) throws IOException {
        return new SystemHandle(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public Handle openToRead(Path file) throws IOException {
        return new SystemHandle(FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public Handle create(Path file) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        return new SystemHandle(FileChannel.open(file, options, ownerOnly(file, "rw-------")));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public Lock lock(Path lockFile) throws IOException {
        if (!HELD.add(lockFile)) {
            return null;
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            Set<OpenOption> options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            channel = FileChannel.open(lockFile, options, ownerOnly(lockFile, "rw-------"));
            locked = channel.tryLock() != null;
            if (!locked) {
                return null;
            }
            var held = new SystemLock(channel, lockFile, secondLine(channel));
            // For people who wonder who it is.
            held.noteIfPossible();
            return held;
        } catch (OverlappingFileLockException e) {
            return null;
        } finally {
            if (!locked) {
                HELD.remove(lockFile);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public String note(Path lockFile) throws IOException {
        // Closing a lock file would drop the lock of this process.
        if (HELD.contains(lockFile) || !Files.isRegularFile(lockFile)) {
            return "";
        }
        try (var channel = FileChannel.open(lockFile, StandardOpenOption.READ)) {
            return secondLine(channel);
        }
    }

    private static String secondLine(FileChannel channel) throws IOException {
        var octets = ByteBuffer.allocate(MOST_NOTED);
        channel.read(octets, 0);
        var lines = new String(octets.array(), 0, octets.position(), StandardCharsets.US_ASCII).split("\n", -1);
        // A line that does not end was cut.
        return lines.length > 2 ? lines[1] : "";
    }

    @Override
    public boolean isLocked(Path lockFile) throws IOException {
        if (HELD.contains(lockFile)) {
            return true;
        }
        if (!Files.isRegularFile(lockFile)) {
            return false;
        }
        try (var channel = FileChannel.open(lockFile, StandardOpenOption.READ);
                var lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        return isPosix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))}
                : new FileAttribute<?>[0];
    }

    /** The process that holds it in the first line, what was noted in the second. */
    private static final class SystemLock implements Lock {
        private final FileChannel channel;
        private final Path file;
        private String note;

        SystemLock(FileChannel channel, Path file, String note) {
            this.channel = channel;
            this.file = file;
            this.note = note;
        }

        /** A lock is one also on a full disk. */
        void noteIfPossible() {
            try {
                note(note);
            } catch (IOException e) {
                LOG.debug("Nothing can be written to {}: {}", file, e.getMessage());
            }
        }

        @Override
        public String note() {
            return note;
        }

        @Override
        public void note(String line) throws IOException {
            note = line;
            var text = ProcessHandle.current().pid() + "\n" + (line.isEmpty() ? "" : line + "\n");
            var octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            channel.write(octets, 0);
            channel.truncate(octets.limit());
        }

        @Override
        public void close() throws IOException {
            // A second close must not free what somebody else has locked meanwhile.
            if (channel.isOpen()) {
                try {
                    channel.close();
                } finally {
                    HELD.remove(file);
                }
            }
        }
    }

    private record SystemHandle(FileChannel channel) implements Handle {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(byte[] target, long position) throws IOException {
            var buffer = ByteBuffer.wrap(target);
            while (buffer.hasRemaining()) {
                int count = channel.read(buffer, position + buffer.position());
                if (count < 0) {
                    break;
                }
            }
            return buffer.position();
        }

        @Override
        public void write(byte[] octets, long position) throws IOException {
            var buffer = ByteBuffer.wrap(octets);
            while (buffer.hasRemaining()) {
                channel.write(buffer, position + buffer.position());
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
