package org.everbond.hci.virtual.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.everbond.hci.AclPacket;

/** What goes to the host: events as far as the masks let them through (Vol 4, Part E, 7.3.1, 7.3.69, 7.8.1), and ACL data. */
final class HostOutput {
    static final int EVENT = 0x04;
    static final long DEFAULT_MASK = 0x0000_1fff_ffff_ffffL;
    static final long DEFAULT_LE_MASK = 0x1f;

    private static final int LE_META_MASK_BIT = 61;

    private final Consumer<byte[]> sink;
    private final List<byte[]> held = new ArrayList<>();
    private boolean holding;
    private int credits = 1;
    private long mask;
    private long maskPage2;
    private long leMask;

    HostOutput(Consumer<byte[]> sink) {
        this.sink = sink;
        reset();
    }

    void reset() {
        mask = DEFAULT_MASK;
        maskPage2 = 0;
        leMask = DEFAULT_LE_MASK;
    }

    void mask(long value) {
        mask = value;
    }

    void maskPage2(long value) {
        maskPage2 = value;
    }

    void leMask(long value) {
        leMask = value;
    }

    /** The number of command credits that every answer grants. */
    void credits(int value) {
        credits = value;
    }

    /** Events wait until the answer to the command that causes them is out. */
    void holdEvents() {
        holding = true;
    }

    void releaseEvents() {
        holding = false;
        var waiting = List.copyOf(held);
        held.clear();
        waiting.forEach(sink);
    }

    void commandComplete(int opCode, byte[] returnParameters) {
        sink.accept(packet(EventCode.COMMAND_COMPLETE, new Octets().u8(credits).u16(opCode).bytes(returnParameters)));
    }

    void commandStatus(int opCode, int status) {
        sink.accept(packet(EventCode.COMMAND_STATUS, new Octets().u8(status).u8(credits).u16(opCode)));
    }

    void hardwareError(int code) {
        if (allows(EventCode.HARDWARE_ERROR)) {
            send(packet(EventCode.HARDWARE_ERROR, new Octets().u8(code)));
        }
    }

    void completedPackets(int handle, int count) {
        send(packet(EventCode.NUMBER_OF_COMPLETED_PACKETS, new Octets().u8(1).u16(handle).u16(count)));
    }

    /** An event of the first mask page: bit = code - 1 (Vol 4, Part E, 7.3.1). */
    void event(int code, Octets parameters) {
        if (allows(code)) {
            send(packet(code, parameters));
        }
    }

    /** An event of the second mask page. */
    void eventPage2(int code, int bit, Octets parameters) {
        if ((maskPage2 >>> bit & 1) != 0) {
            send(packet(code, parameters));
        }
    }

    boolean allows(int code) {
        return (mask >>> code - 1 & 1) != 0;
    }

    /** Whether the host wants this LE event: its own bit, and the one of the LE Meta event. */
    boolean allowsLe(int subevent) {
        return (mask >>> LE_META_MASK_BIT & 1) != 0 && (leMask >>> subevent - 1 & 1) != 0;
    }

    void leEvent(int subevent, Octets parameters) {
        if (allowsLe(subevent)) {
            send(packet(EventCode.LE_META, new Octets().u8(subevent).bytes(parameters.toArray())));
        }
    }

    void acl(int handle, int boundary, byte[] data, int offset, int length) {
        send(AclPacket.packet(handle, boundary, data, offset, length));
    }

    private void send(byte[] packet) {
        if (holding) {
            held.add(packet);
        } else {
            sink.accept(packet);
        }
    }

    static byte[] packet(int code, Octets parameters) {
        return new Octets().u8(EVENT).u8(code).u8(parameters.length()).bytes(parameters.toArray()).toArray();
    }
}
