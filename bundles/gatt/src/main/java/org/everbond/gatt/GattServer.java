package org.everbond.gatt;

import java.util.concurrent.CompletionStage;
import org.everbond.gatt.spi.GattService;
import org.osgi.annotation.versioning.ProviderType;

/** The attribute table of an adapter, with the GAP and GATT services in it from the start. Any thread may call. */
@ProviderType
public interface GattServer {
    /**
     * Adds a service; bonded clients are told by Service Changed.
     *
     * @return closing it removes the service
     */
    CompletionStage<AutoCloseable> add(GattService service);

    /** Device Name, at most 248 octets in UTF-8, and Appearance of the GAP service. */
    void describe(String deviceName, int appearance);
}
