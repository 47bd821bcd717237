package org.everbond.host.internal;

import java.util.concurrent.CompletableFuture;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.host.Connection;

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
}
