package org.everbond.hci.virtual;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.function.IntFunction;
import org.everbond.hci.virtual.internal.AirServer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Serves an air on a TCP port or a Unix-domain socket in H4 framing, so that hosts in other processes attach, whatever stack
 * they are. Every connection gets a controller; a client that goes away takes its controller with it, and peers lose their
 * links by supervision timeout. Several servers may serve one air. A Unix socket's file is created for its owner only and
 * removed on close; one that a killed server left behind is replaced.
 */
@ProviderType
public interface VirtualAirServer extends AutoCloseable {
    /**
     * Starts to serve.
     *
     * <p>Which controller a client gets is decided by {@code options}: called with 0 for the first connection, 1 for the
     * second and so on. Without an address in them a client gets the lowest free one, so that the only client that comes
     * back finds its own again. With a fixed address a client takes the controller over from one that still has it.
     *
     * @param address {@code InetSocketAddress} (port 0 for any) or {@code UnixDomainSocketAddress}
     * @throws IOException when the address cannot be served; one sentence for people
     */
    static VirtualAirServer serve(VirtualAir air, SocketAddress address, IntFunction<ControllerOptions> options)
            throws IOException {
        return AirServer.serve(air, address, options);
    }

    /** Every connection gets a controller of this kind. */
    static VirtualAirServer serve(VirtualAir air, SocketAddress address, ControllerOptions options) throws IOException {
        return serve(air, address, connection -> options);
    }

    /** Where it is reached: with the port that was chosen. */
    SocketAddress address();

    /** Stops serving; clients are disconnected. */
    @Override
    void close();
}
