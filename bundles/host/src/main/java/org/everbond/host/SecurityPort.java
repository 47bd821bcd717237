package org.everbond.host;

import java.util.List;
import java.util.function.Consumer;
import org.everbond.crypto.DeviceAddress;
import org.osgi.annotation.versioning.ConsumerType;

/** What the host needs from above about identities and keys. Called on the event loop. */
@ConsumerType
public interface SecurityPort {
    /** The address that we use on air now: our identity address, or a private address made from it. */
    DeviceAddress ownAddress();

    /**
     * The identity address of the bonded peer that uses this address on air; of several peers with one IRK all that it may be, the
     * likeliest first. The identity address of a bonded peer resolves to itself: by that the host knows that the peer may be found
     * behind a private address.
     */
    List<DeviceAddress> resolve(DeviceAddress onAir);

    /**
     * As {@link #resolve}, for who can wait when the answer takes a search among very many bonds.
     *
     * @param then runs on the loop, at once or later, exactly once; what may be too much is answered at once with nobody
     */
    default void identify(DeviceAddress onAir, Consumer<List<DeviceAddress>> then) {
        then.accept(resolve(onAir));
    }

    /**
     * The bonded peers whose private addresses the controller resolves as well, the most important ones first.
     *
     * @param most as many as the controller has room for
     */
    default List<ResolvingListEntry> resolvingList(int most) {
        return List.of();
    }

    /**
     * Whether who advertises to this address means us: a resolvable private address made from our present IRK. Peers that hold our IRK
     * make such addresses, whether we use private addresses or not (Vol 6, Part B, 6.2.2).
     */
    default boolean isOwn(DeviceAddress target) {
        return false;
    }

    /** Whether nobody is to be heard or let in under this address: that of a peer which gave its IRK, in network privacy mode. */
    default boolean isIgnored(DeviceAddress onAir) {
        return false;
    }

    /** A connection was made; nothing was received on it yet. */
    void connected(Connection connection);

    /**
     * A connection ended.
     *
     * @param reason error code of the controller (Vol 1, Part F)
     */
    void disconnected(Connection connection, int reason);

    /**
     * The controller asks for the LTK (Vol 4, Part E, 7.7.65.5). To be answered with {@link Connection#replyLongTermKey},
     * {@link Connection#refuseLongTermKey} or by ending the connection, now or later.
     */
    void longTermKeyRequested(Connection connection, long rand, int ediv);

    /**
     * Encryption Change or Encryption Key Refresh Complete (Vol 4, Part E, 7.7.8, 7.7.39).
     *
     * @param status 0, or the error code
     * @param refreshed true for Encryption Key Refresh Complete
     */
    void encryptionChanged(Connection connection, int status, boolean on, boolean refreshed);
}
