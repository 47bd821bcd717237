package org.everbond.host;

import org.osgi.annotation.versioning.ConsumerType;

/** What runs above an L2CAP fixed channel, for all connections. Called on the event loop. */
@ConsumerType
public interface FixedChannel {
    /** A connection was made. Called after {@link SecurityPort#connected}. */
    void connected(Connection connection);

    /** One SDU came; at most the channel's MTU long, at least one octet. */
    void received(Connection connection, byte[] sdu);

    /** The connection ended; nothing of it may be used any more. Called before {@link SecurityPort#disconnected}. */
    void disconnected(Connection connection, int reason);
}
