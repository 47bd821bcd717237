package org.everbond.hci.virtual;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.AclPacket;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;
import org.everbond.hci.spi.HciTransport;

/** A host that is nothing but a hand on the HCI: sends commands, keeps every packet that comes back. */
final class RawHost {
    static final int DISCONNECTION_COMPLETE = 0x05;
    static final int ENCRYPTION_CHANGE = 0x08;
    static final int REMOTE_VERSION = 0x0c;
    static final int COMMAND_COMPLETE = 0x0e;
    static final int COMMAND_STATUS = 0x0f;
    static final int HARDWARE_ERROR = 0x10;
    static final int COMPLETED_PACKETS = 0x13;
    static final int DATA_BUFFER_OVERFLOW = 0x1a;
    static final int KEY_REFRESH = 0x30;
    static final int LE = 0x3e00;
    static final int CONNECTION_COMPLETE = LE | 0x01;
    static final int ADVERTISING_REPORT = LE | 0x02;
    static final int CONNECTION_UPDATE = LE | 0x03;
    static final int REMOTE_FEATURES = LE | 0x04;
    static final int LTK_REQUEST = LE | 0x05;
    static final int PARAMETER_REQUEST = LE | 0x06;
    static final int DATA_LENGTH_CHANGE = LE | 0x07;
    static final int P256_KEY = LE | 0x08;
    static final int DHKEY = LE | 0x09;
    static final int ENHANCED_CONNECTION_COMPLETE = LE | 0x0a;
    static final int DIRECTED_REPORT = LE | 0x0b;
    static final int PHY_UPDATE = LE | 0x0c;
    static final int EXTENDED_REPORT = LE | 0x0d;
    static final int SCAN_TIMEOUT = LE | 0x11;
    static final int SET_TERMINATED = LE | 0x12;

    /** Parameters as short as tests write them: numbers are octets, addresses and keys little-endian. */
    static byte[] octets(Object... parts) {
        var out = new java.io.ByteArrayOutputStream();
        for (var part : parts) {
            if (part instanceof Integer octet) {
                out.write(octet);
            } else if (part instanceof DeviceAddress address) {
                var six = new byte[6];
                address.writeLittleEndian(six, 0);
                out.writeBytes(six);
            } else if (part instanceof Key key) {
                var sixteen = new byte[16];
                key.writeLittleEndian(sixteen, 0);
                out.writeBytes(sixteen);
            } else {
                out.writeBytes((byte[]) part);
            }
        }
        return out.toByteArray();
    }

    static byte[] u16(int value) {
        return new byte[] {(byte) value, (byte) (value >>> 8)};
    }

    final SimulatedLoop loop;
    final VirtualController controller;
    final List<byte[]> packets = new ArrayList<>();
    private final Consumer<byte[]> toController;

    RawHost(SimulatedLoop loop, VirtualController controller) {
        this.loop = loop;
        this.controller = controller;
        toController = controller::receive;
        controller.attach(packets::add);
        loop.runUntilIdle();
    }

    /** A host on a transport to the controller. */
    RawHost(SimulatedLoop loop, VirtualController controller, HciTransport transport) throws IOException {
        this.loop = loop;
        this.controller = controller;
        toController = transport::send;
        transport.open(new HciTransport.Receiver() {
            @Override
            public void received(byte[] packet) {
                packets.add(packet);
            }

            @Override
            public void lost(IOException cause) {
                throw new AssertionError(cause);
            }
        });
        loop.runUntilIdle();
    }

    /** Sends a command and gives the return parameters of its Command Complete, or the status of its Command Status. */
    byte[] command(OpCode opCode, Object... parameters) {
        int before = packets.size();
        toController.accept(new HciCommand(opCode.value(), octets(parameters)).packet());
        loop.runUntilIdle();
        for (var packet : packets.subList(before, packets.size())) {
            if (packet[1] == COMMAND_COMPLETE && opCode(packet, 4) == opCode.value()) {
                return Arrays.copyOfRange(packet, 6, packet.length);
            }
            if (packet[1] == COMMAND_STATUS && opCode(packet, 5) == opCode.value()) {
                return new byte[] {packet[3]};
            }
        }
        return new byte[0];
    }

    private static int opCode(byte[] packet, int at) {
        return packet[at] & 0xff | (packet[at + 1] & 0xff) << 8;
    }

    /** As {@link #command}, and the status is success. */
    byte[] ok(OpCode opCode, Object... parameters) {
        var answer = command(opCode, parameters);
        if (answer.length == 0 || answer[0] != 0) {
            throw new AssertionError(opCode + " was answered with " + Arrays.toString(answer));
        }
        return answer;
    }

    /** Reset, and every event wanted. */
    RawHost setUp() {
        var all = new byte[] {-1, -1, -1, -1, -1, -1, -1, 0x3f};
        ok(OpCode.RESET);
        ok(OpCode.SET_EVENT_MASK, all);
        ok(OpCode.LE_SET_EVENT_MASK, all);
        return this;
    }

    void acl(int handle, int boundary, byte[] data) {
        toController.accept(new AclPacket(handle, boundary, 0, data).packet());
        loop.runUntilIdle();
    }

    /** Parameters of all events with this code (LE events: with {@link #LE}, without the subevent code). */
    List<byte[]> events(int code) {
        boolean le = code >= LE;
        return packets.stream()
                .filter(packet -> packet[0] == 4)
                .filter(packet -> le ? (packet[1] & 0xff) == 0x3e && packet[3] == (byte) code : (packet[1] & 0xff) == code)
                .map(packet -> Arrays.copyOfRange(packet, le ? 4 : 3, packet.length))
                .toList();
    }

    byte[] event(int code) {
        var all = events(code);
        if (all.isEmpty()) {
            throw new AssertionError("no event 0x" + Integer.toHexString(code));
        }
        return all.get(all.size() - 1);
    }

    List<AclPacket> data() {
        return packets.stream()
                .filter(packet -> packet[0] == AclPacket.INDICATOR)
                .map(packet -> AclPacket.parse(packet).orElseThrow())
                .toList();
    }

    boolean waitFor(Predicate<RawHost> condition, Duration limit) {
        return loop.runUntil(() -> condition.test(this), limit);
    }

    int handle() {
        var events = events(ENHANCED_CONNECTION_COMPLETE);
        var event = events.isEmpty() ? event(CONNECTION_COMPLETE) : events.get(events.size() - 1);
        return event[1] & 0xff | (event[2] & 0xff) << 8;
    }

    void forget() {
        packets.clear();
    }

    // --- what tests do all the time ----------------------------------------------------------------------------

    static final byte[] PARAMETERS_20MS = octets(u16(0x20), u16(0x20));

    void advertiseLegacy() {
        ok(OpCode.LE_SET_ADVERTISING_PARAMETERS, PARAMETERS_20MS, 0, 0, 0, new byte[6], 7, 0);
        ok(OpCode.LE_SET_ADVERTISING_ENABLE, 1);
    }

    static byte[] connectionParameters() {
        return octets(u16(24), u16(40), u16(0), u16(72), u16(0), u16(0));
    }

    byte[] connectLegacy(DeviceAddress peer) {
        return command(
                OpCode.LE_CREATE_CONNECTION,
                u16(0x60), u16(0x30), 0, peer.type().value(), peer, 0, connectionParameters());
    }

    /** Handle 0, these properties, an own address type; data and enable are up to the test. */
    void extendedSet(int set, int properties, int ownType) {
        ok(
                OpCode.LE_SET_EXTENDED_ADVERTISING_PARAMETERS,
                set, u16(properties), new byte[] {0x20, 0, 0, 0x20, 0, 0}, 7, ownType, 0, new byte[6], 0, 0x7f, 1, 0, 1, 1, 0);
    }

    void enableSet(int set) {
        ok(OpCode.LE_SET_EXTENDED_ADVERTISING_ENABLE, 1, 1, set, u16(0), 0);
    }

    byte[] connectExtended(DeviceAddress peer) {
        return command(
                OpCode.LE_EXTENDED_CREATE_CONNECTION,
                0, 0, peer.type().value(), peer, 1, u16(0x60), u16(0x30), connectionParameters());
    }
}
