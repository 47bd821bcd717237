package org.everbond.host.internal;

import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.ControllerCommands;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;
import org.everbond.hci.HciEvent;
import org.everbond.hci.LeEvent;
import org.everbond.host.HostException;

/** Who is let in: what becomes of each connection that the controller reports, and who of those without a bond may have one. */
final class Admittance {
    private final EventLoop loop;
    private final CommandFlow commands;
    private final Links links;
    private final Advertiser advertiser;
    private final Initiator initiator;
    private final UpperLayers upper;
    private final Losses losses;
    private final Strangers strangers = new Strangers();

    Admittance(
            EventLoop loop,
            CommandFlow commands,
            Links links,
            Advertiser advertiser,
            Initiator initiator,
            UpperLayers upper,
            Losses losses) {
        this.loop = loop;
        this.commands = commands;
        this.links = links;
        this.advertiser = advertiser;
        this.initiator = initiator;
        this.upper = upper;
        this.losses = losses;
    }

    /** @param stopping whether no new one is wanted any more */
    void connected(LeEvent.ConnectionComplete event, boolean stopping) {
        if (!ErrorCode.SUCCESS.is(event.status())) {
            initiator.failed();
        } else if (event.central()) {
            asCentral(event);
        } else if (stopping) {
            refuse(event, "a connection that was not asked for");
        } else {
            asPeripheral(event);
        }
    }

    private void asPeripheral(LeEvent.ConnectionComplete event) {
        if (!event.peerIsIdentity() && upper.security().isIgnored(event.peer())) {
            refuse(event, "a connection under an identity address, which network privacy mode does not let in");
            advertiser.connected();
        } else if (isFlood(event)) {
            refuse(event, "a connection of a peer without a bond, beyond those that are taken in a second");
            advertiser.connected();
        } else {
            var own = advertiser.address() == null ? upper.security().ownAddress() : advertiser.address();
            var connection = links.open(event, own);
            advertiser.connected();
            links.announce(connection);
        }
    }

    private void asCentral(LeEvent.ConnectionComplete event) {
        var attempt = initiator.connected(event);
        if (attempt == null || attempt.cancelled) {
            refuse(event, "a connection that was not asked for");
            if (attempt != null) {
                attempt.fail(attempt.givenUp, 0);
                initiator.next();
            }
            return;
        }
        var connection = links.open(event, attempt.own);
        links.announce(connection);
        if (connection.isOpen()) {
            attempt.succeed(connection);
        } else {
            attempt.fail("the connection to " + attempt.peer + " ended at once; connect again", 0);
        }
        initiator.next();
    }

    /** Whether too many strangers connect; bonded peers, also behind private addresses, always may. */
    private boolean isFlood(LeEvent.ConnectionComplete event) {
        return !isBonded(event.peer()) && !strangers.admits(event.peer(), event.handle(), loop.nanoTime());
    }

    private boolean isBonded(DeviceAddress peer) {
        return !upper.security().resolve(peer).isEmpty();
    }

    /** A connection that is not wanted: nobody above hears of it. */
    private void refuse(LeEvent.ConnectionComplete event, String kind) {
        losses.count(kind);
        links.gone(event.handle());
        commands.send(ControllerCommands.disconnect(event.handle(), ErrorCode.REMOTE_USER_TERMINATED_CONNECTION));
    }

    /** @return whether it was one of those let in */
    boolean ended(HciEvent.DisconnectionComplete event) {
        links.over(event.handle());
        var connection = links.get(event.handle());
        if (connection != null) {
            strangers.ended(event.handle(), isBonded(connection.peerAddress()));
            links.close(connection, event.reason());
        }
        return connection != null;
    }
}
