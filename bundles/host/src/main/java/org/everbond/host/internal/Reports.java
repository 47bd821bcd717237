package org.everbond.host.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.everbond.hci.AdvertisingReport;
import org.everbond.hci.LeEvent;
import org.everbond.host.Advertisement;

/** Which of the advertising reports of a controller count, and what they say to people. */
final class Reports {
    private final UpperLayers upper;
    private final Losses losses;
    private final ReportAssembly assembly = new ReportAssembly();

    Reports(UpperLayers upper, Losses losses) {
        this.upper = upper;
        this.losses = losses;
    }

    /** A new scan: what was begun before is not finished any more. */
    void clear() {
        assembly.clear();
    }

    /** The whole ones that are for us. */
    List<AdvertisingReport> in(LeEvent.AdvertisingReports event) {
        var heard = new ArrayList<AdvertisingReport>();
        for (var report : event.reports()) {
            var whole = assembly.add(report);
            if (whole != null && !isIgnored(whole) && !isForSomebodyElse(whole)) {
                heard.add(whole);
            }
        }
        losses.count("advertising data that was never finished", assembly.takeDropped());
        return heard;
    }

    /** Network privacy mode, also for peers for which the controller's list has no room. */
    private boolean isIgnored(AdvertisingReport report) {
        return report.address() != null && !report.addressIsIdentity() && upper.security().isIgnored(report.address());
    }

    /** What the controller could not resolve, we can: many private addresses are on air that are not ours. */
    private boolean isForSomebodyElse(AdvertisingReport report) {
        return report.unresolvedTarget() != null && !upper.security().isOwn(report.unresolvedTarget());
    }

    /** Waits until it is known whose it is: the controller may not repeat the report. */
    void advertisement(AdvertisingReport report, Consumer<Advertisement> then) {
        upper.security().identify(report.address(), identities -> {
            var structures = AdStructures.parse(report.data());
            then.accept(new Advertisement(
                    report.address(),
                    identities.stream().findFirst(),
                    report.connectable(),
                    report.scanResponse(),
                    report.rssi(),
                    report.data(),
                    structures.name(),
                    structures.services()));
        });
    }
}
