package org.everbond.hci.socket.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.everbond.hci.H4Stream;
import org.everbond.hci.H4Transport;

/** HCI over a connected stream socket. */
final class SocketTransport extends H4Transport {
    /** Connects; the message of its exception is one sentence for people. */
    interface Connector {
        SocketChannel connect() throws IOException;
    }

    private final String name;
    private final Connector connector;

    SocketTransport(String name, Connector connector) {
        super(name);
        this.name = name;
        this.connector = connector;
    }

    @Override
    protected H4Stream.Port connect() throws IOException {
        return new ChannelPort(name, connector.connect());
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
