package org.everbond.hci.spi;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A way to one controller. Carries whole HCI packets, each with its H4 packet indicator (Vol 4, Part A, 2) as the first
 * octet: 1 command, 2 ACL data, 4 event. Streams are cut into packets by {@code org.everbond.hci.H4Decoder}.
 *
 * <p>A transport is opened once; after {@link #close()} or {@link Receiver#lost} it is finished and a new one is created.
 */
@ConsumerType
public interface HciTransport {
    /**
     * Opens the port or socket and starts receiving. May block for the time that the system call takes; is never called
     * on an event loop.
     *
     * @throws IOException when it cannot be opened; the message is one sentence for people that names the port and the
     *     cure
     */
    void open(Receiver receiver) throws IOException;

    /**
     * Sends one packet. Called on the event loop: queues and returns, never blocks. A failure to write is reported by
     * {@link Receiver#lost}. Without effect when not open.
     *
     * @param packet H4 indicator and packet; the transport may keep it, the caller does not change it afterwards
     */
    void send(byte[] packet);

    /**
     * Sets the baud rate of a serial port after the controller was told to use it, once all that was sent before has left.
     * Other transports ignore it.
     */
    default void setBaudRate(int baudRate) {}

    /** Closes. No call of the receiver starts afterwards. Idempotent. */
    void close();

    /** Takes what comes from the controller. */
    @ProviderType
    interface Receiver {
        /** One packet with its H4 indicator; the transport does not change it afterwards. Any one thread at a time. */
        void received(byte[] packet);

        /**
         * The connection to the controller ended by itself; called at most once, and the transport has closed itself.
         *
         * @param cause one sentence for people
         */
        void lost(IOException cause);
    }
}
