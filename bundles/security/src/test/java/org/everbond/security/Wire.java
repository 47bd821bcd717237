package org.everbond.security;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.host.Connection;
import org.everbond.host.ConnectionParameters;
import org.everbond.host.Role;

/**
 * A link between two devices with link layers that compare keys: a wrong one ends the link with 0x3D at the peripheral and 0x08 at
 * the central, or, like btvirt, leaves it up with 0x05 at both.
 */
final class Wire {
    private static long epochs;

    final End central;
    final End peripheral;
    boolean likeBtvirt;
    private Key centralKey;
    private boolean requested;
    private boolean encrypted;
    private boolean open = true;

    Wire(Device central, Device peripheral, DeviceAddress centralOnAir, DeviceAddress peripheralOnAir) {
        this.central = new End(central, Role.CENTRAL, centralOnAir, peripheralOnAir);
        this.peripheral = new End(peripheral, Role.PERIPHERAL, peripheralOnAir, centralOnAir);
        connected(this.central);
        connected(this.peripheral);
    }

    static Wire connect(Device central, Device peripheral) {
        return new Wire(central, peripheral, central.ports.port.ownAddress(), peripheral.ports.port.ownAddress());
    }

    /** A link on which the central has this address. */
    static Wire connect(DeviceAddress centralOnAir, Pair pair) {
        return new Wire(pair.central, pair.peripheral, centralOnAir, pair.peripheral.ports.port.ownAddress());
    }

    private static void connected(End end) {
        end.device.ports.port.connected(end);
        end.device.ports.smp.connected(end);
    }

    End end(Role role) {
        return role == Role.CENTRAL ? central : peripheral;
    }

    End otherEnd(Role role) {
        return role == Role.CENTRAL ? peripheral : central;
    }

    End other(End end) {
        return end == central ? peripheral : central;
    }

    boolean isOpen() {
        return open;
    }

    /** Ends the link for the given reasons. */
    void lose(int atCentral, int atPeripheral) {
        if (open) {
            open = false;
            encrypted = false;
            ended(central, atCentral);
            ended(peripheral, atPeripheral);
        }
    }

    private void ended(End end, int reason) {
        end.reason = reason;
        end.device.tell("disconnected", () -> {
            end.device.ports.smp.disconnected(end, reason);
            end.device.ports.port.disconnected(end, reason);
        });
    }

    /** Gives a device an SMP PDU as if its peer had sent it. */
    void inject(Role to, byte[] sdu) {
        var end = end(to);
        end.device.ports.smp.received(end, sdu);
    }

    void encryptionChanged(Role at, int status, boolean on) {
        var end = end(at);
        end.device.ports.port.encryptionChanged(end, status, on, false);
    }

    private void changed(int status, boolean on, boolean refreshed) {
        for (var end : List.of(central, peripheral)) {
            end.device.tell(
                    "encryption", () -> end.device.ports.port.encryptionChanged(end, status, on, refreshed));
        }
    }

    void pauseEncryption() {
        encrypted = false;
        changed(0, false, false);
    }

    /** One end of the link. */
    final class End implements Connection {
        final Device device;
        final List<byte[]> sent = new ArrayList<>();
        final List<Key> keys = new ArrayList<>();
        boolean refused;
        int reason;
        private final Role role;
        private final DeviceAddress own;
        private final DeviceAddress peer;
        private final long epoch = ++epochs;

        End(Device device, Role role, DeviceAddress own, DeviceAddress peer) {
            this.device = device;
            this.role = role;
            this.own = own;
            this.peer = peer;
        }

        List<String> sentHex() {
            return sent.stream().map(HexFormat.of()::formatHex).toList();
        }

        byte[] lastSent() {
            return sent.get(sent.size() - 1);
        }

        SecureLink link() {
            return device.security.link(this);
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
            return role;
        }

        @Override
        public DeviceAddress peerAddress() {
            return peer;
        }

        @Override
        public DeviceAddress ownAddress() {
            return own;
        }

        @Override
        public ConnectionParameters parameters() {
            return new ConnectionParameters(24, 0, 100);
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public boolean isEncrypted() {
            return encrypted;
        }

        @Override
        public void send(int cid, byte[] sdu, Runnable completed) {
            if (open) {
                sent.add(sdu);
                var to = other(this);
                to.device.tell(String.format("0x%02X", sdu[0]), () -> {
                    if (open) {
                        to.device.ports.smp.received(to, sdu);
                    }
                });
                device.tell("completed", () -> {
                    if (open) {
                        completed.run();
                    }
                });
            }
        }

        @Override
        public int queued() {
            return 0;
        }

        @Override
        public void disconnect(int why) {
            lose(role == Role.CENTRAL ? 0x16 : why, role == Role.CENTRAL ? why : 0x16);
        }

        @Override
        public void encrypt(Key ltk, long rand, int ediv) {
            if (open) {
                keys.add(ltk);
                centralKey = ltk;
                requested = true;
                peripheral.device.tell(
                        "LTK", () -> peripheral.device.ports.port.longTermKeyRequested(peripheral, rand, ediv));
            }
        }

        @Override
        public void replyLongTermKey(Key ltk) {
            if (!open) {
                return;
            }
            keys.add(ltk);
            if (!requested) {
                // The controller asked for it although no central did.
                return;
            }
            requested = false;
            if (ltk.equals(centralKey)) {
                boolean refreshed = encrypted;
                encrypted = true;
                changed(0, true, refreshed);
            } else if (likeBtvirt) {
                changed(0x05, false, false);
            } else {
                lose(0x08, 0x3d);
            }
        }

        @Override
        public void refuseLongTermKey() {
            if (open && requested) {
                requested = false;
                refused = true;
                central.device.tell(
                        "encryption", () -> central.device.ports.port.encryptionChanged(central, 0x06, false, false));
            }
        }

        @Override
        public void update(ConnectionParameters wanted) {}
    }
}
