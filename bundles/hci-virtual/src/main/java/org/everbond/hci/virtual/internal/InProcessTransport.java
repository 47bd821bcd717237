package org.everbond.hci.virtual.internal;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
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
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private volatile Receiver receiver;
    private final Consumer<byte[]> host = this::received;

    InProcessTransport(Controller controller) {
        this.controller = controller;
    }

    @Override
    public void open(Receiver newReceiver) throws IOException {
        if (controller.powered()) {
            throw new IOException("the virtual controller " + controller.address().text()
                    + " has a host already; close the other adapter or choose another address");
        }
        if (!state.compareAndSet(State.NEW, State.OPEN)) {
            throw new IOException("this transport was used already; create a new one");
        }
        receiver = newReceiver;
        controller.attach(host, this::unplugged);
    }

    private void received(byte[] packet) {
        if (state.get() == State.OPEN) {
            receiver.received(packet);
        }
    }

    private void unplugged() {
        if (state.compareAndSet(State.OPEN, State.CLOSED)) {
            receiver.lost(new IOException("the virtual controller " + controller.address().text() + " was unplugged"));
        }
    }

    @Override
    public void send(byte[] packet) {
        if (state.get() == State.OPEN) {
            controller.receive(host, packet);
        }
    }

    @Override
    public void close() {
        if (state.getAndSet(State.CLOSED) == State.OPEN) {
            controller.detach(host);
        }
    }
}
