package org.everbond.faults;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.everbond.tlv.disk.Disk;

/**
 * A disk in memory that knows what is on the medium and what is only in caches: octets until they are flushed, names until their
 * folder is. Operations are noted and can be made to fail; {@link #afterPowerCut} is the disk that the next run finds.
 * {@link CrashDisk} does the same octet by octet and sector by sector.
 */
public final class RamDisk implements Disk {
    /** Asked before each operation, with its name and the file or folder that it is about; what it throws is what comes of it. */
    public interface Fault {
        void before(String operation, Path path) throws IOException;
    }

    /** What a power cut makes of what was not flushed. */
    public enum Caches {
        KEPT, LOST, NAMES_KEPT, OCTETS_KEPT
    }

    private static final class Node {
        byte[] octets = new byte[0];
        byte[] flushed = new byte[0];
    }

    /** What was done to files and folders, as {@code write bonds.tlv}; without what only looks. */
    public final List<String> done = new ArrayList<>();

    public Fault fault = (operation, path) -> {};
    /** Octets that are free. */
    public long free = Long.MAX_VALUE;

    private final Map<Path, Node> names = new TreeMap<>();
    private Map<Path, Node> flushedNames = new HashMap<>();
    private final Set<Path> folders = new HashSet<>(Set.of(Path.of("/")));
    private final Set<Path> locks = new HashSet<>();

    /** Lets every operation of this name fail from now on. */
    public void fail(String name, String message) {
        var others = fault;
        fault = (operation, path) -> {
            others.before(operation, path);
            if (operation.equals(name)) {
                throw new IOException(message);
            }
        };
    }

    /** Nothing fails any more. */
    public void heal() {
        fault = (operation, path) -> {};
    }

    public RamDisk afterPowerCut(Caches caches) {
        var after = new RamDisk();
        after.folders.addAll(folders);
        boolean keepNames = caches == Caches.KEPT || caches == Caches.NAMES_KEPT;
        boolean keepOctets = caches == Caches.KEPT || caches == Caches.OCTETS_KEPT;
        (keepNames ? names : flushedNames).forEach((path, node) -> after.put(path, keepOctets ? node.octets : node.flushed));
        return after;
    }

    /** Another file under this name, on the medium, and its folders. */
    public void put(Path path, byte[] octets) {
        var node = new Node();
        node.octets = octets.clone();
        node.flushed = octets.clone();
        names.put(path, node);
        flushedNames.put(path, node);
        for (var folder = path.getParent(); folder != null; folder = folder.getParent()) {
            folders.add(folder);
        }
    }

    /** Other octets in the same file, as another program writes them. */
    public void change(Path path, byte[] octets) {
        names.get(path).octets = octets.clone();
    }

    public void remove(Path path) {
        names.remove(path);
    }

    /** Null when there is no such file. */
    public byte[] get(Path path) {
        var node = names.get(path);
        return node == null ? null : node.octets.clone();
    }

    public Set<Path> files() {
        return names.keySet();
    }

    private void begin(String operation, Path path) throws IOException {
        fault.before(operation, path);
        done.add(operation + " " + path.getFileName());
    }

    @Override
    public Path resolve(Path path) throws IOException {
        fault.before("resolve", path);
        return path;
    }

    @Override
    public long free(Path folder) {
        return free;
    }

    @Override
    public Stat stat(Path path) throws IOException {
        fault.before("stat", path);
        if (folders.contains(path)) {
            return new Stat(path, 0, true, false);
        }
        var node = names.get(path);
        return node == null ? null : new Stat(node, node.octets.length, false, true);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        begin("createFolder", folder);
        folders.add(folder);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        begin("syncFolder", folder);
        flushedNames = new HashMap<>(names);
    }

    @Override
    public Handle open(Path file) throws IOException {
        begin("open", file);
        if (!names.containsKey(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return new RamHandle(file, names.get(file));
    }

    @Override
    public Handle create(Path file) throws IOException {
        begin("create", file);
        if (names.containsKey(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        names.put(file, new Node());
        return new RamHandle(file, names.get(file));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        begin("move", from);
        names.put(to, names.remove(from));
    }

    @Override
    public void delete(Path file) throws IOException {
        begin("delete", file);
        names.remove(file);
    }

    @Override
    public Lock lock(Path lockFile) throws IOException {
        begin("lock", lockFile);
        return locks.add(lockFile) ? () -> locks.remove(lockFile) : null;
    }

    private final class RamHandle implements Handle {
        private final Path path;
        private final Node node;

        RamHandle(Path path, Node node) {
            this.path = path;
            this.node = node;
        }

        @Override
        public long size() throws IOException {
            fault.before("size", path);
            return node.octets.length;
        }

        @Override
        public int read(byte[] target, long position) throws IOException {
            fault.before("read", path);
            int count = Math.min(target.length, node.octets.length - (int) position);
            System.arraycopy(node.octets, (int) position, target, 0, count);
            return count;
        }

        @Override
        public void write(byte[] octets, long position) throws IOException {
            // A failing write, or one in which the power goes, leaves the first half behind.
            put(Arrays.copyOf(octets, octets.length / 2), (int) position);
            begin("write", path);
            put(octets, (int) position);
        }

        private void put(byte[] octets, int position) {
            node.octets = Arrays.copyOf(node.octets, Math.max(node.octets.length, position + octets.length));
            System.arraycopy(octets, 0, node.octets, position, octets.length);
        }

        @Override
        public void truncate(long size) throws IOException {
            begin("truncate", path);
            node.octets = Arrays.copyOf(node.octets, (int) Math.min(size, node.octets.length));
        }

        @Override
        public void force() throws IOException {
            begin("force", path);
            node.flushed = node.octets.clone();
        }

        @Override
        public void close() {
            done.add("close " + path.getFileName());
        }
    }
}
