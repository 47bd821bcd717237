package org.everbond.hci;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts a stream of octets into HCI packets (H4, Vol 4, Part A, 2). Octets that cannot start a packet are dropped until
 * something plausible follows; what is dropped is counted and told, never handed on. Not thread-safe but for
 * {@link #sent}; the packets handed on are not changed afterwards.
 */
public final class H4Decoder {
    /** From which side the stream comes: it decides which packet indicators can be. */
    public enum Source {
        /** Events (4), ACL (2), SCO (3) and ISO (5) data. */
        CONTROLLER,
        /** Commands (1), ACL (2), SCO (3) and ISO (5) data. */
        HOST
    }

    /** Is told of octets that were dropped. */
    @FunctionalInterface
    public interface Loss {
        /**
         * @param octets how many were dropped, at least 1
         * @param reason one sentence for people
         */
        void lost(int octets, String reason);
    }

    /** The longest ACL data that is believed, in octets: far above any controller's buffer, and a bound on memory. */
    public static final int MAX_ACL_DATA = 16_384;

    /** Command Complete and Command Status of Reset: what a stream is picked up at after a Reset. */
    private static final int RESET = OpCode.RESET.value();

    private static final int IMPOSSIBLE = -1;
    private static final int UNKNOWN_YET = 0;

    private final Source source;
    private final Consumer<byte[]> packets;
    private final Loss loss;
    private byte[] buffer = new byte[512];
    private int length;
    private boolean inStep = true;
    private volatile boolean awaitingResetReply;
    private long dropped;

    /**
     * @param packets takes each packet with its H4 indicator
     * @param loss is told of what was dropped, once for each run of octets within one call of {@link #feed}
     */
    public H4Decoder(Source source, Consumer<byte[]> packets, Loss loss) {
        this.source = source;
        this.packets = packets;
        this.loss = loss;
    }

    /**
     * Tells of a packet that goes the other way. After a Reset command nothing that the controller said before its answer
     * matters any more: all octets up to that answer are dropped, which picks up a stream that was joined in the middle of
     * a packet. Any thread may call, before the packet is written.
     */
    public void sent(byte[] packet) {
        if (source == Source.CONTROLLER
                && packet.length == 4
                && packet[0] == HciCommand.INDICATOR
                && word(packet, 1) == RESET) {
            awaitingResetReply = true;
        }
    }

    /** How many octets were dropped in all, apart from those before an answer to Reset. */
    public long dropped() {
        return dropped;
    }

    /** Takes octets as they came; hands on every packet that is complete by now. */
    public void feed(byte[] octets, int offset, int count) {
        if (length + count > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + count));
        }
        System.arraycopy(octets, offset, buffer, length, count);
        length += count;
        cut();
    }

    private void cut() {
        int at = awaitingResetReply ? beforeResetReply() : 0;
        int lost = 0;
        while (at < length && !awaitingResetReply) {
            int size = packetSize(at);
            if (size == IMPOSSIBLE) {
                inStep = false;
                at++;
                lost++;
            } else if (size == UNKNOWN_YET || at + size > length) {
                break;
            } else {
                inStep = true;
                packets.accept(Arrays.copyOfRange(buffer, at, at + size));
                at += size;
            }
        }
        System.arraycopy(buffer, at, buffer, 0, length - at);
        length -= at;
        if (length == 0 && buffer.length > 4096) {
            buffer = new byte[512];
        }
        if (lost > 0) {
            dropped += lost;
            loss.lost(lost, lost + " octets that are no HCI packet were dropped; check the baud rate and the flow control");
        }
    }

    /** Where the answer to Reset starts, or, as long as it has not come, where it might. */
    private int beforeResetReply() {
        for (int at = 0; at < length; at++) {
            if (couldBeResetReply(at)) {
                if (length - at >= 7) {
                    awaitingResetReply = false;
                    inStep = true;
                }
                return at;
            }
        }
        return length;
    }

    /** Compares what is there with 04 0E 04 nn 03 0C ss and with 04 0F 04 ss nn 03 0C. */
    private boolean couldBeResetReply(int at) {
        return matches(at, 0, 0x04)
                && matches(at, 2, 0x04)
                && (matches(at, 1, 0x0e) && matches(at, 4, 0x03) && matches(at, 5, 0x0c)
                        || matches(at, 1, 0x0f) && matches(at, 5, 0x03) && matches(at, 6, 0x0c));
    }

    private boolean matches(int at, int offset, int octet) {
        return at + offset >= length || (buffer[at + offset] & 0xff) == octet;
    }

    private int packetSize(int at) {
        int available = length - at;
        switch (buffer[at]) {
            case HciCommand.INDICATOR:
                if (source != Source.HOST) {
                    return IMPOSSIBLE;
                }
                return available < 4 ? UNKNOWN_YET : 4 + octet(at + 3);
            case AclPacket.INDICATOR:
                return aclSize(at, available);
            case 0x03:
                return scoSize(at, available);
            case 0x04:
                return source == Source.CONTROLLER ? eventSize(at, available) : IMPOSSIBLE;
            case 0x05:
                return isoSize(at, available);
            default:
                return IMPOSSIBLE;
        }
    }

    private int aclSize(int at, int available) {
        if (available < 5) {
            return UNKNOWN_YET;
        }
        int size = word(buffer, at + 3);
        boolean plausible = handleFits(at) && size <= MAX_ACL_DATA && (inStep || (octet(at + 2) & 0xc0) == 0);
        return plausible ? 5 + size : IMPOSSIBLE;
    }

    /** SCO and ISO headers are too short to be told from noise: out of step they are not believed. */
    private int scoSize(int at, int available) {
        if (!inStep) {
            return IMPOSSIBLE;
        }
        if (available < 4) {
            return UNKNOWN_YET;
        }
        return handleFits(at) ? 4 + octet(at + 3) : IMPOSSIBLE;
    }

    private int isoSize(int at, int available) {
        if (!inStep) {
            return IMPOSSIBLE;
        }
        if (available < 5) {
            return UNKNOWN_YET;
        }
        int size = word(buffer, at + 3);
        return handleFits(at) && size <= 0x3fff ? 5 + size : IMPOSSIBLE;
    }

    private int eventSize(int at, int available) {
        if (available < 3) {
            return UNKNOWN_YET;
        }
        int code = octet(at + 1);
        int size = octet(at + 2);
        return EventLengths.possible(code, size) && (inStep || EventLengths.known(code)) ? 3 + size : IMPOSSIBLE;
    }

    private boolean handleFits(int at) {
        return (word(buffer, at + 1) & 0xfff) <= AclPacket.MAX_HANDLE;
    }

    private int octet(int at) {
        return buffer[at] & 0xff;
    }

    private static int word(byte[] octets, int at) {
        return octets[at] & 0xff | (octets[at + 1] & 0xff) << 8;
    }
}
