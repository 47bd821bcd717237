package org.everbond.gateway.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** The data folder of one running gateway: created for its owner only, writable, and held by a lock while the gateway runs. */
final class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** @throws UsageException when the folder cannot be used, with the cure */
    static DataFolder open(Path wanted) {
        try {
            var path = create(wanted.toAbsolutePath().normalize());
            var channel = FileChannel.open(path.resolve("everbond.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                channel.close();
                throw new UsageException("the data folder " + path + " is in use by another gateway; stop that one or name another with --data");
            }
            return new DataFolder(path, channel);
        } catch (AccessDeniedException e) {
            throw new UsageException("the data folder " + wanted
                    + (Files.isDirectory(wanted) ? " is not writable; make it so" : " may not be made by this user; make it for them")
                    + " or name another with --data", e);
        } catch (FileAlreadyExistsException e) {
            throw new UsageException("the data folder " + wanted + " cannot be made because " + e.getFile() + " is a file; name another with --data", e);
        } catch (NoSuchFileException e) {
            throw new UsageException("the data folder " + wanted + " cannot be made there; name another with --data", e);
        } catch (IOException e) {
            throw new UsageException("the data folder " + wanted + " cannot be used (" + e.getMessage() + "); name another with --data", e);
        }
    }

    /** A folder for its owner only. */
    static Path create(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return path;
        }
        var owner = path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))}
                : new FileAttribute<?>[0];
        return Files.createDirectories(path, owner);
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    Path path() {
        return path;
    }

    /** Where the framework and the unpacked bundles live: may be deleted while no gateway runs. */
    Path cache() {
        return path.resolve("cache");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
