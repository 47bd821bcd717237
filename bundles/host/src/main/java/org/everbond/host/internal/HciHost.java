package org.everbond.host.internal;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;
import org.everbond.hci.spi.HciTransport;
import org.everbond.host.Advertisement;
import org.everbond.host.Advertising;
import org.everbond.host.Connection;
import org.everbond.host.ControllerInfo;
import org.everbond.host.FixedChannel;
import org.everbond.host.Host;
import org.everbond.host.HostException;
import org.everbond.host.HostOptions;
import org.everbond.host.SecurityPort;

/** The host that stays while controllers come and go: each start makes a session, each session ends whole. */
public final class HciHost implements Host {
    private final EventLoop loop;
    private HostOptions options;
    private final UpperLayers upper = new UpperLayers();
    private final Losses losses = new Losses(upper::trouble);
    private HostSession session;

    public HciHost(EventLoop loop, HostOptions options) {
        this.loop = loop;
        this.options = options;
    }

    @Override
    public void security(SecurityPort port) {
        upper.security(port);
    }

    @Override
    public void channel(int cid, FixedChannel channel) {
        upper.channel(cid, channel);
    }

    @Override
    public void options(HostOptions options) {
        this.options = options;
    }

    @Override
    public void listener(Listener listener) {
        upper.listener(listener);
    }

    @Override
    public CompletionStage<ControllerInfo> start(HciTransport transport) {
        upper.security();
        closeSession();
        session = new HostSession(loop, transport, upper, options, losses);
        return session.start();
    }

    @Override
    public void received(byte[] packet) {
        if (session != null) {
            session.received(packet);
        }
    }

    @Override
    public CompletionStage<Void> stop(boolean orderly) {
        if (session == null || session.isClosed()) {
            session = null;
            return CompletableFuture.completedFuture(null);
        }
        if (orderly) {
            return session.stop();
        }
        closeSession();
        return CompletableFuture.completedFuture(null);
    }

    private void closeSession() {
        var old = session;
        session = null;
        if (old != null) {
            old.close(ErrorCode.HARDWARE_FAILURE.value(), HostSession.gone());
        }
    }

    @Override
    public Collection<Connection> connections() {
        return isUp() ? session.links().all() : List.of();
    }

    @Override
    public void ownAddressChanged() {
        if (isUp()) {
            session.ownAddressChanged();
        }
    }

    @Override
    public void resolvingListChanged() {
        if (isUp()) {
            session.resolvingListChanged();
        }
    }

    @Override
    public int resolvedByController() {
        return isUp() ? session.resolvedByController() : 0;
    }

    @Override
    public CompletionStage<Void> advertise(Advertising advertising) {
        return whenUp(up -> up.advertiser().start(advertising));
    }

    @Override
    public CompletionStage<Void> stopAdvertising() {
        return whenUp(up -> up.advertiser().stop());
    }

    @Override
    public boolean isAdvertising() {
        return isUp() && session.advertiser().isEnabled();
    }

    @Override
    public CompletionStage<Void> scan(boolean active, boolean filterDuplicates, Consumer<Advertisement> sink) {
        return whenUp(up -> up.scanner().start(active, filterDuplicates, sink));
    }

    @Override
    public CompletionStage<Void> stopScan() {
        return whenUp(up -> up.scanner().stop());
    }

    @Override
    public CompletionStage<Connection> connect(DeviceAddress peer, Duration timeout) {
        return whenUp(up -> up.initiator().connect(peer, timeout));
    }

    @Override
    public void cancelConnect(DeviceAddress peer) {
        if (isUp()) {
            session.initiator().cancel(peer);
        }
    }

    private boolean isUp() {
        return session != null && session.isUp();
    }

    private <T> CompletionStage<T> whenUp(Function<HostSession, CompletionStage<T>> action) {
        return isUp()
                ? action.apply(session)
                : CompletableFuture.failedFuture(new HostException("the controller is not ready; wait until the adapter is up", 0));
    }

    /** The exception that the contract promises, whatever a stage wrapped around it. */
    static HostException hostException(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof HostException known
                ? known
                : new HostException("the controller could not be brought up: " + cause.getMessage(), 0);
    }
}
