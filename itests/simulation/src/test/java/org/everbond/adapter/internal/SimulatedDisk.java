package org.everbond.adapter.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.everbond.faults.CrashDisk;
import org.everbond.tlv.disk.Disk;

/** A disk as one process sees it: each operation takes a while, in which the process may be killed or the power may go. */
record SimulatedDisk(CrashDisk disk, Strands.Process process, Random random, int slowestMicros) implements Disk {

    private interface Operation<T> {
        T run() throws IOException;
    }

    private <T> T take(Operation<T> operation) throws IOException {
        process.pause(Duration.ofNanos(random.nextInt(slowestMicros) * 1000L));
        process.check();
        return operation.run();
    }

    @Override
    public Path resolve(Path path) throws IOException {
        return disk.resolve(path);
    }

    @Override
    public Stat stat(Path path) throws IOException {
        process.check();
        return disk.stat(path);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        take(() -> {
            disk.createFolder(folder);
            return null;
        });
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        take(() -> {
            disk.syncFolder(folder);
            return null;
        });
    }

    @Override
    public Handle open(Path file) throws IOException {
        return take(() -> new SimulatedHandle(disk.open(file)));
    }

    @Override
    public Handle create(Path file) throws IOException {
        return take(() -> new SimulatedHandle(disk.create(file)));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        take(() -> {
            disk.move(from, to);
            return null;
        });
    }

    @Override
    public void delete(Path file) throws IOException {
        take(() -> {
            disk.delete(file);
            return null;
        });
    }

    @Override
    public Lock lock(Path lockFile) throws IOException {
        var lock = take(() -> disk.lock(lockFile));
        return lock == null ? null : new SimulatedLock(lock);
    }

    @Override
    public String note(Path lockFile) throws IOException {
        return disk.note(lockFile);
    }

    private final class SimulatedLock implements Lock {
        private final Lock lock;

        SimulatedLock(Lock lock) {
            this.lock = lock;
        }

        @Override
        public String note() {
            return lock.note();
        }

        @Override
        public void note(String line) throws IOException {
            take(() -> {
                lock.note(line);
                return null;
            });
        }

        @Override
        public void close() throws IOException {
            // The lock of a dead process was free long before.
            if (process.isAlive()) {
                lock.close();
            }
        }
    }

    private final class SimulatedHandle implements Handle {
        private final Handle handle;

        SimulatedHandle(Handle handle) {
            this.handle = handle;
        }

        @Override
        public long size() throws IOException {
            process.check();
            return handle.size();
        }

        @Override
        public int read(byte[] target, long position) throws IOException {
            process.check();
            return handle.read(target, position);
        }

        @Override
        public void write(byte[] octets, long position) throws IOException {
            take(() -> {
                handle.write(octets, position);
                return null;
            });
        }

        @Override
        public void truncate(long size) throws IOException {
            take(() -> {
                handle.truncate(size);
                return null;
            });
        }

        @Override
        public void force() throws IOException {
            take(() -> {
                handle.force();
                return null;
            });
            // Flushed, and the program does not know it yet.
            process.pause(Duration.ofNanos(random.nextInt(slowestMicros) * 1000L));
            process.check();
        }

        @Override
        public void close() throws IOException {
            handle.close();
        }
    }
}
