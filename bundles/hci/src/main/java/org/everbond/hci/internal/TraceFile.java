package org.everbond.hci.internal;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.everbond.hci.HciCommand;
import org.everbond.hci.HciEvent;
import org.everbond.hci.HciTrace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A btsnoop file and the thread that writes it. */
public final class TraceFile implements HciTrace {
    private static final Logger LOG = LoggerFactory.getLogger(HciTrace.class);
    private static final int QUEUE_PACKETS = 8192;
    private static final int QUEUE_OCTETS = 4 << 20;
    private static final int HEADER = 24;
    private static final long CLOSE_MILLIS = 2000;

    private record Entry(long micros, boolean fromController, byte[] packet, long lostBefore) {}

    private static final Entry END = new Entry(0, false, new byte[0], 0);

    private final Path file;
    private final Options options;
    private final KeyBlanking blanking = new KeyBlanking();
    private final ArrayBlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE_PACKETS + 1);
    private final AtomicInteger queuedOctets = new AtomicInteger();
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread;
    private DataOutputStream out;
    private long written;
    private long lostSeen;
    private boolean failed;
    private volatile boolean closed;

    private TraceFile(Path file, Options options) throws IOException {
        this.file = file;
        this.options = options;
        begin();
        thread = new Thread(this::write, "everbond-trace " + file.getFileName());
        thread.setDaemon(true);
        thread.start();
    }

    /** As {@link HciTrace#open}. */
    public static HciTrace open(Path file, Options options) throws IOException {
        try {
            return new TraceFile(file, options);
        } catch (FileSystemException problem) {
            String why = problem.getReason() == null ? "" : " (" + problem.getReason() + ")";
            throw new IOException("the trace file " + file + " cannot be written" + why + "; choose a folder that is there"
                    + " and that this user may write to", problem);
        }
    }

    @Override
    public void add(boolean fromController, byte[] packet) {
        if (closed) {
            return;
        }
        var now = Instant.now();
        long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
        boolean fits = queuedOctets.addAndGet(packet.length) <= QUEUE_OCTETS && queue.size() < QUEUE_PACKETS;
        if (!fits || !queue.offer(new Entry(micros, fromController, packet, lost.get()))) {
            queuedOctets.addAndGet(-packet.length);
            lost.incrementAndGet();
        }
    }

    @Override
    public long lost() {
        return lost.get();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!queue.offer(END)) {
            thread.interrupt();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            for (var entry = queue.take(); entry != END; entry = queue.take()) {
                queuedOctets.addAndGet(-entry.packet.length);
                write(entry);
                if (queue.isEmpty()) {
                    flush();
                }
            }
        } catch (InterruptedException interrupted) {
            LOG.debug("The trace {} ends", file);
        } finally {
            closeQuietly();
        }
    }

    private void write(Entry entry) {
        if (failed) {
            lost.incrementAndGet();
            return;
        }
        if (entry.lostBefore != lostSeen) {
            lostSeen = entry.lostBefore;
            blanking.gap();
        }
        var packet = options.keys() ? entry.packet : blanking.blank(entry.fromController, entry.packet);
        try {
            if (written + HEADER + packet.length > options.maxOctets()) {
                out.close();
                begin();
            }
            out.writeInt(packet.length);
            out.writeInt(packet.length);
            out.writeInt(flags(entry));
            out.writeInt((int) Math.min(entry.lostBefore, Integer.MAX_VALUE));
            // Microseconds since the year 0, as the format wants it.
            out.writeLong(entry.micros + 0x00dcddb30f2f8000L);
            out.write(packet);
            written += HEADER + packet.length;
        } catch (IOException problem) {
            fail(problem);
        }
    }

    /** Bit 0: received; bit 1: command or event, not data. */
    private static int flags(Entry entry) {
        int indicator = entry.packet.length == 0 ? 0 : entry.packet[0];
        boolean control = indicator == HciCommand.INDICATOR || indicator == HciEvent.INDICATOR;
        return (entry.fromController ? 1 : 0) | (control ? 2 : 0);
    }

    private void begin() throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var attributes = posix ? new FileAttribute<?>[] {owner} : new FileAttribute<?>[0];
        var channel = Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes);
        out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
        out.write("btsnoop\0".getBytes(StandardCharsets.US_ASCII));
        out.writeInt(1);
        out.writeInt(1002);
        written = 16;
    }

    private void flush() {
        try {
            if (!failed) {
                out.flush();
            }
        } catch (IOException problem) {
            fail(problem);
        }
    }

    private void fail(IOException problem) {
        failed = true;
        lost.incrementAndGet();
        LOG.warn("The trace file {} cannot be written any more and ends here: {}", file, problem.getMessage());
    }

    private void closeQuietly() {
        try {
            out.close();
        } catch (IOException problem) {
            LOG.debug("The trace file {} was not closed well: {}", file, problem.getMessage());
        }
    }
}
