package org.everbond.hci;

import java.io.IOException;
import org.everbond.hci.spi.HciTransport;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A transport over a stream of octets that is opened here and has the controller at its other end, such as a serial port or a socket:
 * opened once, closed by any thread at any moment, also while it is being opened.
 */
@ConsumerType
public abstract class H4Transport implements HciTransport {
    private final String name;
    private H4Stream stream;
    private boolean used;
    private boolean closed;

    /** @param name what people call it, such as {@code tcp:localhost:4000}; begins its sentences and names its threads */
    protected H4Transport(String name) {
        this.name = name;
    }

    /**
     * Opens the port or connects the socket. Called once at most; may block.
     *
     * @throws IOException with one sentence for people that names the port and the cure
     */
    protected abstract H4Stream.Port connect() throws IOException;

    @Override
    public final void open(Receiver receiver) throws IOException {
        synchronized (this) {
            if (used) {
                throw new IOException(name + " was used already; create a new transport");
            }
            used = true;
        }
        var opened = new H4Stream(name, H4Decoder.Source.CONTROLLER, connect(), receiver);
        synchronized (this) {
            stream = opened;
            if (closed) {
                opened.close();
                throw new IOException(name + " was closed while it was opened; open a new transport");
            }
            opened.start();
        }
    }

    private synchronized H4Stream stream() {
        return stream;
    }

    @Override
    public final void send(byte[] packet) {
        var open = stream();
        if (open != null) {
            open.send(packet);
        }
    }

    /** Runs an action on the writer's thread once everything that was sent before is written; not at all when not open. */
    protected final void afterSent(Runnable action) {
        var open = stream();
        if (open != null) {
            open.afterSent(action);
        }
    }

    @Override
    public final void close() {
        H4Stream open;
        synchronized (this) {
            closed = true;
            open = stream;
        }
        if (open != null) {
            open.close();
        }
    }
}
