package org.everbond.itests.processes;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualAirServer;
import org.everbond.hci.virtual.VirtualController;

/** A virtual air in this process, with controllers served to gateways on Unix sockets. */
final class ServedAir implements AutoCloseable {
    private final EventLoop.OnThread loop = EventLoop.onThread("air");
    private final VirtualAir air = VirtualAir.on(loop);
    private final List<VirtualAirServer> servers = new ArrayList<>();
    private final Path folder;

    /** @param folder for the sockets; its path must be short */
    ServedAir(Path folder) {
        this.folder = folder;
    }

    /** Serves a controller with this public address. Returns its transport. */
    String serve(String name, String address) throws IOException {
        var options = ControllerOptions.extended().address(DeviceAddress.parse(address));
        servers.add(VirtualAirServer.serve(air, UnixDomainSocketAddress.of(socket(name)), options));
        return "unix:" + socket(name);
    }

    Path socket(String name) {
        return folder.resolve(name + ".sock");
    }

    /** The controller with this public address that is on the air now. */
    VirtualController controller(String address) {
        return air.controllers().stream()
                .filter(controller -> controller.address().equals(DeviceAddress.parse(address)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no controller " + address + " on the air"));
    }

    @Override
    public void close() {
        servers.forEach(VirtualAirServer::close);
        loop.close();
    }
}
