package org.everbond.shell.internal;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.everbond.crypto.DeviceAddress;
import org.everbond.host.Advertisement;

/**
 * Whom a scan sees, one time each: what a device advertises and what it answers when asked for more are put together. Whose other half
 * does not come is shown with the one that came. Any thread.
 */
final class Sightings {
    /** A scan response follows its advertising at once; this is for a lost one, that the next advertising brings. */
    private static final Duration OTHER_HALF = Duration.ofMillis(300);

    private record Half(Advertisement report, long since) {}

    private final int wanted;
    private final Consumer<Advertisement> row;
    private final CountDownLatch enough;
    private final Map<DeviceAddress, Half> halves = new LinkedHashMap<>();
    private final Set<DeviceAddress> shown = new HashSet<>();

    /**
     * @param wanted how many devices are enough
     * @param row takes each device when as much is known of it as will be
     */
    Sightings(int wanted, Consumer<Advertisement> row) {
        this.wanted = wanted;
        this.row = row;
        this.enough = new CountDownLatch(wanted);
    }

    synchronized void seen(Advertisement report) {
        if (shown.contains(report.address())) {
            return;
        }
        var other = halves.get(report.address());
        if (other == null) {
            halves.put(report.address(), new Half(report, System.nanoTime()));
        } else if (other.report().scanResponse() != report.scanResponse()) {
            halves.remove(report.address());
            show(merged(other.report(), report));
        }
    }

    /** Waits until there are enough, or the time has passed. */
    void await(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        long step = OTHER_HALF.toNanos() / 3;
        for (long left = time.toNanos(); left > 0 && !enough.await(Math.min(left, step), TimeUnit.NANOSECONDS); left = end - System.nanoTime()) {
            showHalves(OTHER_HALF.toNanos());
        }
        showHalves(0);
    }

    private synchronized void showHalves(long age) {
        long now = System.nanoTime();
        for (Iterator<Half> each = halves.values().iterator(); each.hasNext(); ) {
            var half = each.next();
            if (now - half.since() >= age) {
                each.remove();
                show(half.report());
            }
        }
    }

    private void show(Advertisement device) {
        if (shown.size() < wanted) {
            shown.add(device.address());
            row.accept(device);
            enough.countDown();
        }
    }

    private static Advertisement merged(Advertisement one, Advertisement other) {
        var advertising = one.scanResponse() ? other : one;
        var response = one.scanResponse() ? one : other;
        var services = new LinkedHashSet<UUID>();
        Stream.of(advertising, response).forEach(half -> services.addAll(half.services()));
        return new Advertisement(advertising.address(), advertising.identity().or(response::identity),
                advertising.connectable() || response.connectable(), false,
                other.rssi(), advertising.data(),
                // The longer of two names is the complete one.
                response.name().length() > advertising.name().length() ? response.name() : advertising.name(),
                services.stream().toList());
    }
}
