package org.everbond.hci.virtual.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualAirServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts clients and gives each a controller. */
public final class AirServer implements VirtualAirServer {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualAirServer.class);

    /** Without file descriptors, say, accepting fails at once again and again. */
    private static final long PAUSE_AFTER_FAILURE_NANOS = 100_000_000;

    private final Air air;
    private final ServerSocketChannel server;
    private final SocketAddress address;
    private final IntFunction<ControllerOptions> options;
    private final Set<AirClient> clients = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private AirServer(Air air, ServerSocketChannel server, IntFunction<ControllerOptions> options) throws IOException {
        this.air = air;
        this.server = server;
        this.address = server.getLocalAddress();
        this.options = options;
    }

    /** As {@link VirtualAirServer#serve(VirtualAir, SocketAddress, IntFunction)}. */
    public static AirServer serve(VirtualAir air, SocketAddress address, IntFunction<ControllerOptions> options)
            throws IOException {
        var unix = address instanceof UnixDomainSocketAddress socket ? socket : null;
        var channel = ServerSocketChannel.open(unix != null ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET);
        if (address instanceof InetSocketAddress inet && inet.getAddress() instanceof java.net.Inet6Address) {
            channel.close();
            channel = ServerSocketChannel.open(StandardProtocolFamily.INET6);
        }
        try {
            if (unix != null) {
                removeLeftover(unix);
            } else {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            channel.bind(address);
            if (unix != null && FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(unix.getPath(), PosixFilePermissions.fromString("rw-------"));
            }
            var result = new AirServer((Air) air, channel, options);
            result.start();
            return result;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw new IOException("a virtual air cannot be served on " + text(address) + " (" + failure.getMessage()
                    + "); choose another port or path", failure);
        }
    }

    /** A socket file that nobody answers on belongs to a server that was killed. */
    private static void removeLeftover(UnixDomainSocketAddress address) throws IOException {
        Path path = address.getPath();
        if (!Files.exists(path)) {
            return;
        }
        try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(address);
        } catch (IOException nobodyThere) {
            if (!Files.isRegularFile(path) && !Files.isDirectory(path)) {
                Files.delete(path);
            }
        }
    }

    static String text(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress unix) {
            return "unix:" + unix.getPath();
        }
        return address instanceof InetSocketAddress inet ? "tcp:" + inet.getHostString() + ":" + inet.getPort() : "" + address;
    }

    private void start() {
        var thread = new Thread(this::accept, "everbond-virtual-" + text(address));
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        for (int connection = 0; !closed; connection++) {
            try {
                admit(server.accept(), connection);
            } catch (IOException | RuntimeException failure) {
                if (closed || !server.isOpen()) {
                    return;
                }
                LOG.warn("The virtual air on {} could not serve a client: {}", text(address), failure.getMessage());
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
    }

    private void admit(SocketChannel channel, int connection) throws IOException {
        try {
            var client = new AirClient(this, air, options.apply(connection), channel);
            clients.add(client);
            client.start();
            if (closed) {
                client.close();
            }
        } catch (RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    void left(AirClient client) {
        clients.remove(client);
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
            if (address instanceof UnixDomainSocketAddress unix) {
                Files.deleteIfExists(unix.getPath());
            }
        } catch (IOException failure) {
            LOG.warn("The virtual air on {} did not close cleanly: {}", text(address), failure.getMessage());
        }
        clients.forEach(AirClient::close);
    }
}
