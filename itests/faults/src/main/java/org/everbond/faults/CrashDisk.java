package org.everbond.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.everbond.tlv.disk.Disk;

/**
 * A disk behind a page cache. What was written and not flushed, sector by sector, each change of a file's length and each change of
 * a folder's entry, is on the disk or is not when the power goes: {@link #afterPowerLoss} makes the disk of one such choice. The
 * program can be stopped before each operation and between any two octets of a write, and each operation can fail.
 */
public final class CrashDisk implements Disk {
    public static final int SECTOR = 512;

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

    private static final class Node {
        byte[] cached = new byte[0];
        byte[] durable = new byte[0];
        final TreeSet<Integer> dirty = new TreeSet<>();
        boolean lengthChanged;
        boolean folder;
    }

    /** A change of the folder: an entry that gets this file, or loses what it has; and the name that a renamed file gives up. */
    private record Entry(Path name, Node node, Path former) {
        void applyTo(Map<Path, Node> names) {
            if (former != null) {
                names.remove(former, node);
            }
            if (node == null) {
                names.remove(name);
            } else {
                names.put(name, node);
            }
        }
    }

    private Map<Path, Node> names = new HashMap<>();
    private Map<Path, Node> durableNames = new HashMap<>();
    private List<Entry> entries = new ArrayList<>();
    private final Set<Path> locks = new HashSet<>();
    /** What stands in the lock files, which nobody flushes. That such a file exists matters to nobody, so its name is always there. */
    private Map<Path, Node> notes = new TreeMap<>();
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

    /** The program was killed: what it has written stays in the cache, its locks are free, and nothing fails any more. */
    public void restart() {
        stopAfter = Long.MAX_VALUE;
        failing = Integer.MAX_VALUE;
        locks.clear();
    }

    public void put(Path path, byte[] octets) {
        var node = new Node();
        node.cached = octets.clone();
        node.durable = octets.clone();
        var folder = new Node();
        folder.folder = true;
        for (var map : List.of(names, durableNames)) {
            map.put(path.getParent(), folder);
            map.put(path, node);
        }
    }

    public byte[] get(Path path) {
        var node = names.get(path);
        return node == null ? null : node.cached;
    }

    public Set<Path> names() {
        return names.keySet();
    }

    /** What was {@link #done} when each operation so far began: with its end, the places where it can be stopped first of all. */
    public SortedSet<Long> beginnings() {
        return beginnings;
    }

    /** What a reader would find, but for files that are only in the making. */
    public String fingerprint() {
        var text = new StringBuilder();
        names.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(file -> text.append(file.getKey()).append(
                file.getKey().toString().endsWith(".tmp") ? "" : print(file.getValue().cached)).append(' '));
        notes.forEach((file, note) -> text.append(file).append(print(note.cached)).append(' '));
        return text.toString();
    }

    private static String print(byte[] octets) {
        var crc = new CRC32C();
        crc.update(octets);
        return octets.length + "/" + crc.getValue() + "/" + Arrays.hashCode(octets);
    }

    /** How many things are not on the disk for sure: sectors, lengths and folder entries. */
    public int units() {
        int units = entries.size();
        for (var node : nodes()) {
            units += node.dirty.size() + (node.lengthChanged ? 1 : 0);
        }
        return units;
    }

    private List<Node> nodes() {
        var nodes = new LinkedHashMap<Node, Node>();
        durableNames.values().forEach(node -> nodes.put(node, node));
        entries.stream().filter(entry -> entry.node != null).forEach(entry -> nodes.put(entry.node, entry.node));
        notes.values().forEach(node -> nodes.put(node, node));
        return new ArrayList<>(nodes.keySet());
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
        var next = new CrashDisk();
        int unit = 0;
        var found = new HashMap<Path, Node>(durableNames);
        for (var entry : entries) {
            if (survived[unit++]) {
                entry.applyTo(found);
            }
        }
        var images = new HashMap<Node, Node>();
        for (var node : nodes()) {
            var image = new Node();
            var kept = new TreeSet<Integer>();
            for (int sector : node.dirty) {
                if (survived[unit++]) {
                    kept.add(sector);
                }
            }
            boolean length = node.lengthChanged && survived[unit++];
            image.durable = content(node, kept, length);
            image.cached = image.durable.clone();
            image.folder = node.folder;
            images.put(node, image);
        }
        found.replaceAll((path, node) -> images.get(node));
        // Whatever is in a folder without a name is lost with it.
        Set.copyOf(found.keySet()).stream()
                .filter(path -> path.getNameCount() > 1 && !found.containsKey(path.getParent()))
                .forEach(found::remove);
        next.names = new HashMap<>(found);
        next.durableNames = new HashMap<>(found);
        next.notes = new TreeMap<>(notes);
        next.notes.replaceAll((path, node) -> images.get(node));
        return next;
    }

    /** A sector that did not reach the disk is what it was before, or zeros where nothing was; so is one beyond the old length. */
    private static byte[] content(Node node, Set<Integer> kept, boolean length) {
        int size = length || !node.lengthChanged ? node.cached.length : node.durable.length;
        var content = Arrays.copyOf(node.durable, size);
        for (int sector : kept) {
            int from = sector * SECTOR;
            int to = Math.min(Math.min(from + SECTOR, node.cached.length), size);
            if (to > from) {
                System.arraycopy(node.cached, from, content, from, to - from);
            }
        }
        return content;
    }

    /** Counts one operation, stops before it or fails it; returns whether it is to be done and then reported as failed. */
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

    private void simple(Runnable action) throws IOException {
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
        var failed = begin();
        if (failed != null) {
            throw failure(failed);
        }
        if (path.equals(Path.of("/"))) {
            return new Stat(path, 0, true, false);
        }
        var node = names.get(path);
        return node == null ? null : new Stat(node, node.cached.length, node.folder, !node.folder);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        var node = new Node();
        node.folder = true;
        simple(() -> change(new Entry(folder, node, null)));
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        var failed = begin();
        if (failed == null) {
            for (var entry : List.copyOf(entries)) {
                if (entry.name.getParent().equals(folder)) {
                    entry.applyTo(durableNames);
                    entries.remove(entry);
                }
            }
            done++;
            return;
        }
        if (failed == Fault.EIO_DROPPED) {
            entries = new ArrayList<>();
            names = new HashMap<>(durableNames);
        }
        throw failure(failed);
    }

    @Override
    public Handle open(Path file) throws IOException {
        var failed = begin();
        if (failed != null) {
            throw failure(failed);
        }
        if (!names.containsKey(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return new Open(names.get(file));
    }

    @Override
    public Handle create(Path file) throws IOException {
        var node = new Node();
        if (names.containsKey(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        simple(() -> change(new Entry(file, node, null)));
        return new Open(node);
    }

    private void change(Entry entry) {
        entry.applyTo(names);
        entries.add(entry);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        var node = names.get(from);
        if (node == null) {
            throw new NoSuchFileException(from.toString());
        }
        simple(() -> change(new Entry(to, node, from)));
    }

    @Override
    public void delete(Path file) throws IOException {
        if (names.containsKey(file)) {
            simple(() -> change(new Entry(file, null, null)));
        }
    }

    @Override
    public Lock lock(Path lockFile) throws IOException {
        var failed = begin();
        if (failed != null) {
            throw failure(failed);
        }
        return locks.add(lockFile) ? new Held(lockFile) : null;
    }

    @Override
    public boolean isLocked(Path lockFile) throws IOException {
        var failed = begin();
        if (failed != null) {
            throw failure(failed);
        }
        return locks.contains(lockFile);
    }

    /** The second line of the lock file; one that does not end was cut. */
    @Override
    public String note(Path lockFile) {
        var node = notes.get(lockFile);
        var lines = node == null ? new String[0] : new String(node.cached, StandardCharsets.US_ASCII).split("\n", -1);
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
            var handle = new Open(notes.computeIfAbsent(file, path -> new Node()));
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
        private final Node node;

        Open(Node node) {
            this.node = node;
        }

        @Override
        public long size() throws IOException {
            var failed = begin();
            if (failed != null) {
                throw failure(failed);
            }
            return node.cached.length;
        }

        @Override
        public int read(byte[] target, long position) throws IOException {
            var failed = begin();
            if (failed != null) {
                throw failure(failed);
            }
            int count = Math.max(0, Math.min(target.length, node.cached.length - (int) position));
            System.arraycopy(node.cached, (int) position, target, 0, count);
            return count;
        }

        @Override
        public void write(byte[] octets, long position) throws IOException {
            var failed = begin();
            int count = failed == null || failed == Fault.EIO_DONE ? octets.length : Math.min(octets.length, octetsOfFailedWrite);
            int room = (int) Math.min(count, stopAfter - done);
            put(octets, room, (int) position);
            done += room;
            if (room < count) {
                throw new Stopped();
            }
            if (failed != null) {
                throw failure(failed);
            }
        }

        private void put(byte[] octets, int count, int position) {
            if (count == 0) {
                return;
            }
            if (position + count > node.cached.length) {
                node.cached = Arrays.copyOf(node.cached, position + count);
                node.lengthChanged = true;
            }
            System.arraycopy(octets, 0, node.cached, position, count);
            for (int sector = position / SECTOR; sector <= (position + count - 1) / SECTOR; sector++) {
                node.dirty.add(sector);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            simple(() -> {
                if (size < node.cached.length) {
                    node.cached = Arrays.copyOf(node.cached, (int) size);
                    node.lengthChanged = true;
                    node.dirty.tailSet((int) ((size + SECTOR - 1) / SECTOR), true).clear();
                }
            });
        }

        @Override
        public void force() throws IOException {
            var failed = begin();
            if (failed == null) {
                node.durable = content(node, node.dirty, true);
                settled();
                done++;
                return;
            }
            switch (failed) {
                case EIO_DONE -> {
                    // The cache takes its sectors for clean; of the disk, only the length is right.
                    node.durable = Arrays.copyOf(node.durable, node.cached.length);
                    settled();
                }
                case EIO_DROPPED -> {
                    node.cached = node.durable.clone();
                    settled();
                }
                default -> {}
            }
            throw failure(failed);
        }

        private void settled() {
            node.dirty.clear();
            node.lengthChanged = false;
        }

        @Override
        public void close() {}
    }
}
