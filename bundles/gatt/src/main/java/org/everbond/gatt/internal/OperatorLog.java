package org.everbond.gatt.internal;

import org.everbond.bonds.BondId;
import org.everbond.host.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only place of this bundle that logs: what somebody must hear of and no caller can be told. */
public final class OperatorLog {
    private static final Logger LOG = LoggerFactory.getLogger("org.everbond.gatt");

    private OperatorLog() {}

    /** The peer broke a rule, for which the connection is ended. */
    static void disconnecting(Connection connection, String why) {
        LOG.warn("Disconnecting {}: {}", connection.peerAddress(), why);
    }

    /** Code that is not ours threw, or gave something that cannot be. */
    public static void failed(String what, Throwable failure) {
        LOG.warn("{} failed", what, failure);
    }

    static void tooSlow(String what, long seconds) {
        LOG.warn("{} did not answer within {} s; the peer is told 0x0E", what, seconds);
    }

    public static void notStored(BondId bond, Throwable failure) {
        LOG.warn("The subscriptions of bond {} were not stored: {}", bond, failure.getMessage());
    }

    public static void valuesDropped(Connection connection) {
        LOG.warn("{} notifies faster than its values are taken; some are dropped", connection.peerAddress());
    }
}
