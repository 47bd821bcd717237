package org.everbond.gatt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.EventLoop;
import org.everbond.host.Connection;
import org.everbond.host.ConnectionParameters;
import org.everbond.host.FixedChannel;
import org.everbond.host.Role;
import org.everbond.security.SecureLink;

/** One end of a connection without host and controller: what is sent is kept, and goes to the other end if there is one. */
final class FakeConnection implements Connection {
    private static long epochs;

    private final EventLoop loop;
    private final FixedChannel channel;
    private final DeviceAddress peerAddress;
    private final long epoch = ++epochs;
    private final Queue<Runnable> uncompleted = new ArrayDeque<>();
    FakeConnection other;
    boolean open = true;
    /** Whether the controller keeps what it gets. */
    boolean stalled;
    int disconnectedWith;
    int queued;
    final List<byte[]> sent = new ArrayList<>();
    final Link link = new Link();

    /** What the security manager would say about it. */
    final class Link implements SecureLink {
        Optional<Bond> bond = Optional.empty();
        Optional<BondSecurity> security = Optional.empty();
        boolean pairing;
        Supplier<Optional<Subscriptions>> subscriptions;

        @Override
        public void subscriptions(Supplier<Optional<Subscriptions>> those) {
            subscriptions = those;
        }

        @Override
        public Connection connection() {
            return FakeConnection.this;
        }

        @Override
        public Optional<Bond> bond() {
            return bond;
        }

        @Override
        public Optional<BondSecurity> security() {
            return security;
        }

        @Override
        public boolean isUnproven() {
            return security.isEmpty() && bond.isPresent();
        }

        @Override
        public boolean isPairing() {
            return pairing;
        }
    }

    FakeConnection(EventLoop loop, FixedChannel channel, DeviceAddress peerAddress) {
        this.loop = loop;
        this.channel = channel;
        this.peerAddress = peerAddress;
    }

    @Override
    public void send(int cid, byte[] sdu, Runnable completed) {
        if (!open) {
            return;
        }
        if (cid != CID_ATT) {
            throw new AssertionError("ATT sends on CID " + cid);
        }
        sent.add(sdu);
        queued += sdu.length;
        uncompleted.add(() -> {
            queued -= sdu.length;
            completed.run();
        });
        if (other != null) {
            loop.execute(() -> other.receive(sdu));
        }
        if (!stalled) {
            loop.execute(this::completeOne);
        }
    }

    void completeOne() {
        var next = uncompleted.poll();
        if (open && next != null) {
            next.run();
        }
    }

    void receive(byte[] sdu) {
        if (open) {
            channel.received(this, sdu);
        }
    }

    /** What was sent since the last call, in hexadecimal. */
    List<String> taken() {
        var taken = sent.stream().map(HexFormat.of()::formatHex).toList();
        sent.clear();
        return taken;
    }

    void end(int reason) {
        if (open) {
            open = false;
            uncompleted.clear();
            channel.disconnected(this, reason);
        }
    }

    @Override
    public void disconnect(int reason) {
        if (open && disconnectedWith == 0) {
            disconnectedWith = reason;
            loop.execute(() -> {
                end(0x16);
                if (other != null) {
                    other.end(reason);
                }
            });
        }
    }

    @Override
    public int handle() {
        return 0x40;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public Role role() {
        return Role.PERIPHERAL;
    }

    @Override
    public DeviceAddress peerAddress() {
        return peerAddress;
    }

    @Override
    public DeviceAddress ownAddress() {
        return DeviceAddress.parse("C0:00:00:00:00:01/random");
    }

    @Override
    public ConnectionParameters parameters() {
        return new ConnectionParameters(24, 0, 400);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isEncrypted() {
        return link.security.isPresent();
    }

    @Override
    public int queued() {
        return queued;
    }

    @Override
    public void encrypt(Key ltk, long rand, int ediv) {
        throw new AssertionError("encryption is not GATT's");
    }

    @Override
    public void replyLongTermKey(Key ltk) {
        throw new AssertionError("encryption is not GATT's");
    }

    @Override
    public void refuseLongTermKey() {
        throw new AssertionError("encryption is not GATT's");
    }

    @Override
    public void update(ConnectionParameters wanted) {
        throw new AssertionError("parameters are not GATT's");
    }
}
