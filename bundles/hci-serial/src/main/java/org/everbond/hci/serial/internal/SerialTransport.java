package org.everbond.hci.serial.internal;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.everbond.hci.H4Stream;
import org.everbond.hci.H4Transport;

/** HCI over a serial port. */
final class SerialTransport extends H4Transport {
    /** How long a change of the baud rate waits for the port to send what it has. */
    private static final int DRAIN_LIMIT_MS = 500;

    /** What may still be in the UART's own buffer when the driver's is empty, in bits. */
    private static final long UART_BUFFER_BITS = 64 * 10;

    private final String place;
    private final SerialOptions options;
    private SerialPort port;

    SerialTransport(String place, SerialOptions options) {
        super("serial:" + place);
        this.place = place;
        this.options = options;
    }

    @Override
    protected H4Stream.Port connect() throws IOException {
        port = SerialPorts.open(place, options);
        return new SerialLine(place, port);
    }

    @Override
    public void setBaudRate(int baudRate) {
        // On the writer's thread, which was started after the port was opened.
        afterSent(() -> {
            drain();
            port.setBaudRate(baudRate);
        });
    }

    private void drain() {
        for (int waited = 0; port.bytesAwaitingWrite() > 0 && waited < DRAIN_LIMIT_MS; waited++) {
            LockSupport.parkNanos(1_000_000);
        }
        LockSupport.parkNanos(UART_BUFFER_BITS * 1_000_000_000L / port.getBaudRate());
    }
}
