package org.everbond.host;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.hci.spi.HciTransport;
import org.everbond.host.internal.HciHost;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The host of one controller, below SMP and ATT. Stays the same object while transports come and go. Belongs to the event
 * loop: all methods are called there, all stages complete there. Stages complete exceptionally with a {@link HostException}
 * whose message is one sentence for people.
 */
@ProviderType
public interface Host {
    /** A host that lives on this loop. Nothing happens before {@link #start}. */
    static Host create(EventLoop loop, HostOptions options) {
        return new HciHost(loop, options);
    }

    /** Other options, from the next start on. */
    void options(HostOptions options);

    /** Sets what answers about identities and keys; before the first start. */
    void security(SecurityPort port);

    /** Sets what runs on a fixed channel ({@link Connection#CID_ATT}, {@link Connection#CID_SMP}); before the first start. */
    void channel(int cid, FixedChannel channel);

    /** Sets who hears of connections and losses; before the first start. */
    void listener(Listener listener);

    /**
     * Resets the controller behind an open transport and brings it up.
     *
     * @param transport already open; its packets are handed over with {@link #received}
     * @return completes when the controller is ready; exceptionally when it does not answer, answers nonsense or lacks LE
     */
    CompletionStage<ControllerInfo> start(HciTransport transport);

    /** One packet from the transport, with its H4 indicator. */
    void received(byte[] packet);

    /**
     * Ends all connections, locally at least, and forgets the transport. Without effect when not started.
     *
     * @param orderly true to tell the controller (disconnect, reset); false when the transport is gone
     */
    CompletionStage<Void> stop(boolean orderly);

    /** The open ones. */
    Collection<Connection> connections();

    /**
     * Tells that {@link SecurityPort#ownAddress} answers something else now: advertising and scanning go on with the new
     * address, connections keep the one that they were made with.
     */
    void ownAddressChanged();

    /** Tells that {@link SecurityPort#resolvingList} answers something else now. */
    default void resolvingListChanged() {}

    /** How many bonded peers are in the controller's resolving list now; 0 also when it has none, or is not up. */
    default int resolvedByController() {
        return 0;
    }

    /** Advertises until stopped, also again after each connection; replaces earlier advertising. */
    CompletionStage<Void> advertise(Advertising advertising);

    /** Advertises no more. */
    CompletionStage<Void> stopAdvertising();

    /** Whether it advertises now; not while a connection takes its place. */
    boolean isAdvertising();

    /** Scans until stopped; replaces an earlier scan. */
    CompletionStage<Void> scan(boolean active, boolean filterDuplicates, Consumer<Advertisement> sink);

    /** Scans no more. */
    CompletionStage<Void> stopScan();

    /**
     * Connects as central. An identity address of a bonded peer is also found behind its private addresses.
     *
     * @return completes with the open connection, or exceptionally after the time given, when cancelled or refused
     */
    CompletionStage<Connection> connect(DeviceAddress peer, Duration timeout);

    /** Ends an attempt to connect. */
    void cancelConnect(DeviceAddress peer);

    /** Hears of connections, and of what the host cannot mend by itself. Called on the event loop. */
    @ConsumerType
    interface Listener {
        /** A connection was made; called after {@link SecurityPort#connected} and all {@link FixedChannel#connected}. */
        void connected(Connection connection);

        /**
         * A connection ended; called after all {@link FixedChannel#disconnected} and {@link SecurityPort#disconnected}.
         *
         * @param reason error code of the controller (Vol 1, Part F)
         */
        void disconnected(Connection connection, int reason);

        /** {@link Host#isAdvertising} answers something else now. */
        default void advertisingChanged() {}

        /**
         * Something went wrong that mends itself and that whoever runs the gateway may want to read: packets that were dropped,
         * advertising that pauses. What happens often is told ever rarer.
         *
         * @param what one sentence for people
         */
        default void trouble(String what) {}

        /** The controller failed (hardware error, no answer, reset by itself): it must be started again. */
        void controllerLost(String reason);
    }
}
