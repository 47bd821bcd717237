package org.everbond.host.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.AclPacket;
import org.everbond.hci.ControllerCommands;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;
import org.everbond.hci.LeEvent;
import org.everbond.host.Connection;
import org.everbond.host.SecurityPort;

/**
 * The links of one controller by handle. ACL data for a handle that is not known waits one second for its Connection
 * Complete: over USB and some UART drivers events and data come on ways of their own, and overtake each other.
 */
final class Links {
    private static final Duration PARKED = Duration.ofSeconds(1);
    private static final int MAX_PARKED_HANDLES = 8;
    private static final int MAX_PARKED_PACKETS = 16;
    private static final int MAX_PARKED_OCTETS = 2048;
    /** Data that comes this soon after the end of a link with the same handle is that link's, not the next one's. */
    private static final Duration STRAGGLERS = Duration.ofMillis(100);

    private static final class Parked {
        private final List<AclPacket> packets = new ArrayList<>();
        private int octets;
        private boolean tooMuch;
        private EventLoop.Timer timer;
    }

    private final EventLoop loop;
    private final CommandFlow commands;
    private final AclFlow flow;
    private final UpperLayers upper;
    private final Losses losses;
    private final Map<Integer, HostConnection> byHandle = new LinkedHashMap<>();
    private final Map<Integer, Parked> parked = new HashMap<>();
    private final Map<Integer, Long> endedAt = new HashMap<>();
    /** LTK requests on links that we have not heard begin. */
    private final Map<Integer, LeEvent.LongTermKeyRequest> strays = new HashMap<>();
    private HostConnection announcing;
    private int endedWith;

    Links(EventLoop loop, CommandFlow commands, AclFlow flow, UpperLayers upper, Losses losses) {
        this.loop = loop;
        this.commands = commands;
        this.flow = flow;
        this.upper = upper;
        this.losses = losses;
    }

    EventLoop loop() {
        return loop;
    }

    CommandFlow commands() {
        return commands;
    }

    AclFlow flow() {
        return flow;
    }

    UpperLayers upper() {
        return upper;
    }

    SecurityPort security() {
        return upper.security();
    }

    void dropped(String what) {
        losses.count(what);
    }

    Collection<Connection> all() {
        return List.copyOf(byHandle.values());
    }

    /** Null when there is none. */
    HostConnection get(int handle) {
        var connection = byHandle.get(handle);
        if (connection == null) {
            losses.count("an event for a handle that is not connected");
        }
        return connection;
    }

    /** The link to a peer, by its address on air or its identity; null when there is none. */
    HostConnection to(DeviceAddress peer) {
        for (var connection : byHandle.values()) {
            var onAir = connection.peerAddress();
            if (onAir.equals(peer) || security().resolve(onAir).contains(peer)) {
                return connection;
            }
        }
        return null;
    }

    boolean isEmpty() {
        return byHandle.isEmpty();
    }

    /** A link whose handle is taken by another one ended without our hearing of it. */
    void gone(int handle) {
        var stale = byHandle.get(handle);
        if (stale != null) {
            close(stale, ErrorCode.CONNECTION_TIMEOUT.value());
        }
    }

    HostConnection open(LeEvent.ConnectionComplete event, DeviceAddress ownAddress) {
        gone(event.handle());
        var connection = new HostConnection(this, upper.nextEpoch(), event, ownAddress);
        endedAt.remove(event.handle());
        byHandle.put(event.handle(), connection);
        flow.open(event.handle());
        return connection;
    }

    /** Tells above of a new link, and hands on what came for it too early. */
    void announce(HostConnection connection) {
        announcing = connection;
        upper.connected(connection);
        announcing = null;
        if (!connection.isOpen()) {
            upper.disconnected(connection, endedWith);
            return;
        }
        var request = strays.remove(connection.handle());
        if (request != null) {
            connection.on(request);
        }
        var early = parked.remove(connection.handle());
        if (early != null) {
            early.timer.cancel();
            early.packets.forEach(packet -> {
                if (connection.isOpen()) {
                    connection.received(packet);
                }
            });
        }
    }

    void close(HostConnection connection, int reason) {
        if (!byHandle.remove(connection.handle(), connection)) {
            return;
        }
        connection.closed();
        unpark(connection.handle());
        endedAt.put(connection.handle(), loop.nanoTime());
        flow.close(connection.handle());
        if (connection == announcing) {
            // Ended by somebody above before all above had heard of it: first they hear of the beginning, then of the end.
            endedWith = reason;
        } else {
            upper.disconnected(connection, reason);
        }
    }

    void closeAll(int reason) {
        List.copyOf(byHandle.values()).forEach(connection -> close(connection, reason));
        List.copyOf(parked.keySet()).forEach(this::unpark);
        strays.clear();
    }

    void received(byte[] packet) {
        var acl = AclPacket.parse(packet);
        if (acl.isEmpty()) {
            losses.count("ACL data with a wrong length or handle");
            return;
        }
        var connection = byHandle.get(acl.get().handle());
        if (connection != null) {
            connection.received(acl.get());
        } else {
            park(acl.get());
        }
    }

    /**
     * The controller wants an LTK for a link that we have not heard begin. Its Connection Complete may still come; else it was lost, and the
     * link is ended: nobody here could answer for it, and the peer must not be told that its bond is dead.
     */
    void unannounced(LeEvent.LongTermKeyRequest request) {
        int handle = request.handle();
        if (strays.size() < MAX_PARKED_HANDLES && strays.put(handle, request) == null) {
            loop.schedule(PARKED, () -> {
                if (strays.remove(handle, request)) {
                    losses.count("a link that the controller never told of");
                    commands.send(ControllerCommands.disconnect(handle, ErrorCode.REMOTE_USER_TERMINATED_CONNECTION));
                }
            });
        }
    }

    /** The controller says that this link has ended, whether we knew of it or not. */
    void over(int handle) {
        strays.remove(handle);
    }

    private void park(AclPacket packet) {
        int handle = packet.handle();
        var ended = endedAt.get(handle);
        if (ended != null && loop.nanoTime() - ended < STRAGGLERS.toNanos()) {
            losses.count("ACL data of a link that has ended");
            return;
        }
        if (!parked.containsKey(handle) && parked.size() >= MAX_PARKED_HANDLES) {
            losses.count("ACL data for a handle that is not connected");
            return;
        }
        var waiting = parked.computeIfAbsent(handle, unknown -> new Parked());
        if (waiting.timer == null) {
            waiting.timer = loop.schedule(PARKED, () -> unpark(handle));
        }
        waiting.octets += packet.data().length;
        waiting.tooMuch |= waiting.packets.size() >= MAX_PARKED_PACKETS || waiting.octets > MAX_PARKED_OCTETS;
        if (waiting.tooMuch) {
            // A link that begins with a hole in its data is worse than one that begins with nothing.
            waiting.packets.clear();
            losses.count("ACL data for a handle that is not connected");
        } else {
            waiting.packets.add(packet);
        }
    }

    private void unpark(int handle) {
        var waiting = parked.remove(handle);
        if (waiting != null) {
            waiting.timer.cancel();
            losses.count("ACL data for a handle that is not connected");
        }
    }
}
