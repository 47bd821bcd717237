package org.everbond.hci.internal;

import java.util.ArrayList;
import java.util.List;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.AdvertisingReport;
import org.everbond.hci.HciEvent;
import org.everbond.hci.LeEvent;

/** The codec of LE Meta events (Vol 4, Part E, 7.7.65). */
final class LeEventParser {
    private static final int LE_META = 0x3e;
    private static final int CONNECTION_COMPLETE = 0x01;
    private static final int ADVERTISING_REPORT = 0x02;
    private static final int ENHANCED_CONNECTION_COMPLETE = 0x0a;
    private static final int DIRECTED_ADVERTISING_REPORT = 0x0b;
    private static final int EXTENDED_ADVERTISING_REPORT = 0x0d;
    private static final int ENHANCED_CONNECTION_COMPLETE_V2 = 0x29;
    private static final int ANONYMOUS = 0xff;
    private static final int RANDOM = 0x01;
    private static final int UNRESOLVED = 0xfe;
    private static final int MAX_LEGACY_DATA = 31;

    private LeEventParser() {}

    static HciEvent parse(EventReader in) {
        int length = in.remaining();
        int subevent = in.u8();
        HciEvent event = parse(subevent, in);
        boolean exact = in.remaining() == 0 || event instanceof HciEvent.Ignored;
        return event != null && exact ? event : EventParser.malformed(LE_META, subevent, length);
    }

    /** Null for a value that cannot be. */
    private static HciEvent parse(int subevent, EventReader in) {
        switch (subevent) {
            case CONNECTION_COMPLETE:
            case ENHANCED_CONNECTION_COMPLETE:
            case ENHANCED_CONNECTION_COMPLETE_V2:
                return connectionComplete(subevent, in);
            case ADVERTISING_REPORT:
                return advertisingReports(in);
            case 0x03:
                return new LeEvent.ConnectionUpdateComplete(in.u8(), in.handle(), in.u16(), in.u16(), in.u16());
            case 0x04:
                return new LeEvent.ReadRemoteFeaturesComplete(in.u8(), in.handle(), in.u64());
            case 0x05:
                return new LeEvent.LongTermKeyRequest(in.handle(), in.u64(), in.u16());
            case 0x06:
                return new LeEvent.RemoteConnectionParameterRequest(in.handle(), in.u16(), in.u16(), in.u16(), in.u16());
            case 0x07:
                return new LeEvent.DataLengthChange(in.handle(), in.u16(), in.u16(), in.u16(), in.u16());
            case 0x0c:
                return new LeEvent.PhyUpdateComplete(in.u8(), in.handle(), in.u8(), in.u8());
            case DIRECTED_ADVERTISING_REPORT:
                return directedAdvertisingReports(in);
            case EXTENDED_ADVERTISING_REPORT:
                return extendedAdvertisingReports(in);
            case 0x11:
                return new LeEvent.ScanTimeout();
            case 0x12:
                return advertisingSetTerminated(in);
            default:
                return new HciEvent.Ignored(LE_META, subevent);
        }
    }

    private static HciEvent connectionComplete(int subevent, EventReader in) {
        int status = in.u8();
        int handle = in.handle();
        int role = in.u8();
        int peerType = in.u8();
        if (!EventParser.failed(status) && (role > 1 || peerType > 3 || !EventParser.possible(handle))) {
            return null;
        }
        var peer = in.address(peerType & 3);
        boolean enhanced = subevent != CONNECTION_COMPLETE;
        var localResolvable = enhanced ? resolvable(in) : null;
        var peerResolvable = enhanced ? resolvable(in) : null;
        int interval = in.u16();
        int latency = in.u16();
        int timeout = in.u16();
        in.skip(1); // clock accuracy
        int advertisingHandle = -1;
        if (subevent == ENHANCED_CONNECTION_COMPLETE_V2) {
            advertisingHandle = in.u8();
            in.skip(2); // sync handle
            if (advertisingHandle > 0xef) {
                advertisingHandle = -1;
            }
        }
        return new LeEvent.ConnectionComplete(
                status, handle, role == 0, peer, peerType >= 2, localResolvable, peerResolvable, interval, latency, timeout,
                advertisingHandle);
    }

    /** All zeros stand for none. */
    private static DeviceAddress resolvable(EventReader in) {
        var address = in.address(1);
        return address.value() == 0 ? null : address;
    }

    /** Terminated with an error there is no connection, and the handle means nothing. */
    private static HciEvent advertisingSetTerminated(EventReader in) {
        var event = new LeEvent.AdvertisingSetTerminated(in.u8(), in.u8(), in.handle());
        in.skip(1); // number of completed extended advertising events
        return event;
    }

    /**
     * Controllers differ in how several reports in one event are laid out, and some put octets behind the last one: each
     * report is read by its own length, and what is left is not looked at.
     */
    private static HciEvent advertisingReports(EventReader in) {
        int count = in.u8();
        List<AdvertisingReport> reports = new ArrayList<>(Math.min(count, 25));
        for (int i = 0; i < count; i++) {
            int type = in.u8();
            int addressType = in.u8();
            if (type > 4 || addressType > 3) {
                return null;
            }
            var address = in.address(addressType);
            int length = in.u8();
            if (length > MAX_LEGACY_DATA) {
                return null;
            }
            var data = in.octets(length);
            int rssi = (byte) in.u8();
            boolean connectable = type == 0 || type == 1;
            reports.add(new AdvertisingReport(
                    connectable, type == 0 || type == 2, type == 1, null, type == 4, true, address, addressType >= 2, rssi, -1, true,
                    false, data));
        }
        in.skip(in.remaining());
        return count == 0 ? null : new LeEvent.AdvertisingReports(reports);
    }

    /**
     * Directed to a private address that the controller could not resolve (7.7.65.11). It has no data. Its only type is 1, and whom it is
     * directed to is a private address.
     */
    private static HciEvent directedAdvertisingReports(EventReader in) {
        int count = in.u8();
        List<AdvertisingReport> reports = new ArrayList<>(Math.min(count, 25));
        for (int i = 0; i < count; i++) {
            int type = in.u8();
            int addressType = in.u8();
            if (type != 1 || addressType > 3) {
                return null;
            }
            var address = in.address(addressType);
            in.skip(1); // type of the direct address: random
            var target = in.address(1);
            int rssi = (byte) in.u8();
            reports.add(new AdvertisingReport(
                    true, false, true, target.isResolvable() ? target : null, false, true, address, addressType >= 2, rssi, -1, true, false, new byte[0]));
        }
        in.skip(in.remaining());
        return count == 0 ? null : new LeEvent.AdvertisingReports(reports);
    }

    private static HciEvent extendedAdvertisingReports(EventReader in) {
        int count = in.u8();
        List<AdvertisingReport> reports = new ArrayList<>(Math.min(count, 10));
        for (int i = 0; i < count; i++) {
            int type = in.u16();
            int addressType = in.u8();
            if (addressType > 3 && addressType != ANONYMOUS) {
                return null;
            }
            var address = in.address(addressType & 3);
            in.skip(2); // PHYs
            int sid = in.u8();
            in.skip(1); // transmit power
            int rssi = (byte) in.u8();
            in.skip(2); // periodic advertising interval
            var target = target(in.u8(), in.address(1));
            var data = in.octets(in.u8());
            int dataStatus = type >>> 5 & 3;
            reports.add(new AdvertisingReport(
                    (type & 1) != 0, (type & 2) != 0, (type & 4) != 0, (type & 4) != 0 ? target : null, (type & 8) != 0, (type & 16) != 0,
                    addressType == ANONYMOUS ? null : address, addressType == 2 || addressType == 3, rssi, sid > 15 ? -1 : sid,
                    dataStatus == 0, dataStatus == 1, data));
        }
        in.skip(in.remaining());
        return count == 0 ? null : new LeEvent.AdvertisingReports(reports);
    }

    /** Some controllers do not say that they could not resolve a private address, only that it is a random one. */
    private static DeviceAddress target(int type, DeviceAddress address) {
        return (type == RANDOM || type == UNRESOLVED) && address.isResolvable() ? address : null;
    }
}
