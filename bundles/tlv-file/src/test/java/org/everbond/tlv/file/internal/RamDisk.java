package org.everbond.tlv.file.internal;

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
import org.everbond.tlv.disk.Disk;

/** A disk in memory whose operations can be made to fail. */
final class RamDisk implements Disk {
    /** Asked before each operation, with its name. */
    interface Fault {
        void before(String operation, Path path) throws IOException;
    }

    static final class Node {
        byte[] octets = new byte[0];
    }

    final Map<Path, Node> files = new HashMap<>();
    final List<String> done = new ArrayList<>();
    private final Set<Path> folders = new HashSet<>(Set.of(Path.of("/")));
    private final Set<Path> locks = new HashSet<>();
    Fault fault = (operation, path) -> {};
    long free = Long.MAX_VALUE;

    /** Lets every operation of this name fail from now on. */
    void fail(String name, String message) {
        var others = fault;
        fault = (operation, path) -> {
            others.before(operation, path);
            if (operation.equals(name)) {
                throw new IOException(message);
            }
        };
    }

    void heal() {
        fault = (operation, path) -> {};
    }

    private void begin(String operation, Path path) throws IOException {
        fault.before(operation, path);
        done.add(operation + " " + path.getFileName());
    }

    @Override
    public Path resolve(Path path) {
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
        var node = files.get(path);
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
    }

    @Override
    public Handle open(Path file) throws IOException {
        begin("open", file);
        if (!files.containsKey(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return new RamHandle(file, files.get(file));
    }

    @Override
    public Handle create(Path file) throws IOException {
        begin("create", file);
        if (files.containsKey(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        files.put(file, new Node());
        return new RamHandle(file, files.get(file));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        begin("move", from);
        files.put(to, files.remove(from));
    }

    @Override
    public void delete(Path file) throws IOException {
        begin("delete", file);
        files.remove(file);
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
        public long size() {
            return node.octets.length;
        }

        @Override
        public int read(byte[] target, long position) {
            int count = Math.min(target.length, node.octets.length - (int) position);
            System.arraycopy(node.octets, (int) position, target, 0, count);
            return count;
        }

        @Override
        public void write(byte[] octets, long position) throws IOException {
            int half = octets.length / 2;
            try {
                begin("write", path);
            } catch (IOException e) {
                // A failing write leaves the first half behind.
                put(Arrays.copyOf(octets, half), (int) position);
                throw e;
            }
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
        }

        @Override
        public void close() {
            done.add("close " + path.getFileName());
        }
    }
}
