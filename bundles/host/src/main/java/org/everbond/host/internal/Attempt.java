package org.everbond.host.internal;

import java.util.concurrent.CompletableFuture;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.host.Connection;
import org.everbond.host.HostException;

/** One wish to connect. */
final class Attempt {
    final DeviceAddress peer;
    final CompletableFuture<Connection> result = new CompletableFuture<>();
    EventLoop.Timer deadline = () -> {};
    /** Whether the peer may be found behind a private address. */
    boolean search;
    /** What the controller is told to connect to. */
    DeviceAddress target;
    /** Whether that is the identity address, which the controller finds behind private ones. */
    boolean resolved;
    /** The address by which a directed advertiser calls us, when the controller does not know that it is ours; else null. */
    DeviceAddress calledUs;
    /** Our address on air, once the controller was told to connect. */
    DeviceAddress own;
    /** Whether nobody wants the connection any more, should it still come. */
    boolean cancelled;
    /** Why it is given up, once it is. */
    String givenUp;

    Attempt(DeviceAddress peer) {
        this.peer = peer;
        this.target = peer;
    }

    void succeed(Connection connection) {
        deadline.cancel();
        result.complete(connection);
    }

    void fail(String why, int status) {
        deadline.cancel();
        result.completeExceptionally(new HostException(why, status));
    }
}
