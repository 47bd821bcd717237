package org.everbond.tlv.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.everbond.tlv.internal.SystemDisk;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The few file operations that backends with files are made of, so that tests can make each of them fail and can cut the power
 * between any two octets.
 */
@ConsumerType
public interface Disk {
    /** The real one. */
    static Disk system() {
        return new SystemDisk();
    }

    /** Follows symbolic links, also one whose target does not exist yet. */
    Path resolve(Path path) throws IOException;

    /** What stands there; null when nothing does. */
    Stat stat(Path path) throws IOException;

    /** Makes a folder for its owner only. */
    void createFolder(Path folder) throws IOException;

    /** Makes what was created, renamed or deleted in a folder durable. */
    void syncFolder(Path folder) throws IOException;

    Handle open(Path file) throws IOException;

    /** Opens it for reading only, which needs no permission to write. */
    default Handle openToRead(Path file) throws IOException {
        return open(file);
    }

    /** Creates a file that only its owner may read or write, from the first moment. Fails when it exists. */
    Handle create(Path file) throws IOException;

    /** Renames, replacing the target in one step. */
    void move(Path from, Path to) throws IOException;

    /** No error if it does not exist. */
    void delete(Path file) throws IOException;

    /** Takes the lock of a lock file, which is created if need be and never deleted; null when somebody else holds it. */
    Lock lock(Path lockFile) throws IOException;

    /** Whether somebody holds the lock of a lock file. Creates nothing, changes nothing. */
    default boolean isLocked(Path lockFile) throws IOException {
        return false;
    }

    /** What was noted last in a lock file ({@link Lock#note(String)}); empty when nothing was. Creates nothing, changes nothing. */
    default String note(Path lockFile) throws IOException {
        return "";
    }

    /** How many octets can still be written in a folder; {@code Long.MAX_VALUE} when that is not known. */
    default long free(Path folder) throws IOException {
        return Long.MAX_VALUE;
    }

    /**
     * @param key tells one file from another in the same place (device and inode); null where the system has none
     * @param size in octets
     */
    record Stat(Object key, long size, boolean folder, boolean regular) {}

    /** A lock that is held. Its file has room for one line of text, which stays when the lock is given up. */
    interface Lock extends Closeable {
        /** What was noted last, in this run or one before; empty when nothing was or it cannot be read. */
        default String note() {
            return "";
        }

        /** Notes another line, not flushed. */
        default void note(String line) throws IOException {}
    }

    /** An open file. */
    interface Handle extends Closeable {
        long size() throws IOException;

        /** Reads up to the whole buffer from a position; returns how many octets were there. */
        int read(byte[] target, long position) throws IOException;

        /** Writes everything or throws. */
        void write(byte[] octets, long position) throws IOException;

        void truncate(long size) throws IOException;

        /** Returns when all content is on stable storage. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }
}
