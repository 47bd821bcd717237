package org.everbond.hci;

import java.util.Arrays;
import java.util.Optional;

/**
 * An ACL data packet (Vol 4, Part E, 5.4.2).
 *
 * @param handle connection handle, 0..0x0EFF
 * @param boundary packet boundary flag: {@link #FIRST_NON_FLUSHABLE}, {@link #CONTINUING}, {@link #FIRST_FLUSHABLE} or
 *     {@link #COMPLETE}
 * @param broadcast broadcast flag, 0 on LE
 * @param data the fragment of an L2CAP PDU; not changed afterwards
 */
public record AclPacket(int handle, int boundary, int broadcast, byte[] data) {
    /** H4 packet indicator of ACL data. */
    public static final int INDICATOR = 0x02;
    /** First fragment, from host to controller on LE. */
    public static final int FIRST_NON_FLUSHABLE = 0;
    /** A further fragment. */
    public static final int CONTINUING = 1;
    /** First fragment, from controller to host. */
    public static final int FIRST_FLUSHABLE = 2;
    /** A complete L2CAP PDU; not on LE. */
    public static final int COMPLETE = 3;
    /** The highest connection handle. */
    public static final int MAX_HANDLE = 0x0eff;

    private static final int HEADER = 5;

    /** Whether this fragment starts an L2CAP PDU. */
    public boolean first() {
        return boundary != CONTINUING;
    }

    /** Reads a packet with its H4 indicator; empty when its length or its handle cannot be. */
    public static Optional<AclPacket> parse(byte[] packet) {
        if (packet.length < HEADER || packet[0] != INDICATOR) {
            return Optional.empty();
        }
        int word = packet[1] & 0xff | (packet[2] & 0xff) << 8;
        int length = packet[3] & 0xff | (packet[4] & 0xff) << 8;
        int handle = word & 0xfff;
        if (length != packet.length - HEADER || handle > MAX_HANDLE) {
            return Optional.empty();
        }
        return Optional.of(new AclPacket(handle, word >>> 12 & 3, word >>> 14, Arrays.copyOfRange(packet, HEADER, packet.length)));
    }

    /** The packet with its H4 indicator. */
    public byte[] packet() {
        return packet(handle, boundary, data, 0, data.length);
    }

    /** A packet with its H4 indicator that carries {@code length} octets of {@code data} from {@code offset}. */
    public static byte[] packet(int handle, int boundary, byte[] data, int offset, int length) {
        var packet = new byte[HEADER + length];
        int word = handle | boundary << 12;
        packet[0] = INDICATOR;
        packet[1] = (byte) word;
        packet[2] = (byte) (word >>> 8);
        packet[3] = (byte) length;
        packet[4] = (byte) (length >>> 8);
        System.arraycopy(data, offset, packet, HEADER, length);
        return packet;
    }

    /** Without the data, which may be secret. */
    @Override
    public String toString() {
        return String.format("AclPacket[handle=0x%04X, boundary=%d, %d octets]", handle, boundary, data.length);
    }
}
