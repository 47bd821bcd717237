package org.everbond.sig;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.AclPacket;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.hci.virtual.VirtualController;

/** The tester's end of the air: raw HCI and L2CAP on a virtual controller, and nothing of the stack under test. */
final class LowerTester {
    static final int ATT = 4;
    static final int SMP = 6;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int DISCONNECTION_COMPLETE = 0x05;
    private static final int ENCRYPTION_CHANGE = 0x08;
    private static final int KEY_REFRESH = 0x30;
    private static final int LE_META = 0x3e;
    private static final int CONNECTION_COMPLETE = 0x01;
    private static final int LTK_REQUEST = 0x05;
    private static final int ENHANCED_CONNECTION_COMPLETE = 0x0a;
    /** So much fits into a data channel PDU whatever the controllers agreed on. */
    private static final int FRAGMENT = 27;

    /** By which key the central wants to encrypt. */
    record KeyRequest(long rand, int ediv) {}

    private final SimulatedLoop world;
    private final VirtualController controller;
    private final Deque<byte[]> smp = new ArrayDeque<>();
    private final Deque<byte[]> att = new ArrayDeque<>();
    private final ByteArrayOutputStream assembling = new ByteArrayOutputStream();
    private int handle = -1;
    private Optional<KeyRequest> keyRequest = Optional.empty();
    private Optional<Integer> encryptionStatus = Optional.empty();

    LowerTester(SimulatedLoop world, VirtualController controller) {
        this.world = world;
        this.controller = controller;
        controller.attach(this::heard);
        var all = "ffffffffffffff3f";
        command(OpCode.RESET, "");
        command(OpCode.SET_EVENT_MASK, all);
        command(OpCode.LE_SET_EVENT_MASK, all);
    }

    DeviceAddress address() {
        return controller.address();
    }

    // Connections.

    void advertise() {
        command(OpCode.LE_SET_ADVERTISING_PARAMETERS, "20002000" + "000000" + "000000000000" + "0700");
        command(OpCode.LE_SET_ADVERTISING_ENABLE, "01");
    }

    void connect(DeviceAddress peer) {
        var address = new byte[6];
        peer.writeLittleEndian(address, 0);
        command(
                OpCode.LE_CREATE_CONNECTION,
                "6000300000" + String.format("%02x", peer.type().value()) + HexFormat.of().formatHex(address) + "00"
                        + "18002800" + "0000" + "4800" + "00000000");
    }

    boolean isConnected() {
        return handle >= 0;
    }

    void disconnect() {
        command(OpCode.DISCONNECT, u16(handle) + "13");
        await(() -> !isConnected(), "the end of the connection");
    }

    // SMP and ATT.

    void send(int channel, byte[] pdu) {
        var frame = HexFormat.of().parseHex(u16(pdu.length) + u16(channel) + HexFormat.of().formatHex(pdu));
        for (int at = 0; at < frame.length; at += FRAGMENT) {
            int boundary = at == 0 ? AclPacket.FIRST_NON_FLUSHABLE : AclPacket.CONTINUING;
            var part = Arrays.copyOfRange(frame, at, Math.min(frame.length, at + FRAGMENT));
            controller.receive(new AclPacket(handle, boundary, 0, part).packet());
            world.runUntilIdle();
        }
    }

    /** The next PDU on a channel; empty when none comes within the time. */
    Optional<byte[]> next(int channel, Duration limit) {
        var received = channel == SMP ? smp : att;
        if (received.isEmpty()) {
            world.runUntil(() -> !received.isEmpty(), limit);
        }
        return Optional.ofNullable(received.poll());
    }

    // Encryption.

    /** As central. */
    void encrypt(Key key, long rand, int ediv) {
        encryptionStatus = Optional.empty();
        command(OpCode.LE_ENABLE_ENCRYPTION, u16(handle) + u64(rand) + u16(ediv) + littleEndian(key));
    }

    /** As peripheral: what the central asks for. */
    KeyRequest keyRequest() {
        await(() -> keyRequest.isPresent(), "the request for a key");
        var request = keyRequest.orElseThrow();
        keyRequest = Optional.empty();
        return request;
    }

    void reply(Key key) {
        encryptionStatus = Optional.empty();
        command(OpCode.LE_LONG_TERM_KEY_REQUEST_REPLY, u16(handle) + littleEndian(key));
    }

    /** Status of the Encryption Change or Encryption Key Refresh Complete that follows. */
    int encryptionStatus() {
        await(() -> encryptionStatus.isPresent(), "the change of encryption");
        return encryptionStatus.orElseThrow();
    }

    void await(BooleanSupplier condition, String what) {
        if (!world.runUntil(condition, PATIENCE)) {
            throw new AssertionError(what + " does not come");
        }
    }

    // HCI.

    private void command(OpCode opCode, String parameters) {
        controller.receive(new HciCommand(opCode.value(), HexFormat.of().parseHex(parameters)).packet());
        world.runUntilIdle();
    }

    private void heard(byte[] packet) {
        AclPacket.parse(packet).ifPresentOrElse(this::data, () -> event(packet));
    }

    private void data(AclPacket packet) {
        if (packet.first()) {
            assembling.reset();
        }
        assembling.writeBytes(packet.data());
        var frame = assembling.toByteArray();
        if (frame.length >= 4 && frame.length == 4 + u16(frame, 0)) {
            var pdu = Arrays.copyOfRange(frame, 4, frame.length);
            switch (u16(frame, 2)) {
                case SMP -> smp.add(pdu);
                case ATT -> att.add(pdu);
                default -> { }
            }
        }
    }

    private void event(byte[] packet) {
        switch (packet[1] & 0xff) {
            case DISCONNECTION_COMPLETE -> {
                handle = -1;
                smp.clear();
                att.clear();
                keyRequest = Optional.empty();
            }
            case ENCRYPTION_CHANGE, KEY_REFRESH -> encryptionStatus = Optional.of(packet[3] & 0xff);
            case LE_META -> leEvent(packet);
            default -> { }
        }
    }

    private void leEvent(byte[] packet) {
        switch (packet[3]) {
            case CONNECTION_COMPLETE, ENHANCED_CONNECTION_COMPLETE -> {
                if (packet[4] == 0) {
                    handle = u16(packet, 5);
                }
            }
            case LTK_REQUEST -> {
                long rand = 0;
                for (int i = 13; i >= 6; i--) {
                    rand = rand << 8 | packet[i] & 0xff;
                }
                keyRequest = Optional.of(new KeyRequest(rand, u16(packet, 14)));
            }
            default -> { }
        }
    }

    private static int u16(byte[] octets, int at) {
        return octets[at] & 0xff | (octets[at + 1] & 0xff) << 8;
    }

    static String u16(int value) {
        return String.format("%02x%02x", value & 0xff, value >> 8 & 0xff);
    }

    static String u64(long value) {
        return String.format("%016x", Long.reverseBytes(value));
    }

    static String littleEndian(Key key) {
        var octets = new byte[16];
        key.writeLittleEndian(octets, 0);
        return HexFormat.of().formatHex(octets);
    }
}
