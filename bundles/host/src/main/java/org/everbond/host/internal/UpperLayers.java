package org.everbond.host.internal;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.everbond.host.Connection;
import org.everbond.host.FixedChannel;
import org.everbond.host.Host;
import org.everbond.host.SecurityPort;

/** What the host calls above it, and what outlives a controller session. */
final class UpperLayers {
    private final SortedMap<Integer, FixedChannel> channels = new TreeMap<>();
    private final AtomicLong epochs = new AtomicLong();
    private SecurityPort security;
    private Host.Listener listener;

    void security(SecurityPort port) {
        security = port;
    }

    SecurityPort security() {
        if (security == null) {
            throw new IllegalStateException("the host has no SecurityPort; set one before the first start");
        }
        return security;
    }

    void channel(int cid, FixedChannel channel) {
        if (cid != Connection.CID_ATT && cid != Connection.CID_SMP) {
            throw new IllegalArgumentException("CID " + cid + " is no fixed channel for an upper layer; use 4 or 6");
        }
        channels.put(cid, channel);
    }

    void listener(Host.Listener newListener) {
        listener = newListener;
    }

    long nextEpoch() {
        return epochs.incrementAndGet();
    }

    void connected(Connection connection) {
        security().connected(connection);
        channels.values().forEach(channel -> channel.connected(connection));
        if (listener != null) {
            listener.connected(connection);
        }
    }

    void received(Connection connection, int cid, byte[] sdu) {
        var channel = channels.get(cid);
        if (channel != null) {
            channel.received(connection, sdu);
        }
    }

    void disconnected(Connection connection, int reason) {
        channels.values().forEach(channel -> channel.disconnected(connection, reason));
        security().disconnected(connection, reason);
        if (listener != null) {
            listener.disconnected(connection, reason);
        }
    }

    void advertisingChanged() {
        if (listener != null) {
            listener.advertisingChanged();
        }
    }

    void trouble(String what) {
        if (listener != null) {
            listener.trouble(what);
        }
    }

    void controllerLost(String reason) {
        if (listener != null) {
            listener.controllerLost(reason);
        }
    }
}
