package org.everbond.hci.serial.internal;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.everbond.hci.H4Decoder;
import org.everbond.hci.H4Stream;
import org.everbond.hci.spi.HciTransport;

/** HCI over a serial port. */
final class SerialTransport implements HciTransport {
    /** How long a change of the baud rate waits for the port to send what it has. */
    private static final int DRAIN_LIMIT_MS = 500;

    /** What may still be in the UART's own buffer when the driver's is empty, in bits. */
    private static final long UART_BUFFER_BITS = 64 * 10;

    private final String place;
    private final SerialOptions options;
    private SerialPort port;
    private H4Stream stream;
    private boolean used;
    private boolean closed;

    SerialTransport(String place, SerialOptions options) {
        this.place = place;
        this.options = options;
    }

    @Override
    public void open(Receiver receiver) throws IOException {
        synchronized (this) {
            if (used) {
                throw new IOException("serial:" + place + " was used already; create a new transport");
            }
            used = true;
        }
        var opened = SerialPorts.open(place, options);
        var started = new H4Stream(
                "serial:" + place, H4Decoder.Source.CONTROLLER, new SerialLine(place, opened), receiver);
        synchronized (this) {
            port = opened;
            stream = started;
            if (closed) {
                started.close();
                throw new IOException("serial:" + place + " was closed while it was opened; open a new transport");
            }
            started.start();
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
    public void setBaudRate(int baudRate) {
        var open = stream();
        if (open != null) {
            open.afterSent(() -> {
                drain();
                port.setBaudRate(baudRate);
            });
        }
    }

    private void drain() {
        for (int waited = 0; port.bytesAwaitingWrite() > 0 && waited < DRAIN_LIMIT_MS; waited++) {
            LockSupport.parkNanos(1_000_000);
        }
        LockSupport.parkNanos(UART_BUFFER_BITS * 1_000_000_000L / port.getBaudRate());
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
}
