package org.everbond.adapter.internal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.LinkStatus;
import org.everbond.bonds.BondId;
import org.everbond.hci.ErrorCode;
import org.everbond.host.Connection;
import org.everbond.security.SecurityEvent;

/** The open links of an adapter, and the events of their lives. Changed on the event loop, read from any thread. */
final class Links {
    private final Stack stack;
    private final Runnable changed;
    private final Map<Long, AdapterLink> open = new ConcurrentSkipListMap<>();

    Links(Stack stack, Runnable changed) {
        this.stack = stack;
        this.changed = changed;
    }

    void begin() {
        stack.security().listen(this::securityChanged);
    }

    /** A connection was made; on the event loop. */
    void connected(Connection connection) {
        var link = new AdapterLink(stack, connection);
        open.put(link.id(), link);
        changed.run();
        stack.events().publish(new AdapterEvent.Connected(name(), link.status()));
    }

    /** A connection ended; on the event loop. */
    void disconnected(Connection connection, int reason) {
        var link = open.remove(connection.epoch());
        if (link != null) {
            link.ended();
            changed.run();
            stack.events().publish(
                    new AdapterEvent.Disconnected(name(), link.status(), reason, ErrorCode.describe(reason)));
        }
    }

    Collection<AdapterLink> all() {
        return open.values();
    }

    /** The link of a connection that was just made. */
    AdapterLink of(Connection connection) {
        return open.get(connection.epoch());
    }

    void refresh() {
        open.values().forEach(AdapterLink::refresh);
    }

    /** The links with a bonded peer. */
    List<AdapterLink> with(BondId bond) {
        return open.values().stream()
                .filter(link -> link.status().bond().filter(known -> known.id().equals(bond)).isPresent())
                .toList();
    }

    private void securityChanged(SecurityEvent event) {
        var link = open.get(event.connection().epoch());
        if (link == null) {
            return;
        }
        var status = link.refresh();
        changed.run();
        stack.events().publish(translated(event, status));
    }

    private AdapterEvent translated(SecurityEvent event, LinkStatus link) {
        if (event instanceof SecurityEvent.PeerRecognised) {
            return new AdapterEvent.PeerRecognised(name(), link);
        }
        if (event instanceof SecurityEvent.PairingStarted started) {
            return new AdapterEvent.PairingStarted(name(), link, started.initiator());
        }
        if (event instanceof SecurityEvent.Paired paired) {
            return new AdapterEvent.Paired(name(), link, paired.result());
        }
        if (event instanceof SecurityEvent.PairingFailed failed) {
            var cause = failed.cause();
            return new AdapterEvent.PairingFailed(name(), link, cause.reason(), cause.byPeer(), cause.getMessage());
        }
        if (event instanceof SecurityEvent.EncryptionChanged encryption) {
            return new AdapterEvent.EncryptionChanged(name(), link, encryption.security());
        }
        if (event instanceof SecurityEvent.EncryptionRefused refused) {
            return new AdapterEvent.EncryptionRefused(name(), link, refused.bond(), refused.explanation());
        }
        var lost = (SecurityEvent.BondLost) event;
        return new AdapterEvent.BondLost(name(), link, lost.bond(), lost.cause(), lost.explanation());
    }

    private String name() {
        return stack.settings().name();
    }
}
