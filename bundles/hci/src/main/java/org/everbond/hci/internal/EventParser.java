package org.everbond.hci.internal;

import java.util.ArrayList;
import org.everbond.hci.AclPacket;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.HciEvent;

/** The codec of events (Vol 4, Part E, 7.7). */
public final class EventParser {
    private static final int LE_META = 0x3e;

    private EventParser() {}

    /** As {@link HciEvent#parse}. */
    public static HciEvent parse(byte[] packet) {
        if (packet.length < 3 || packet[0] != HciEvent.INDICATOR) {
            return new HciEvent.Malformed("a packet of " + packet.length + " octets is no event");
        }
        int code = packet[1] & 0xff;
        if (packet.length != 3 + (packet[2] & 0xff)) {
            return malformed(code, -1, packet.length - 3);
        }
        try {
            var in = new EventReader(packet, 3);
            return code == LE_META ? LeEventParser.parse(in) : parse(code, in);
        } catch (EventReader.Short tooShort) {
            return malformed(code, code == LE_META && packet.length > 3 ? packet[3] & 0xff : -1, packet.length - 3);
        }
    }

    private static HciEvent parse(int code, EventReader in) {
        int length = in.remaining();
        HciEvent event;
        switch (code) {
            case 0x05:
                event = new HciEvent.DisconnectionComplete(in.u8(), in.handle(), in.u8());
                break;
            case 0x08:
                event = new HciEvent.EncryptionChange(in.u8(), in.handle(), in.u8() != 0, 0);
                break;
            case 0x59:
                event = new HciEvent.EncryptionChange(in.u8(), in.handle(), in.u8() != 0, in.u8());
                break;
            case 0x0c:
                event = new HciEvent.ReadRemoteVersionInformationComplete(in.u8(), in.handle(), in.u8(), in.u16(), in.u16());
                break;
            case 0x0e:
                event = new HciEvent.CommandComplete(in.u8(), in.u16(), in.octets(in.remaining()));
                break;
            case 0x0f:
                event = new HciEvent.CommandStatus(in.u8(), in.u8(), in.u16());
                break;
            case 0x10:
                event = new HciEvent.HardwareError(in.u8());
                break;
            case 0x13:
                event = numberOfCompletedPackets(in);
                break;
            case 0x1a:
                event = new HciEvent.DataBufferOverflow(in.u8());
                break;
            case 0x30:
                event = new HciEvent.EncryptionKeyRefreshComplete(in.u8(), in.handle());
                break;
            case 0x57:
                event = new HciEvent.AuthenticatedPayloadTimeoutExpired(in.handle());
                break;
            default:
                return new HciEvent.Ignored(code, -1);
        }
        return in.remaining() == 0 ? event : malformed(code, -1, length);
    }

    private static HciEvent numberOfCompletedPackets(EventReader in) {
        int count = in.u8();
        var completed = new ArrayList<HciEvent.NumberOfCompletedPackets.Completed>(count);
        for (int i = 0; i < count; i++) {
            completed.add(new HciEvent.NumberOfCompletedPackets.Completed(in.handle(), in.u16()));
        }
        return new HciEvent.NumberOfCompletedPackets(completed);
    }

    static HciEvent malformed(int code, int subevent, int length) {
        return new HciEvent.Malformed(
                subevent < 0
                        ? String.format("event 0x%02X with %d octets has a wrong length", code, length)
                        : String.format("LE event 0x%02X with %d octets has a wrong length or value", subevent, length));
    }

    static boolean failed(int status) {
        return !ErrorCode.SUCCESS.is(status);
    }

    static boolean possible(int handle) {
        return handle <= AclPacket.MAX_HANDLE;
    }
}
