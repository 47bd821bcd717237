package org.everbond.gateway.demo;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualAirServer;

/** Where the story plays: one virtual air served on two sockets, a folder for each gateway, and the processes to clear away. */
final class Stage implements AutoCloseable {
    private final Path sockets;
    private final Path folder;
    private final boolean keep;
    private final EventLoop.OnThread loop = EventLoop.onThread("everbond-demo-air");
    private final VirtualAir air = VirtualAir.on(loop);
    private final List<VirtualAirServer> servers = new ArrayList<>();
    private final List<GatewayProcess> processes = new ArrayList<>();
    private boolean closed;

    /** @param kept where the gateways' folders stay; empty for temporary ones */
    Stage(Optional<Path> kept) throws IOException {
        sockets = Files.createTempDirectory("everbond-demo-"); // a path of its own: those of sockets must be short
        folder = kept.isPresent() ? Files.createDirectories(kept.get().toAbsolutePath().normalize()) : sockets;
        keep = kept.isPresent();
    }

    Path folder() {
        return folder;
    }

    /** Serves a controller with this public address, and configures a gateway for it. */
    void prepare(String role, String address) throws IOException {
        var socket = sockets.resolve(role + ".sock");
        servers.add(VirtualAirServer.serve(
                air, UnixDomainSocketAddress.of(socket), ControllerOptions.extended().address(DeviceAddress.parse(address))));
        var home = folder.resolve(role);
        if (Files.exists(home.resolve("data"))) {
            throw new IOException("the folder " + home + " holds an earlier demo; remove it or name another with --keep");
        }
        Files.createDirectories(home.resolve("config"));
        Files.writeString(
                home.resolve("config").resolve("org.everbond.adapter-" + role + ".cfg"),
                "transport=unix:" + socket + "\ntrace=" + role + ".btsnoop\n");
    }

    synchronized GatewayProcess start(String role) throws IOException {
        if (closed) {
            throw new IOException("the demo was stopped");
        }
        var process = GatewayProcess.start(role, folder.resolve(role));
        processes.add(process);
        return process;
    }

    /** Ends every process and clears away what is temporary. Idempotent; also runs when the demo is interrupted. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        processes.forEach(GatewayProcess::destroy);
        servers.forEach(VirtualAirServer::close);
        loop.close();
        delete(sockets);
    }

    private void delete(Path tree) {
        try (var files = Files.walk(tree)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("the temporary folder " + tree + " could not be removed: " + e.getMessage());
        }
    }

    boolean keeps() {
        return keep;
    }
}
