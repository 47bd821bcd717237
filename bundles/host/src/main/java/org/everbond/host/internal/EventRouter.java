package org.everbond.host.internal;

import org.everbond.hci.ErrorCode;
import org.everbond.hci.HciEvent;
import org.everbond.hci.LeCommands;
import org.everbond.hci.LeEvent;

/** Says for each event who acts on it. Before the controller is up only answers to commands matter. */
final class EventRouter implements HciEvent.Handler {
    private final HostSession session;
    private final Losses losses;

    EventRouter(HostSession session, Losses losses) {
        this.session = session;
        this.losses = losses;
    }

    private boolean early() {
        if (session.links() == null) {
            losses.count("an event before the controller was ready");
        }
        return session.links() == null;
    }

    /** Null, and counted, when there is no such connection. */
    private HostConnection connection(int handle) {
        if (early()) {
            return null;
        }
        var connection = session.links().get(handle);
        if (connection == null) {
            losses.count("an event about a connection that is not there");
        }
        return connection;
    }

    @Override
    public void on(HciEvent.CommandComplete event) {
        if (session.resetByItself(event)) {
            session.lost("the controller reset itself; check its power");
        } else {
            session.commands().on(event);
        }
    }

    @Override
    public void on(HciEvent.CommandStatus event) {
        session.commands().on(event);
    }

    @Override
    public void on(HciEvent.HardwareError event) {
        // Before the first Reset was answered, it tells of what was.
        if (!early()) {
            session.lost(String.format("the controller reported hardware error 0x%02X; unplug it and plug it in again if this goes on", event.code()));
        }
    }

    @Override
    public void on(HciEvent.NumberOfCompletedPackets event) {
        if (!early() && !session.links().flow().completed(event)) {
            losses.count("completed packets that were never sent");
        }
    }

    @Override
    public void on(HciEvent.DataBufferOverflow event) {
        losses.count("data for which the controller had no buffer");
    }

    @Override
    public void on(LeEvent.ConnectionComplete event) {
        if (!early()) {
            session.connected(event);
        }
    }

    @Override
    public void on(HciEvent.DisconnectionComplete event) {
        if (!early()) {
            session.disconnected(event);
        }
    }

    @Override
    public void on(HciEvent.EncryptionChange event) {
        var connection = connection(event.handle());
        if (connection != null) {
            connection.on(event);
        }
    }

    @Override
    public void on(HciEvent.EncryptionKeyRefreshComplete event) {
        var connection = connection(event.handle());
        if (connection != null) {
            connection.on(event);
        }
    }

    @Override
    public void on(LeEvent.ConnectionUpdateComplete event) {
        var connection = connection(event.handle());
        if (connection != null) {
            connection.on(event);
        }
    }

    @Override
    public void on(LeEvent.LongTermKeyRequest event) {
        var connection = connection(event.handle());
        if (connection != null) {
            connection.on(event);
        } else if (session.links() != null) {
            session.links().unannounced(event);
        }
    }

    @Override
    public void on(LeEvent.RemoteConnectionParameterRequest event) {
        var connection = connection(event.handle());
        if (connection == null) {
            return;
        }
        boolean valid =
                ParameterRules.valid(event.minInterval(), event.maxInterval(), event.latency(), event.timeout());
        session.commands().send(valid
                ? LeCommands.remoteConnectionParameterRequestReply(
                        event.handle(), event.minInterval(), event.maxInterval(), event.latency(), event.timeout())
                : LeCommands.remoteConnectionParameterRequestNegativeReply(
                        event.handle(), ErrorCode.UNACCEPTABLE_CONNECTION_PARAMETERS));
    }

    @Override
    public void on(LeEvent.AdvertisingReports event) {
        if (!early()) {
            session.scanner().on(event);
        }
    }

    /** With status 0 a Connection Complete tells the same, and more. */
    @Override
    public void on(LeEvent.AdvertisingSetTerminated event) {
        if (!early() && !ErrorCode.SUCCESS.is(event.status())) {
            session.advertiser().ended();
        }
    }

    @Override
    public void on(HciEvent.Malformed event) {
        losses.count(event.reason());
    }

    // What follows tells of things that nothing in the host depends on.

    @Override
    public void on(HciEvent.ReadRemoteVersionInformationComplete event) {}

    @Override
    public void on(LeEvent.ReadRemoteFeaturesComplete event) {}

    @Override
    public void on(LeEvent.DataLengthChange event) {}

    @Override
    public void on(LeEvent.PhyUpdateComplete event) {}

    @Override
    public void on(LeEvent.ScanTimeout event) {}

    @Override
    public void on(HciEvent.AuthenticatedPayloadTimeoutExpired event) {}

    @Override
    public void on(HciEvent.Ignored event) {}
}
