package org.everbond.gatt;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The client on one connection. Requests are queued and sent one at a time (Vol 3, Part F, 3.3.2); to a bonded peer none leaves
 * before the link is encrypted with the stored key. Any thread may call; stages complete on the event loop, exceptionally with
 * {@link AttException} or the cause for which the link could not be protected.
 */
@ProviderType
public interface GattClient {
    /** Effective ATT_MTU; 23 until exchanged, which the first request does. */
    int mtu();

    /**
     * All primary services with characteristics and descriptors. Discovered once per connection, and anew after the peer has
     * indicated Service Changed (to which discovery subscribes) or the link that it came over in clear was encrypted.
     */
    CompletionStage<List<RemoteService>> discover();

    /** Reads a value whole, by Read and Read Blob; at most 512 octets. */
    CompletionStage<byte[]> read(int handle);

    /**
     * Reads the value of a characteristic without discovering anything, by Read Using Characteristic UUID (Vol 3, Part G, 4.8.2), and by
     * Read if it is long; of several characteristics the first one's.
     */
    CompletionStage<byte[]> read(UUID characteristic);

    /** Writes a value of at most ATT_MTU - 3 octets and waits for the response. */
    CompletionStage<Void> write(int handle, byte[] value);

    /** Writes a value of at most ATT_MTU - 3 octets without response; completes when handed to the controller. */
    CompletionStage<Void> writeWithoutResponse(int handle, byte[] value);

    /**
     * Writes a value by a signature, in clear, without encrypting the link first (Vol 3, Part G, 4.9.2): the only thing that leaves to a
     * bonded peer in clear, because it was asked for by its name. On an encrypted link, or one that is being encrypted, it is written
     * without response instead. Nobody answers: the peer drops what it does not permit.
     *
     * @param value at most ATT_MTU - 15 octets, 8 before the MTU is exchanged
     * @return completes when handed to the controller; exceptionally when the peer has no signing key of ours
     */
    CompletionStage<Void> writeSigned(int handle, byte[] value);

    /**
     * Subscribes: writes the Client Characteristic Configuration of the characteristic, notifications if it can, else
     * indications. Indications are confirmed once the sink has taken them. A peer that notifies faster than sinks take loses
     * notifications; 1 MiB may wait.
     *
     * @param sink gets the values, never on the event loop, in order; until ended or the connection is over
     * @return what ends it
     */
    CompletionStage<Subscription> subscribe(RemoteService.Characteristic characteristic, Consumer<byte[]> sink);

    /** Values that come until it is ended. */
    @ProviderType
    interface Subscription extends AutoCloseable {
        /**
         * The sink gets nothing more; the last sink of a characteristic to end unsubscribes.
         *
         * @return completes when the peer has confirmed that, at once when others are subscribed still or the link is gone
         */
        CompletionStage<Void> end();

        /** {@link #end} without waiting for the peer. */
        @Override
        default void close() {
            end();
        }
    }
}
