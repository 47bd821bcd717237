package org.everbond.hci.internal;

import java.io.IOException;
import java.util.function.Supplier;
import org.everbond.hci.HciTrace;
import org.everbond.hci.spi.HciTransport;

/**
 * A transport whose packets are traced, before they go their way.
 *
 * @param present gives the trace of the moment; null while there is none
 */
public record TracedTransport(HciTransport transport, Supplier<HciTrace> present) implements HciTransport {
    @Override
    public void open(Receiver receiver) throws IOException {
        transport.open(new Receiver() {
            @Override
            public void received(byte[] packet) {
                trace(true, packet);
                receiver.received(packet);
            }

            @Override
            public void lost(IOException cause) {
                receiver.lost(cause);
            }
        });
    }

    @Override
    public void send(byte[] packet) {
        trace(false, packet);
        transport.send(packet);
    }

    private void trace(boolean fromController, byte[] packet) {
        var trace = present.get();
        if (trace != null) {
            trace.add(fromController, packet);
        }
    }

    @Override
    public void setBaudRate(int baudRate) {
        transport.setBaudRate(baudRate);
    }

    @Override
    public void close() {
        transport.close();
    }
}
