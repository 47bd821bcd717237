package org.everbond.adapter.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;

/**
 * Stands between one host and its controller and sees whether the promises hold at every packet: what the host never says to a bonded
 * peer, and when it must be silent.
 */
final class Watch {
    /** An LTK request is held for 20 s; what comes of it may take its time on a slow endpoint. */
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(21);

    /** What is being set up when the IRK changes may be heard once more with an address of the former one. */
    private static final Duration SETTING_UP = Duration.ofSeconds(1);

    private static final int COMMAND = 1;
    private static final int ACL = 2;
    private static final int EVENT = 4;
    private static final int ATT = 4;
    private static final int RESET = 0x0c03;
    private static final int SET_RANDOM_ADDRESS = 0x2005;
    private static final int ADVERTISING_ENABLE = 0x200a;
    private static final int CREATE_CONNECTION = 0x200d;
    private static final int REPLY = 0x201a;
    private static final int NEGATIVE_REPLY = 0x201b;
    private static final int SET_ADVERTISING_SET_ADDRESS = 0x2035;
    private static final int EXTENDED_ADVERTISING_ENABLE = 0x2039;
    private static final int EXTENDED_CREATE_CONNECTION = 0x2043;
    private static final int KEY_MISSING = 0x06;
    private static final int NOTIFICATION = 0x1b;
    private static final int INDICATION = 0x1d;
    private static final int SIGNED_WRITE = 0xd2;

    /** Who else there is, as somebody outside knows. */
    interface Outside {
        /** Whose address it is; empty for a stranger. */
        Optional<SimulatedGateway> at(DeviceAddress onAir);

        /** It goes on air with this address. */
        void onAir(SimulatedGateway at, DeviceAddress address);

        /** Whether the one was told that it is bonded with the other. */
        boolean told(SimulatedGateway one, SimulatedGateway other);

        /** Whether the one has what it takes to know the other one under this address; not so once the other one has changed its IRK. */
        boolean canKnow(SimulatedGateway one, SimulatedGateway other, DeviceAddress onAir);

        /** A signed write that left, or came, without what the link layer adds. */
        void signed(SimulatedGateway at, SimulatedGateway peer, boolean left, byte[] pdu);

        /** A value that came by notification or indication. */
        void value(SimulatedGateway at, SimulatedGateway peer, String value);

        /** Nobody: what is said to whom does not matter. */
        Outside NOBODY = new Outside() {
            @Override
            public Optional<SimulatedGateway> at(DeviceAddress onAir) {
                return Optional.empty();
            }

            @Override
            public void onAir(SimulatedGateway at, DeviceAddress address) {}

            @Override
            public boolean told(SimulatedGateway one, SimulatedGateway other) {
                return false;
            }

            @Override
            public boolean canKnow(SimulatedGateway one, SimulatedGateway other, DeviceAddress onAir) {
                return false;
            }

            @Override
            public void signed(SimulatedGateway at, SimulatedGateway peer, boolean left, byte[] pdu) {}

            @Override
            public void value(SimulatedGateway at, SimulatedGateway peer, String value) {}
        };
    }

    private final SimulatedGateway gateway;
    private final Outside outside;
    private final Map<Integer, SimulatedGateway> peers = new HashMap<>();
    /** Of each of them, the address under which its last link was made. */
    private final Map<SimulatedGateway, DeviceAddress> addresses = new HashMap<>();

    private final Set<Integer> encrypted = new HashSet<>();
    /** Handles of links whose controller waits for an LTK, and since when. */
    private final Map<Integer, Long> ltkRequests = new HashMap<>();

    private final List<String> broken = new ArrayList<>();
    /** Its IRK, the one before, and when that was seen to have changed. */
    private Key irk;
    private Key formerIrk;
    private long irkChanged;
    /** What its peers find it under. */
    private DeviceAddress onAir;

    Watch(SimulatedGateway gateway, Outside outside) {
        this.gateway = gateway;
        this.outside = outside;
    }

    /** What was broken so far. */
    List<String> broken() {
        return broken;
    }

    /** The address that it set last; null before. */
    DeviceAddress onAir() {
        return onAir;
    }

    /** At the other end of a link. */
    Optional<SimulatedGateway> peerOn(int handle) {
        return Optional.ofNullable(peers.get(handle));
    }

    /** The handle of the link with this peer, as long as it is in clear. */
    Optional<Integer> clearLinkWith(SimulatedGateway peer) {
        return peers.entrySet().stream()
                .filter(link -> link.getValue() == peer && !encrypted.contains(link.getKey()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The process has ended. */
    void over() {
        peers.clear();
        encrypted.clear();
        ltkRequests.clear();
    }

    // From the host.

    void fromHost(byte[] packet) {
        gateway.bonds().local().map(LocalKeys::irk).filter(now -> !now.equals(irk)).ifPresent(now -> {
            formerIrk = irk;
            irkChanged = gateway.now();
            irk = now;
        });
        if (packet[0] == COMMAND) {
            command(two(packet, 1), packet);
        } else if (packet[0] == ACL && (packet[2] & 0x30) != 0x10 && packet.length > 9 && two(packet, 7) == ATT) {
            int handle = two(packet, 1) & 0xfff;
            var peer = peers.get(handle);
            if (peer != null) {
                att(peer, packet, encrypted.contains(handle));
            }
        }
        ltkRequests.values().removeIf(since -> {
            boolean tooLong = gateway.now() - since > LONGEST_HOLD.toNanos();
            if (tooLong) {
                broken.add("P11: an LTK request was held for more than 20 s");
            }
            return tooLong;
        });
    }

    private void att(SimulatedGateway peer, byte[] packet, boolean isEncrypted) {
        int opcode = packet[9] & 0xff;
        if (opcode == SIGNED_WRITE) {
            outside.signed(gateway, peer, true, Arrays.copyOfRange(packet, 9, packet.length));
        } else if (!isEncrypted && isBonded(peer)) {
            boolean isValue = opcode == NOTIFICATION || opcode == INDICATION;
            boolean isOfClient = (opcode & 1) == 0;
            if (isValue || isOfClient) {
                broken.add("P8: ATT PDU 0x%02x left to a bonded peer in clear".formatted(opcode));
            }
        }
        if (!isEncrypted && new String(packet, StandardCharsets.ISO_8859_1).contains(Lamp.VALUE)) {
            broken.add("P8: a protected value left in clear");
        }
    }

    private boolean isBonded(SimulatedGateway peer) {
        return isKnown(peer) && (outside.told(gateway, peer) || isInView(peer));
    }

    /** Under the address of its link; else it is a stranger who claims nothing. */
    private boolean isKnown(SimulatedGateway peer) {
        var onAir = addresses.get(peer);
        return onAir == null || outside.canKnow(gateway, peer, onAir);
    }

    private boolean isInView(SimulatedGateway peer) {
        return peer.identity().flatMap(gateway.bonds()::byIdentity).isPresent();
    }

    private void command(int opCode, byte[] packet) {
        switch (opCode) {
            case RESET -> over();
            case SET_RANDOM_ADDRESS -> own(packet, 4);
            case SET_ADVERTISING_SET_ADDRESS -> own(packet, 5);
            case REPLY -> ltkRequests.remove(two(packet, 4));
            case NEGATIVE_REPLY -> refused(two(packet, 4));
            case ADVERTISING_ENABLE, EXTENDED_ADVERTISING_ENABLE -> {
                if (packet[4] == 1) {
                    mayBeHeard("advertising");
                }
            }
            case CREATE_CONNECTION, EXTENDED_CREATE_CONNECTION -> mayBeHeard("connecting");
            default -> {}
        }
    }

    /** Once it was loaded the view serves from memory, also while the storage is away. */
    private void mayBeHeard(String what) {
        var identity = gateway.adapter().status().identity();
        if (identity.isEmpty() || !identity.equals(gateway.identity())) {
            broken.add("P5: " + what + " before the store was loaded");
        }
        if (onAir != null && !isKnownBy(onAir)) {
            broken.add("P5: " + what + " with " + onAir + ", by which nobody knows it");
        }
    }

    /** Bonded peers know it by its identity address, or by one that they resolve with its IRK. */
    private boolean isKnownBy(DeviceAddress address) {
        var local = gateway.bonds().local();
        boolean former = formerIrk != null && gateway.now() - irkChanged < SETTING_UP.toNanos();
        return address.isNonResolvable() || local.filter(keys -> keys.identityAddress().equals(address)
                || address.isResolvable() && (Toolbox.resolves(keys.irk(), address) || former && Toolbox.resolves(formerIrk, address)))
                .isPresent();
    }

    private void own(byte[] packet, int at) {
        onAir = DeviceAddress.ofLittleEndian(AddressType.RANDOM, packet, at);
        outside.onAir(gateway, onAir);
    }

    private void refused(int handle) {
        ltkRequests.remove(handle);
        var peer = peers.get(handle);
        if (peer == null) {
            return;
        }
        if (isKnown(peer) && outside.told(gateway, peer)) {
            broken.add("P11: a bonded peer was told that there is no key");
        } else if (!gateway.bonds().ready()) {
            broken.add("P11: a peer was told that there is no key while the store was not ready");
        } else if (isKnown(peer) && isInView(peer) || !gateway.bonds().setAside().isEmpty()) {
            broken.add("P11: a peer was told that there is no key, and there is a record of it");
        }
    }

    // To the host.

    void toHost(byte[] packet) {
        if (packet[0] == EVENT) {
            event(packet[1] & 0xff, packet);
        } else if (packet[0] == ACL && (packet[2] & 0x30) != 0x10 && packet.length > 9 && two(packet, 7) == ATT) {
            received(peers.get(two(packet, 1) & 0xfff), packet);
        }
    }

    private void received(SimulatedGateway peer, byte[] packet) {
        int opcode = packet[9] & 0xff;
        if (peer == null) {
            return;
        }
        if (opcode == SIGNED_WRITE) {
            outside.signed(gateway, peer, false, Arrays.copyOfRange(packet, 9, packet.length));
        } else if (opcode == NOTIFICATION || opcode == INDICATION) {
            outside.value(gateway, peer, new String(packet, 12, packet.length - 12, StandardCharsets.UTF_8));
        }
    }

    private void event(int code, byte[] packet) {
        switch (code) {
            case 0x05 -> {
                if (packet[3] == 0) {
                    ended(two(packet, 4), packet[6]);
                }
            }
            case 0x08 -> encryption(two(packet, 4), packet[3], packet[6] != 0);
            case 0x30 -> encryption(two(packet, 4), packet[3], true);
            case 0x3e -> leEvent(packet[3], packet);
            default -> {}
        }
    }

    private void encryption(int handle, int status, boolean on) {
        heard(handle, status);
        if (status == 0 && on) {
            encrypted.add(handle);
        } else if (status == 0) {
            encrypted.remove(handle);
        }
    }

    private void ended(int handle, int reason) {
        heard(handle, reason);
        peers.remove(handle);
        encrypted.remove(handle);
        ltkRequests.remove(handle);
    }

    /** What a peer says here is what its gateway has said there. */
    private void heard(int handle, int reason) {
        var peer = peers.get(handle);
        if (reason == KEY_MISSING && peer != null && outside.told(peer, gateway) && peer.watch.isKnown(gateway)) {
            broken.add("P11: 0x06 was heard of a peer that was told that it is bonded");
        }
    }

    private void leEvent(int subevent, byte[] packet) {
        if (subevent == 0x05) {
            ltkRequests.put(two(packet, 4), gateway.now());
        } else if ((subevent == 0x01 || subevent == 0x0a) && packet[4] == 0) {
            int handle = two(packet, 5);
            encrypted.remove(handle);
            var type = (packet[8] & 1) == 0 ? AddressType.PUBLIC : AddressType.RANDOM;
            var onAir = DeviceAddress.ofLittleEndian(type, packet, 9);
            peers.remove(handle);
            outside.at(onAir).ifPresent(peer -> {
                peers.put(handle, peer);
                addresses.put(peer, onAir);
            });
        }
    }

    /** An ACL packet with an ATT PDU, as a controller gives it to a host. */
    static byte[] acl(int handle, byte[] pdu) {
        return ByteBuffer.allocate(9 + pdu.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) ACL)
                .putShort((short) (handle | 0x2000))
                .putShort((short) (pdu.length + 4))
                .putShort((short) pdu.length)
                .putShort((short) ATT)
                .put(pdu)
                .array();
    }

    private static int two(byte[] packet, int at) {
        return packet.length < at + 2 ? -1 : packet[at] & 0xff | (packet[at + 1] & 0xff) << 8;
    }
}
