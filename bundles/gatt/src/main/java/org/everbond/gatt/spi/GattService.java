package org.everbond.gatt.spi;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.GattPeer;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A primary service that we serve; registered as a service (with the property {@code adapter} for one adapter only), or added by
 * code. Permissions are checked before it is asked. Its methods are never called on the event loop, in order per adapter.
 */
@ConsumerType
public interface GattService {
    /** Of the service declaration; 16-bit ones on the Bluetooth Base UUID. */
    UUID uuid();

    /**
     * Its characteristics, in order; read once when the service is added, by the thread that adds it. Each UUID at most once;
     * without BROADCAST and EXTENDED_PROPERTIES, which are not offered.
     */
    List<CharacteristicDefinition> characteristics();

    /** It is served from now on. */
    default void added(Notifier notifier) {}

    /**
     * Reads a value.
     *
     * @return completes with at most 512 octets, or exceptionally with an {@code AttException} whose error code the peer is told
     *     (another failure is told as 0x0E); within 25 s, else the peer is told 0x0E
     */
    CompletionStage<byte[]> read(GattPeer peer, UUID characteristic);

    /** Writes a value of at most 512 octets; completes when it is accepted. Failures and deadline as for reading. */
    CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value);

    /**
     * A client subscribed, or does not any more; also called when the stored subscription of a bonded client is restored, and with
     * false when the link of a subscribed client ends.
     */
    default void subscribed(GattPeer peer, UUID characteristic, boolean on) {}

    /** Sends values to those who subscribed. */
    @ProviderType
    interface Notifier {
        /**
         * Notifies or indicates, as each client asked for, all clients with a subscription whose link has the access that the
         * characteristic demands (and is encrypted if the client is bonded). A value that does not fit into a client's
         * ATT_MTU - 3 octets is cut for that client, which reads the rest. A client for which 4,096 values wait already
         * is left out: who sends much waits for some of the stages. Any thread may call.
         *
         * @param value at most 512 octets; copied
         * @return completes with the number of clients that got it, once the controller has sent it to them (notification) or
         *     they have confirmed it (indication) or are gone
         */
        CompletionStage<Integer> send(UUID characteristic, byte[] value);
    }
}
