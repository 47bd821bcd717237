package org.everbond.hci.serial.internal;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.util.Arrays;
import org.everbond.hci.H4Stream;

/** An open serial port as a stream that says when it was unplugged. */
final class SerialLine implements H4Stream.Port {
    private static final int END = -1;

    private final String place;
    private final SerialPort port;
    private volatile boolean closed;

    SerialLine(String place, SerialPort port) {
        this.place = place;
        this.port = port;
    }

    /** The port gives up waiting now and then: that is when a port that is gone is noticed where reading does not tell. */
    @Override
    public int read(byte[] buffer) throws IOException {
        while (!closed) {
            int count = port.readBytes(buffer, buffer.length);
            if (count > 0) {
                return count;
            }
            if (!closed && (count < 0 || port.bytesAvailable() < 0)) {
                throw gone();
            }
        }
        return END;
    }

    @Override
    public void write(byte[] octets) throws IOException {
        int written = 0;
        while (written < octets.length) {
            int count = port.writeBytes(Arrays.copyOfRange(octets, written, octets.length), octets.length - written);
            if (count < 0 || closed) {
                throw gone();
            }
            written += count;
        }
    }

    private IOException gone() {
        return new IOException("the serial port " + place + " is gone; plug the controller in again");
    }

    /** Throws away what is not written yet, so that nothing waits for a controller that does not take it. */
    @Override
    public void close() {
        closed = true;
        port.flushIOBuffers();
        port.closePort();
        SerialPorts.closed(port);
    }
}
