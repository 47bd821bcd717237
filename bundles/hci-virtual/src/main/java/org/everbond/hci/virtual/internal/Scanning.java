package org.everbond.hci.virtual.internal;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.hci.LeFeature;
import org.everbond.hci.OpCode;
import org.everbond.hci.virtual.ControllerOptions.Quirk;

/** Scanning with either family of commands (Vol 4, Part E, 7.8.10, 7.8.11, 7.8.64, 7.8.65). It listens all the time. */
final class Scanning {
    private static final int RSSI = -60;
    private static final int LEGACY_SCAN_RESPONSE = 4;
    private static final int UNKNOWN_TX_POWER = 0x7f;
    private static final int RANDOM = 0x01;
    private static final int UNRESOLVED = 0xfe;
    /** The bit of a filter policy that lets directed PDUs to unresolved private addresses through (Vol 6, Part B, 4.3.3). */
    private static final int EXTENDED_POLICY = 2;
    /** What fits behind the other fields of one report in an event of 255 octets. */
    private static final int MAX_REPORT_DATA = 229;

    private static final int DUPLICATES_PER_PERIOD = 2;
    private static final int RESPONSE_BIT = 1 << 3;
    private static final int LEGACY_BIT = 1 << 4;
    private static final int MORE_TO_COME = 1 << 5;

    private final Controller controller;
    private final Set<Object> seen = new HashSet<>();
    private boolean extended;
    private boolean active;
    private int ownType;
    private int filterPolicy;
    private boolean enabled;
    private int duplicateFilter;
    private DeviceAddress own;
    private EventLoop.Timer end;

    Scanning(Controller controller) {
        this.controller = controller;
    }

    void registerLegacy(Commands commands) {
        commands.complete(OpCode.LE_SET_SCAN_PARAMETERS, 7, 0, (in, out) -> {
            controller.family().legacy();
            notEnabled();
            boolean wantsActive = in.flag();
            intervalAndWindow(in, 0x4000);
            ownType = in.u8(0, 3);
            filterPolicy = policy(in);
            active = wantsActive;
        });
        commands.complete(OpCode.LE_SET_SCAN_ENABLE, 2, 0, (in, out) -> {
            controller.family().legacy();
            extended = false;
            enable(in.flag(), in.u8(0, 1), Duration.ZERO, true);
        });
    }

    void registerExtended(Commands commands) {
        commands.complete(OpCode.LE_SET_EXTENDED_SCAN_PARAMETERS, -1, 0, (in, out) -> {
            controller.family().extended();
            notEnabled();
            setExtendedParameters(in);
        });
        commands.complete(OpCode.LE_SET_EXTENDED_SCAN_ENABLE, 6, 0, (in, out) -> {
            controller.family().extended();
            extended = true;
            boolean on = in.flag();
            int filter = in.u8(0, DUPLICATES_PER_PERIOD);
            var duration = Duration.ofMillis(in.u16() * 10L);
            int period = in.u16();
            if (period != 0 && (duration.isZero() || duration.toMillis() >= period * 1280L)) {
                throw Refused.parameters();
            }
            enable(on, filter, duration, period == 0);
        });
    }

    private int policy(Parameters in) {
        return in.u8(0, LeFeature.EXTENDED_SCANNING_FILTER_POLICIES.in(controller.features()) ? 3 : 1);
    }

    private void notEnabled() {
        if (enabled) {
            throw Refused.disallowed();
        }
    }

    static void intervalAndWindow(Parameters in, int maximum) {
        int interval = in.u16(4, maximum);
        in.u16(4, interval);
    }

    private void setExtendedParameters(Parameters in) {
        int own = in.u8(0, 3);
        int policy = policy(in);
        int phys = in.u8();
        int count = Integer.bitCount(phys);
        if (phys == 0 || (phys & ~5) != 0 || in.left() != 5 * count) {
            throw Refused.parameters();
        }
        boolean wantsActive = false;
        for (int i = 0; i < count; i++) {
            wantsActive |= in.flag();
            intervalAndWindow(in, 0xffff);
        }
        ownType = own;
        filterPolicy = policy;
        active = wantsActive;
    }

    private void enable(boolean on, int filter, Duration duration, boolean once) {
        if (on) {
            own = controller.ownAddresses().onAir(ownType, null, controller.ownAddresses().random());
        }
        stop();
        enabled = on;
        duplicateFilter = filter;
        seen.clear();
        if (on && !duration.isZero() && once) {
            end = controller.loop().schedule(duration, this::timeout);
        }
    }

    private void timeout() {
        stop();
        controller.out().leEvent(LeEvent.SCAN_TIMEOUT, new Octets());
    }

    private void stop() {
        enabled = false;
        if (end != null) {
            end.cancel();
            end = null;
        }
    }

    boolean enabled() {
        return enabled;
    }

    boolean usesAcceptList() {
        return enabled && (filterPolicy & 1) != 0;
    }

    void heard(AdvertisingSet set) {
        if (!enabled || !extended && !set.settings().legacy()) {
            return;
        }
        var resolving = controller.resolvingList();
        var identity = resolving.identify(set.onAir());
        if (identity == null && resolving.ignores(set.onAir())) {
            return;
        }
        var sender = identity == null ? set.onAir() : identity;
        if ((filterPolicy & 1) != 0 && !controller.acceptList().contains(sender)) {
            return;
        }
        var target = set.targetOnAir();
        boolean forUs = target == null || target.equals(own) || controller.ownAddresses().include(target);
        if (!forUs && ((filterPolicy & EXTENDED_POLICY) == 0 || !target.isResolvable())) {
            return;
        }
        if (!forUs && !extended) {
            reportUnresolved(set, sender, identity != null);
            return;
        }
        report(set, sender, identity != null, false);
        if (forUs && active && set.answers(own)) {
            set.scanRequest(own);
            report(set, sender, identity != null, true);
        }
    }

    private void report(AdvertisingSet set, DeviceAddress sender, boolean resolved, boolean response) {
        var data = response ? set.scanResponse() : set.data();
        if (isDuplicate(set, sender, response)) {
            return;
        }
        int addressType = addressType(sender, resolved);
        if (extended) {
            reportExtended(set, sender, addressType, response, data);
        } else {
            int type = response ? LEGACY_SCAN_RESPONSE : legacyType(set.settings());
            controller.out().leEvent(
                    LeEvent.ADVERTISING_REPORT,
                    new Octets().u8(1).u8(type).u8(addressType).address(sender).u8(data.length).bytes(data).u8(RSSI));
        }
    }

    /** LE Directed Advertising Report (Vol 4, Part E, 7.7.65.11). */
    private void reportUnresolved(AdvertisingSet set, DeviceAddress sender, boolean resolved) {
        if (isDuplicate(set, sender, false)) {
            return;
        }
        controller.out().leEvent(
                LeEvent.DIRECTED_ADVERTISING_REPORT,
                new Octets()
                        .u8(1)
                        .u8(legacyType(set.settings()))
                        .u8(addressType(sender, resolved))
                        .address(sender)
                        .u8(RANDOM)
                        .address(set.targetOnAir())
                        .u8(RSSI));
    }

    private boolean isDuplicate(AdvertisingSet set, DeviceAddress sender, boolean response) {
        boolean filter = duplicateFilter != 0 && !controller.options().has(Quirk.DUPLICATE_REPORTS);
        return filter && !seen.add(List.of(sender, response, set.settings().sid()));
    }

    private static int addressType(DeviceAddress sender, boolean resolved) {
        return sender.type().value() | (resolved ? 2 : 0);
    }

    private static int legacyType(AdvertisingSet.Settings settings) {
        if (settings.directed()) {
            return 1;
        }
        return settings.connectable() ? 0 : settings.scannable() ? 2 : 3;
    }

    private void reportExtended(AdvertisingSet set, DeviceAddress sender, int addressType, boolean response, byte[] data) {
        int at = 0;
        do {
            int length = Math.min(MAX_REPORT_DATA, data.length - at);
            boolean more = at + length < data.length;
            int type = extendedType(set.settings(), response) | (more ? MORE_TO_COME : 0);
            reportExtended(set, sender, addressType, type, Arrays.copyOfRange(data, at, at + length));
            at += length;
        } while (at < data.length);
    }

    private static int extendedType(AdvertisingSet.Settings settings, boolean response) {
        return (settings.connectable() ? 1 : 0)
                | (settings.scannable() ? 1 << 1 : 0)
                | (settings.directed() ? 1 << 2 : 0)
                | (response ? RESPONSE_BIT : 0)
                | (settings.legacy() ? LEGACY_BIT : 0);
    }

    private void reportExtended(AdvertisingSet set, DeviceAddress sender, int addressType, int type, byte[] data) {
        var settings = set.settings();
        var target = set.targetOnAir();
        controller.out().leEvent(
                LeEvent.EXTENDED_ADVERTISING_REPORT,
                new Octets()
                        .u8(1)
                        .u16(type)
                        .u8(addressType)
                        .address(sender)
                        .u8(settings.primaryPhy())
                        .u8(settings.secondaryPhy())
                        .u8(settings.sid())
                        .u8(UNKNOWN_TX_POWER)
                        .u8(RSSI)
                        .u16(0)
                        .u8(target == null ? 0 : isUnresolved(target) ? UNRESOLVED : target.type().value())
                        .address(target)
                        .u8(data.length)
                        .bytes(data));
    }

    private boolean isUnresolved(DeviceAddress target) {
        return target.isResolvable() && !target.equals(own) && !controller.ownAddresses().include(target);
    }

    void reset() {
        stop();
        seen.clear();
        active = false;
        ownType = 0;
        filterPolicy = 0;
    }
}
