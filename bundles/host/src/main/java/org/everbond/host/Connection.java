package org.everbond.host;

import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One LE connection, from its Connection Complete to its Disconnection Complete. Belongs to the event loop. After its end
 * every method that acts does nothing.
 */
@ProviderType
public interface Connection {
    /** L2CAP CID of the Attribute Protocol (Vol 3, Part A, 2.1). */
    int CID_ATT = 4;
    /** L2CAP CID of LE signalling. */
    int CID_SIGNALLING = 5;
    /** L2CAP CID of the Security Manager Protocol. */
    int CID_SMP = 6;

    /** 0..0x0EFF; the controller uses it again for a later connection. */
    int handle();

    /** Unique within the adapter's life: tells this connection from a later one with the same handle. */
    long epoch();

    /** Ours. */
    Role role();

    /** The peer's address as it was on air when the connection was made: the one that SMP calculates with. */
    DeviceAddress peerAddress();

    /** Our address as it was on air when the connection was made. */
    DeviceAddress ownAddress();

    /** Interval, latency and supervision timeout as the controller reported them last. */
    ConnectionParameters parameters();

    /** Whether it has not ended, for all that the host knows. */
    boolean isOpen();

    /** Whether the link layer encrypts at this moment. */
    boolean isEncrypted();

    /** Sends one SDU on a fixed channel. */
    default void send(int cid, byte[] sdu) {
        send(cid, sdu, () -> {});
    }

    /**
     * Sends one SDU on a fixed channel.
     *
     * @param completed runs on the loop once the controller has reported all its fragments as completed (Vol 4, Part E,
     *     7.7.19); never if the connection ends before
     */
    void send(int cid, byte[] sdu, Runnable completed);

    /** Octets that wait in the host for the controller's buffers, over all channels of this connection. */
    int queued();

    /**
     * Ends the connection (Vol 4, Part E, 7.1.6); nothing is sent from now on. What was sent before goes first if the reason is an
     * orderly end (0x13), for at most 500 ms. Idempotent.
     *
     * @param reason an error code that Disconnect takes; 0x13 stands for any other
     */
    void disconnect(int reason);

    /**
     * Starts or refreshes encryption as central (Vol 4, Part E, 7.8.24); the outcome comes by {@link SecurityPort}.
     *
     * @param rand as a number
     */
    void encrypt(Key ltk, long rand, int ediv);

    /** Answers the pending LTK request of the controller with a key. Without effect when none is pending. */
    void replyLongTermKey(Key ltk);

    /** Answers the pending LTK request of the controller with a refusal. Without effect when none is pending. */
    void refuseLongTermKey();

    /** Asks for other parameters: as central by LE Connection Update, as peripheral over L2CAP signalling. */
    void update(ConnectionParameters wanted);
}
