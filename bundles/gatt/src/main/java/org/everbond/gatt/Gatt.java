package org.everbond.gatt;

import org.everbond.host.Connection;
import org.osgi.annotation.versioning.ProviderType;

/** ATT and GATT of one adapter. */
@ProviderType
public interface Gatt {
    GattServer server();

    /** The client on an open connection. Called on the event loop. */
    GattClient client(Connection connection);
}
