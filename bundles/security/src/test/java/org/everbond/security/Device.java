package org.everbond.security;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.EventLoop;
import org.everbond.hci.spi.HciTransport;
import org.everbond.host.Advertisement;
import org.everbond.host.Advertising;
import org.everbond.host.Connection;
import org.everbond.host.ControllerInfo;
import org.everbond.host.FixedChannel;
import org.everbond.host.Host;
import org.everbond.host.SecurityPort;
import org.everbond.security.spi.PairingAgent;

/** One gateway as far as security goes: its manager, its bonds, and everything that it was told. */
final class Device {
    final String name;
    final DeviceAddress identity;
    final EventLoop loop;
    final Gate gate;
    final MemoryBonds bonds;
    final Ports ports = new Ports();
    final List<SecurityEvent> events = new ArrayList<>();
    Optional<PairingAgent> agent = Optional.empty();
    SecurityManager security;

    Device(String name, EventLoop loop, String identity, int seed) {
        this.name = name;
        this.loop = loop;
        this.identity = DeviceAddress.parse(identity);
        this.gate = new Gate(loop);
        var ir = new byte[16];
        ir[0] = (byte) seed;
        ir[15] = 1;
        this.bonds = new MemoryBonds(this.identity, Key.of(ir), task -> gate.put("commit", task));
        start();
    }

    /** Starts, or starts again with nothing but the bonds. */
    void start() {
        var random = new SecureRandom();
        security = SecurityManager.create(
                name,
                loop,
                ports,
                bonds,
                peer -> agent,
                task -> gate.put("agent", task),
                task -> gate.put("computing", task),
                random,
                accepting());
        security.bondable(true);
        security.listen(events::add);
        // As the host does when it starts, with the store loaded.
        ports.port.ownAddress();
    }

    /** The defaults, but Just Works is accepted without an agent, and a failed pairing may be followed by the next at once. */
    static SecurityOptions accepting() {
        return with(SecurityOptions.DEFAULT.minimumLevel(), SecurityOptions.JustWorks.ACCEPT, SecurityOptions.Replace.SAME_OR_STRONGER);
    }

    static SecurityOptions with(
            org.everbond.bonds.SecurityLevel level, SecurityOptions.JustWorks justWorks, SecurityOptions.Replace replace) {
        return SecurityOptions.DEFAULT.with(
                options -> options.minimumLevel(level).justWorks(justWorks).replace(replace).firstWait(Duration.ZERO));
    }

    <T extends SecurityEvent> List<T> heard(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    void tell(String name, Runnable effect) {
        gate.put(name, effect);
    }

    /** What the security manager registers with. */
    static final class Ports implements Host {
        @Override
        public void options(org.everbond.host.HostOptions options) {}

        SecurityPort port;
        FixedChannel smp;
        int addressChanges;

        @Override
        public void security(SecurityPort given) {
            port = given;
        }

        @Override
        public void channel(int cid, FixedChannel channel) {
            if (cid == Connection.CID_SMP) {
                smp = channel;
            }
        }

        @Override
        public void listener(Listener listener) {}

        @Override
        public void ownAddressChanged() {
            addressChanges++;
        }

        @Override
        public CompletionStage<ControllerInfo> start(HciTransport transport) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void received(byte[] packet) {}

        @Override
        public CompletionStage<Void> stop(boolean orderly) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Collection<Connection> connections() {
            return List.of();
        }

        @Override
        public CompletionStage<Void> advertise(Advertising advertising) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> stopAdvertising() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isAdvertising() {
            return false;
        }

        @Override
        public CompletionStage<Void> scan(boolean active, boolean filterDuplicates, Consumer<Advertisement> sink) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> stopScan() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Connection> connect(DeviceAddress peer, Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void cancelConnect(DeviceAddress peer) {}
    }
}
