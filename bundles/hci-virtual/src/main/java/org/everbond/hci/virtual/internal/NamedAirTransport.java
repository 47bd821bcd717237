package org.everbond.hci.virtual.internal;

import java.io.IOException;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.virtual.ControllerOptions;

/** A transport whose controller comes onto the air when it is opened, and leaves it when it is closed. */
final class NamedAirTransport implements HciTransport {
    private final Air air;
    private final ControllerOptions options;
    private Controller controller;
    private HciTransport transport;
    private boolean closed;

    NamedAirTransport(Air air, ControllerOptions options) {
        this.air = air;
        this.options = options;
    }

    @Override
    public synchronized void open(Receiver receiver) throws IOException {
        if (closed || transport != null) {
            throw new IOException("this transport was used already; create a new one");
        }
        try {
            controller = air.controller(options);
        } catch (IllegalArgumentException taken) {
            throw new IOException(taken.getMessage() + "; choose another address or close the other adapter", taken);
        }
        transport = controller.transport();
        transport.open(new Receiver() {
            @Override
            public void received(byte[] packet) {
                receiver.received(packet);
            }

            @Override
            public void lost(IOException cause) {
                air.remove(controller);
                receiver.lost(cause);
            }
        });
    }

    @Override
    public synchronized void send(byte[] packet) {
        if (transport != null) {
            transport.send(packet);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (transport != null) {
            transport.close();
            air.remove(controller);
        }
    }
}
