package org.everbond.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.everbond.faults.PageCache.Entry;
import org.everbond.tlv.disk.Disk;

/**
 * A disk behind a page cache. What was written and not flushed, sector by sector, each change of a file's length and each change of
 * a folder's entry, is on the disk or is not when the power goes: {@link #afterPowerLoss} makes the disk of one such choice. The
 * program can be stopped before each operation and between any two octets of a write, and each operation can fail.
 */
public final class CrashDisk implements Disk {
    public static final int SECTOR = CachedFile.SECTOR;

    /** Thrown where the power goes or the process is killed. */
    public static final class Stopped extends RuntimeException {
        Stopped() {
            super(null, null, false, false);
        }
    }

    /** What happens at one operation. */
    public enum Fault {
        /** It does nothing but fail; a write leaves some of its octets. */
        EIO("Input/output error"),
        /** The same, for want of room. */
        ENOSPC("No space left on device"),
        /** It fails although it was done; a failed flush leaves its sectors readable in the cache, but they never reach the disk. */
        EIO_DONE("Input/output error"),
        /** A failed flush takes back what was not flushed, also for readers; a failed rename is undone. */
        EIO_DROPPED("Input/output error");

        final String message;

        Fault(String message) {
            this.message = message;
        }
    }

    private final PageCache cache;
    private final Set<Path> locks = new HashSet<>();
    /** How much was done when each operation began. */
    private final TreeSet<Long> beginnings = new TreeSet<>();

    /** How many octets and operations are done before the program is stopped; each operation without octets counts as one. */
    public long stopAfter = Long.MAX_VALUE;

    public long done;

    /** The operation that fails, how, and how many after it do the same; for a write, how many octets it leaves. */
    public int failing = Integer.MAX_VALUE;

    public int failures = 1;
    public Fault fault = Fault.EIO;
    public int octetsOfFailedWrite;
    public int operations;

    public CrashDisk() {
        this(new PageCache());
    }

    private CrashDisk(PageCache cache) {
        this.cache = cache;
    }

    /** The program was killed: what it has written stays in the cache, its locks are free, and nothing fails any more. */
    public void restart() {
        stopAfter = Long.MAX_VALUE;
        failing = Integer.MAX_VALUE;
        locks.clear();
    }

    public void put(Path path, byte[] octets) {
        cache.put(path, octets);
    }

    public byte[] get(Path path) {
        var file = cache.get(path);
        return file == null ? null : file.octets();
    }

    public Set<Path> names() {
        return cache.names();
    }

    /** What was {@link #done} when each operation so far began: with its end, the places where it can be stopped first of all. */
    public SortedSet<Long> beginnings() {
        return beginnings;
    }

    /** What a reader would find, but for files that are only in the making. */
    public String fingerprint() {
        return cache.fingerprint();
    }

    /** How many things are not on the disk for sure: sectors, lengths and folder entries. */
    public int units() {
        return cache.units();
    }

    /** The disks that may be found: all if there are at most 8 units, else all, none, each alone, all but each and a seeded sample. */
    public List<boolean[]> survivors(Random random) {
        int units = units();
        var choices = new ArrayList<boolean[]>();
        if (units <= 8) {
            for (int bits = 0; bits < 1 << units; bits++) {
                var choice = new boolean[units];
                for (int unit = 0; unit < units; unit++) {
                    choice[unit] = (bits >> unit & 1) != 0;
                }
                choices.add(choice);
            }
            return choices;
        }
        var all = new boolean[units];
        Arrays.fill(all, true);
        choices.add(all);
        choices.add(new boolean[units]);
        for (int i = 0; i < 6; i++) {
            var alone = new boolean[units];
            alone[random.nextInt(units)] = true;
            choices.add(alone);
            var without = all.clone();
            without[random.nextInt(units)] = false;
            choices.add(without);
            var some = new boolean[units];
            for (int unit = 0; unit < units; unit++) {
                some[unit] = random.nextBoolean();
            }
            choices.add(some);
        }
        return choices;
    }

    /** The disk when the power is back, with those of the {@link #units} that survived. */
    public CrashDisk afterPowerLoss(boolean[] survived) {
        return new CrashDisk(cache.afterPowerLoss(survived));
    }

    /** Counts one operation and stops before it; returns how it is to fail, or null. */
    private Fault begin() throws IOException {
        if (done >= stopAfter) {
            throw new Stopped();
        }
        beginnings.add(done);
        int number = operations++;
        return number >= failing && number - failing < failures ? fault : null;
    }

    private static IOException failure(Fault fault) {
        return new IOException(fault.message);
    }

    /** An operation that reads: whatever the fault, it only fails. */
    private void beginToRead() throws IOException {
        var failed = begin();
        if (failed != null) {
            throw failure(failed);
        }
    }

    private void change(Runnable action) throws IOException {
        var failed = begin();
        if (failed == Fault.EIO || failed == Fault.ENOSPC) {
            throw failure(failed);
        }
        done++;
        if (failed != Fault.EIO_DROPPED) {
            action.run();
        }
        if (failed != null) {
            throw failure(failed);
        }
    }

    @Override
    public Path resolve(Path path) {
        return path;
    }

    @Override
    public Stat stat(Path path) throws IOException {
        beginToRead();
        if (path.equals(Path.of("/"))) {
            return new Stat(path, 0, true, false);
        }
        var file = cache.get(path);
        return file == null ? null : new Stat(file, file.octets().length, file.folder, !file.folder);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        change(() -> cache.change(new Entry(folder, CachedFile.folder(), null)));
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        var failed = begin();
        if (failed == null) {
            cache.sync(folder);
            done++;
            return;
        }
        if (failed == Fault.EIO_DROPPED) {
            cache.dropEntries();
        }
        throw failure(failed);
    }

    @Override
    public Handle open(Path file) throws IOException {
        beginToRead();
        var found = cache.get(file);
        if (found == null) {
            throw new NoSuchFileException(file.toString());
        }
        return new Open(found);
    }

    @Override
    public Handle create(Path file) throws IOException {
        if (cache.get(file) != null) {
            throw new FileAlreadyExistsException(file.toString());
        }
        var made = CachedFile.empty();
        change(() -> cache.change(new Entry(file, made, null)));
        return new Open(made);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        var file = cache.get(from);
        if (file == null) {
            throw new NoSuchFileException(from.toString());
        }
        change(() -> cache.change(new Entry(to, file, from)));
    }

    @Override
    public void delete(Path file) throws IOException {
        if (cache.get(file) != null) {
            change(() -> cache.change(new Entry(file, null, null)));
        }
    }

    @Override
    public Lock lock(Path lockFile) throws IOException {
        beginToRead();
        return locks.add(lockFile) ? new Held(lockFile) : null;
    }

    @Override
    public boolean isLocked(Path lockFile) throws IOException {
        beginToRead();
        return locks.contains(lockFile);
    }

    /** The second line of the lock file; one that does not end was cut. */
    @Override
    public String note(Path lockFile) {
        var note = cache.note(lockFile);
        var lines = note == null ? new String[0] : new String(note.octets(), StandardCharsets.US_ASCII).split("\n", -1);
        return lines.length > 2 ? lines[1] : "";
    }

    private final class Held implements Lock {
        private final Path file;
        private String note;

        Held(Path file) {
            this.file = file;
            note = CrashDisk.this.note(file);
        }

        @Override
        public String note() {
            return note;
        }

        @Override
        public void note(String line) throws IOException {
            note = line;
            var handle = new Open(cache.noteToWrite(file));
            var octets = ("7\n" + line + "\n").getBytes(StandardCharsets.US_ASCII);
            handle.write(octets, 0);
            handle.truncate(octets.length);
        }

        @Override
        public void close() {
            locks.remove(file);
        }
    }

    private final class Open implements Handle {
        private final CachedFile file;

        Open(CachedFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            beginToRead();
            return file.octets().length;
        }

        @Override
        public int read(byte[] target, long position) throws IOException {
            beginToRead();
            int count = Math.max(0, Math.min(target.length, file.octets().length - (int) position));
            System.arraycopy(file.octets(), (int) position, target, 0, count);
            return count;
        }

        @Override
        public void write(byte[] octets, long position) throws IOException {
            var failed = begin();
            int count = failed == null || failed == Fault.EIO_DONE ? octets.length : Math.min(octets.length, octetsOfFailedWrite);
            int room = (int) Math.min(count, stopAfter - done);
            file.write(octets, room, (int) position);
            done += room;
            if (room < count) {
                throw new Stopped();
            }
            if (failed != null) {
                throw failure(failed);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            change(() -> file.truncate(size));
        }

        @Override
        public void force() throws IOException {
            var failed = begin();
            if (failed == null) {
                file.force();
                done++;
                return;
            }
            switch (failed) {
                case EIO_DONE -> file.forceInVain();
                case EIO_DROPPED -> file.drop();
                default -> {}
            }
            throw failure(failed);
        }

        @Override
        public void close() {}
    }
}
