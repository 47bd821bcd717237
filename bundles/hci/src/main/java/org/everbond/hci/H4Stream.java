package org.everbond.hci;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.everbond.hci.spi.HciTransport.Receiver;
import org.osgi.annotation.versioning.ConsumerType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HCI packets over a stream of octets (H4, Vol 4, Part A, 2): a serial port or a socket, from either side of it. Has a thread
 * that reads and one that writes; what cannot be written yet waits in a bounded queue. Any thread may call.
 */
public final class H4Stream {
    /** A stream that blocks. Its methods are called by one reader and one writer, and {@link #close} by anybody. */
    @ConsumerType
    public interface Port {
        /**
         * Waits for octets and reads them.
         *
         * @return how many, at least 1; -1 at the end
         * @throws IOException with one sentence for people
         */
        int read(byte[] buffer) throws IOException;

        /**
         * Writes all of it.
         *
         * @throws IOException with one sentence for people
         */
        void write(byte[] octets) throws IOException;

        /** Closes; a read or write that is waiting ends. */
        void close();
    }

    /** What waits to be written, in octets: no controller and no host is ever this far behind. */
    private static final int MAX_QUEUED = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(H4Stream.class);

    private final String name;
    private final Port port;
    private final Receiver receiver;
    private final H4Decoder decoder;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final ReentrantLock delivery = new ReentrantLock();
    private int queued;
    private boolean closed;

    /**
     * @param name what people call it, such as {@code tcp:localhost:4000}; begins its sentences and names its threads
     * @param source who is at the other end
     */
    public H4Stream(String name, H4Decoder.Source source, Port port, Receiver receiver) {
        this.name = name;
        this.port = port;
        this.receiver = receiver;
        this.decoder = new H4Decoder(source, this::received, (octets, reason) -> LOG.warn("{}: {}", name, reason));
    }

    /** Starts reading and writing. */
    public void start() {
        thread("reader", this::read);
        thread("writer", this::write);
    }

    private void thread(String role, Runnable work) {
        var thread = new Thread(work, "everbond-" + name + "-" + role);
        thread.setDaemon(true);
        thread.start();
    }

    /** Queues a packet, which is not changed afterwards, and returns at once. */
    public void send(byte[] packet) {
        boolean overflow;
        synchronized (queue) {
            if (closed) {
                return;
            }
            queued += packet.length;
            overflow = queued > MAX_QUEUED;
            if (!overflow) {
                queue.add(() -> put(packet));
                queue.notifyAll();
            }
        }
        if (overflow) {
            lost(new IOException(name + " takes no more data; restart the other side or check its flow control"));
        }
    }

    /** Runs an action on the writer's thread once everything that was sent before is written. */
    public void afterSent(Runnable action) {
        synchronized (queue) {
            if (!closed) {
                queue.add(action);
                queue.notifyAll();
            }
        }
    }

    /** Closes the port; no call of the receiver starts afterwards. */
    public void close() {
        delivery.lock();
        try {
            end();
        } finally {
            delivery.unlock();
        }
    }

    /** Whether this call was the one that ended it. */
    private boolean end() {
        synchronized (queue) {
            if (closed) {
                return false;
            }
            closed = true;
            queue.clear();
            queue.notifyAll();
        }
        port.close();
        return true;
    }

    private boolean isClosed() {
        synchronized (queue) {
            return closed;
        }
    }

    private void lost(IOException cause) {
        delivery.lock();
        try {
            if (end()) {
                receiver.lost(cause);
            }
        } finally {
            delivery.unlock();
        }
    }

    private void read() {
        var buffer = new byte[4096];
        try {
            for (int count = port.read(buffer); count >= 0; count = port.read(buffer)) {
                decoder.feed(buffer, 0, count);
            }
            lost(new IOException(name + " was closed by the other side; is the controller, or the program that serves it, still running?"));
        } catch (IOException failure) {
            lost(failure);
        }
    }

    private void received(byte[] packet) {
        delivery.lock();
        try {
            if (!isClosed()) {
                receiver.received(packet);
            }
        } finally {
            delivery.unlock();
        }
    }

    private void write() {
        for (var next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private Runnable next() {
        synchronized (queue) {
            try {
                while (queue.isEmpty() && !closed) {
                    queue.wait();
                }
            } catch (InterruptedException interrupted) {
                return null;
            }
            return queue.poll();
        }
    }

    private void put(byte[] packet) {
        try {
            decoder.sent(packet);
            port.write(packet);
            synchronized (queue) {
                queued -= packet.length;
            }
        } catch (IOException failure) {
            lost(failure);
        }
    }
}
