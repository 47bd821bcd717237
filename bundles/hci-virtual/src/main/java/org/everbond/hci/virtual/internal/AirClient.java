package org.everbond.hci.virtual.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.everbond.hci.H4Decoder;
import org.everbond.hci.H4Stream;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.virtual.ControllerOptions;

/** One client of a served air and its controller. The client's end is the controller's end, and the other way round. */
final class AirClient implements H4Stream.Port, HciTransport.Receiver {
    private static final int MAX_PENDING = 256;
    private static final int PATIENCE_SECONDS = 5;

    private final Semaphore pending = new Semaphore(MAX_PENDING);
    private final AirServer server;
    private final Air air;
    private final SocketChannel channel;
    private final Controller controller;
    private final H4Stream stream;

    AirClient(AirServer server, Air air, ControllerOptions options, SocketChannel channel) {
        this.server = server;
        this.air = air;
        this.channel = channel;
        this.controller = air.takeOver(options);
        this.stream = new H4Stream(
                AirServer.text(server.address()) + "/" + controller.address().text(), H4Decoder.Source.HOST, this, this);
    }

    void start() {
        controller.attach(stream::send, this::close);
        stream.start();
    }

    /** A client that sends faster than the loop carries out has to wait, so that it cannot fill the memory. */
    @Override
    public void received(byte[] packet) {
        try {
            if (pending.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                controller.receive(packet);
                air.loop().execute(pending::release);
            } else {
                close();
            }
        } catch (InterruptedException interrupted) {
            close();
        }
    }

    @Override
    public void lost(IOException cause) {
        leave();
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        return channel.read(ByteBuffer.wrap(buffer));
    }

    @Override
    public void write(byte[] octets) throws IOException {
        var buffer = ByteBuffer.wrap(octets);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Disconnects the client; the reader then finds the end, and the controller goes. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            // The client is gone either way.
        }
    }

    private void leave() {
        air.remove(controller);
        server.left(this);
    }
}
