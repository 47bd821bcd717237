package org.everbond.itests.processes;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualAirServer;

/** A virtual air in this process, served to others on a Unix socket. */
final class ServedAir implements AutoCloseable {
    private final EventLoop.OnThread loop = EventLoop.onThread("air");
    private final Path socket;
    private final VirtualAirServer server;

    /** @param folder for the socket; its path must be short */
    ServedAir(Path folder, ControllerOptions options) throws IOException {
        socket = folder.resolve("air.sock");
        server = VirtualAirServer.serve(VirtualAir.on(loop), UnixDomainSocketAddress.of(socket), options);
    }

    /** Transport of a controller on it. */
    String transport() {
        return "unix:" + socket;
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() {
        server.close();
        loop.close();
    }
}
