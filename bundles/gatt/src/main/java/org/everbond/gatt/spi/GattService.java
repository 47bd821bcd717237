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
    UUID uuid();

    /** Its characteristics, in order; read once when the service is added. Each UUID at most once. */
    List<CharacteristicDefinition> characteristics();

    /** It is served from now on. */
    default void added(Notifier notifier) {}

    /**
     * Reads a value.
     *
     * @return completes with at most 512 octets, or exceptionally with {@code AttException}; within 25 s
     */
    CompletionStage<byte[]> read(GattPeer peer, UUID characteristic);

    /** Writes a value of at most 512 octets; completes when it is accepted. */
    CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value);

    /** A client changed its subscription; also called when the stored one of a bonded client is restored. */
    default void subscribed(GattPeer peer, UUID characteristic, boolean on) {}

    /** Sends values to those who subscribed. */
    @ProviderType
    interface Notifier {
        /**
         * Notifies or indicates, as each client asked for, all clients with a subscription whose link has the access that the
         * characteristic demands (and is encrypted if the client is bonded).
         *
         * @return completes with the number of clients once the value is handed to the controller (notification) or confirmed
         *     (indication)
         */
        CompletionStage<Integer> send(UUID characteristic, byte[] value);
    }
}
