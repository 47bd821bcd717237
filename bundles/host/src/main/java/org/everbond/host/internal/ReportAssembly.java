package org.everbond.host.internal;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.AdvertisingReport;

/** Puts extended advertising data together that comes in several reports (Vol 4, Part E, 7.7.65.13). Bounded. */
final class ReportAssembly {
    private static final int MAX_DATA = 1650;
    private static final int MAX_OPEN = 16;

    private record Source(DeviceAddress address, int sid, boolean scanResponse) {}

    private final Map<Source, ByteArrayOutputStream> open = new LinkedHashMap<>();
    private int dropped;

    /** The whole report, or null when there is more to come or too much came. */
    AdvertisingReport add(AdvertisingReport report) {
        var source = new Source(report.address(), report.sid(), report.scanResponse());
        var earlier = open.remove(source);
        if (earlier == null && !report.moreToCome()) {
            return report;
        }
        var data = earlier == null ? new ByteArrayOutputStream() : earlier;
        data.writeBytes(report.data());
        if (data.size() > MAX_DATA) {
            dropped++;
            return null;
        }
        if (report.moreToCome()) {
            if (open.size() >= MAX_OPEN) {
                open.remove(open.keySet().iterator().next());
                dropped++;
            }
            open.put(source, data);
            return null;
        }
        return new AdvertisingReport(
                report.connectable(), report.scannable(), report.directed(), report.unresolvedTarget(), report.scanResponse(), report.legacy(),
                report.address(), report.addressIsIdentity(), report.rssi(), report.sid(), report.complete(), false,
                data.toByteArray());
    }

    void clear() {
        open.clear();
    }

    /** How many were given up since this was asked last. */
    int takeDropped() {
        int count = dropped;
        dropped = 0;
        return count;
    }
}
