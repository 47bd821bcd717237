package org.everbond.tlv.internal;

import java.io.Closeable;
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

/** The real disk. */
public final class SystemDisk implements Disk {
    /**
     * Lock files held by this process. Needed process-wide: closing any descriptor of a file drops all locks that the process
     * has on it, so a second attempt must not even open the lock file.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final int MOST_LINKS = 40;

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
    public Closeable lock(Path lockFile) throws IOException {
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
            // For people who wonder who it is.
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            var held = channel;
            return () -> {
                // A second close must not free what somebody else has locked meanwhile.
                if (held.isOpen()) {
                    try {
                        held.close();
                    } finally {
                        HELD.remove(lockFile);
                    }
                }
            };
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
