package org.everbond.hci.virtual.internal;

import java.io.IOException;
import java.util.function.Consumer;
import org.everbond.hci.spi.HciTransport;

/** A host in the same process: packets change hands as arrays. */
final class InProcessTransport implements HciTransport {
    private enum State {
        NEW,
        OPEN,
        CLOSED
    }

    private final Controller controller;
    private final Consumer<byte[]> host = this::received;
    private State state = State.NEW;
    private Receiver receiver;

    InProcessTransport(Controller controller) {
        this.controller = controller;
    }

    @Override
    public synchronized void open(Receiver newReceiver) throws IOException {
        if (state != State.NEW) {
            throw new IOException("this transport was used already; create a new one");
        }
        if (controller.powered()) {
            throw new IOException("the virtual controller " + controller.address().text()
                    + " has a host already; close the other adapter or choose another address");
        }
        state = State.OPEN;
        receiver = newReceiver;
        controller.attach(host, this::unplugged);
    }

    private synchronized void received(byte[] packet) {
        if (state == State.OPEN) {
            receiver.received(packet);
        }
    }

    private synchronized void unplugged() {
        if (state == State.OPEN) {
            state = State.CLOSED;
            receiver.lost(new IOException("the virtual controller " + controller.address().text() + " was unplugged; plug it in again"));
        }
    }

    @Override
    public synchronized void send(byte[] packet) {
        if (state == State.OPEN) {
            controller.receive(host, packet);
        }
    }

    @Override
    public synchronized void close() {
        if (state == State.OPEN) {
            controller.detach(host);
        }
        state = State.CLOSED;
    }
}
