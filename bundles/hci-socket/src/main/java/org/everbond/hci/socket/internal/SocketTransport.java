package org.everbond.hci.socket.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.everbond.hci.H4Decoder;
import org.everbond.hci.H4Stream;
import org.everbond.hci.spi.HciTransport;

/** HCI over a connected stream socket. */
final class SocketTransport implements HciTransport {
    /** Connects; the message of its exception is one sentence for people. */
    interface Connector {
        SocketChannel connect() throws IOException;
    }

    private final String name;
    private final Connector connector;
    private H4Stream stream;
    private boolean used;
    private boolean closed;

    SocketTransport(String name, Connector connector) {
        this.name = name;
        this.connector = connector;
    }

    @Override
    public void open(Receiver receiver) throws IOException {
        synchronized (this) {
            if (used) {
                throw new IOException(name + " was used already; create a new transport");
            }
            used = true;
        }
        var channel = connector.connect();
        var opened = new H4Stream(name, H4Decoder.Source.CONTROLLER, new ChannelPort(name, channel), receiver);
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
    public void send(byte[] packet) {
        var open = stream();
        if (open != null) {
            open.send(packet);
        }
    }

    @Override
    public void close() {
        H4Stream open;
        synchronized (this) {
            closed = true;
            open = stream;
        }
        if (open != null) {
            open.close();
        }
    }

    private record ChannelPort(String name, SocketChannel channel) implements H4Stream.Port {
        @Override
        public int read(byte[] buffer) throws IOException {
            try {
                return channel.read(ByteBuffer.wrap(buffer));
            } catch (IOException failure) {
                throw broken(failure);
            }
        }

        @Override
        public void write(byte[] octets) throws IOException {
            try {
                var buffer = ByteBuffer.wrap(octets);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException failure) {
                throw broken(failure);
            }
        }

        private IOException broken(IOException failure) {
            return new IOException("the connection to " + name + " broke (" + failure.getMessage() + "); is the controller, or the program that serves it, still running?", failure);
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException alreadyBroken) {
                // Nothing is left to be closed.
            }
        }
    }
}
