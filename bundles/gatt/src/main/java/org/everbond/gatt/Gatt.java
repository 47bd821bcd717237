package org.everbond.gatt;

import java.util.concurrent.Executor;
import org.everbond.bonds.keys.BondStore;
import org.everbond.gatt.internal.GattStack;
import org.everbond.hci.EventLoop;
import org.everbond.host.Connection;
import org.everbond.host.Host;
import org.everbond.security.SecurityManager;
import org.osgi.annotation.versioning.ProviderType;

/** ATT and GATT of one adapter. */
@ProviderType
public interface Gatt {
    /**
     * Builds ATT and GATT on top of a host and registers them as its fixed channel {@link Connection#CID_ATT}. To be called
     * before the host is started first.
     *
     * @param bonds for the subscriptions of bonded clients
     * @param callbacks runs what belongs to others: services and sinks; they are called in order even if it has more threads
     */
    static Gatt create(
            EventLoop loop, Host host, SecurityManager security, BondStore bonds, Executor callbacks) {
        return new GattStack(loop, host, security, bonds, callbacks);
    }

    /** The attribute table of the adapter, the same for all connections. */
    GattServer server();

    /** The client on an open connection; on one that has ended it fails everything. Called on the event loop. */
    GattClient client(Connection connection);
}
