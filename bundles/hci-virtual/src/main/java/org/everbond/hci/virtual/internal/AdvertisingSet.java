package org.everbond.hci.virtual.internal;

import java.time.Duration;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;

/** One advertising set: its parameters, its data, and the events that it sends while enabled (Vol 6, Part B, 4.4.2). */
final class AdvertisingSet {
    /** High duty cycle directed advertising ends after 1.28 s (Vol 6, Part B, 4.4.2.4.3). */
    private static final Duration HIGH_DUTY_LIMIT = Duration.ofMillis(1280);

    private static final Duration HIGH_DUTY_INTERVAL = Duration.ofNanos(3_750_000);

    /**
     * How it advertises.
     *
     * @param legacy whether its PDUs are those of Core 4
     * @param interval in units of 0.625 ms
     * @param target whom directed advertising is for, and the peer whose IRK makes our address; may be null
     * @param filter filter policy: bit 0 scan requests, bit 1 connect requests only from the accept list
     * @param secondaryPhy PHY of the extended part
     */
    record Settings(
            boolean connectable,
            boolean scannable,
            boolean directed,
            boolean highDuty,
            boolean legacy,
            int interval,
            int ownType,
            DeviceAddress target,
            int filter,
            int primaryPhy,
            int secondaryPhy,
            int sid,
            boolean reportScanRequests) {}

    private final Controller controller;
    private final int handle;
    private final boolean extendedCommands;
    private Settings settings;
    private DeviceAddress randomAddress;
    private byte[] data = new byte[0];
    private byte[] scanResponse = new byte[0];
    private DeviceAddress onAir;
    private DeviceAddress targetOnAir;
    private EventLoop.Timer next;
    private EventLoop.Timer end;
    private int events;
    private int maximumEvents;

    AdvertisingSet(Controller controller, int handle, boolean extendedCommands, Settings settings) {
        this.controller = controller;
        this.handle = handle;
        this.extendedCommands = extendedCommands;
        this.settings = settings;
    }

    int handle() {
        return handle;
    }

    Controller controller() {
        return controller;
    }

    Settings settings() {
        return settings;
    }

    void settings(Settings value) {
        settings = value;
    }

    byte[] data() {
        return data;
    }

    void data(byte[] value) {
        data = value;
    }

    byte[] scanResponse() {
        return scanResponse;
    }

    void scanResponse(byte[] value) {
        scanResponse = value;
    }

    void randomAddress(DeviceAddress value) {
        randomAddress = value;
    }

    boolean enabled() {
        return next != null;
    }

    /** The advertiser's address on air. */
    DeviceAddress onAir() {
        return onAir;
    }

    /** Whom directed advertising is for, as on air; null when undirected. */
    DeviceAddress targetOnAir() {
        return targetOnAir;
    }

    boolean usesAcceptList() {
        return enabled() && settings.filter != 0;
    }

    /**
     * Starts, or starts anew.
     *
     * @param duration zero for no end
     * @param limit number of events, 0 for no end
     */
    void enable(Duration duration, int limit) {
        var random = extendedCommands ? randomAddress : controller.ownAddresses().random();
        onAir = controller.ownAddresses().onAir(settings.ownType, settings.target, random);
        targetOnAir = settings.directed ? controller.ownAddresses().peerOnAir(settings.ownType, settings.target) : null;
        disable();
        events = 0;
        maximumEvents = limit;
        var time = settings.highDuty && duration.isZero() ? HIGH_DUTY_LIMIT : duration;
        if (!time.isZero()) {
            end = controller.loop().schedule(time, () -> ended(ErrorCode.ADVERTISING_TIMEOUT));
        }
        next = controller.loop().schedule(Duration.ZERO, this::advertise);
    }

    void disable() {
        if (next != null) {
            next.cancel();
            next = null;
        }
        if (end != null) {
            end.cancel();
            end = null;
        }
    }

    private void advertise() {
        if (!enabled()) {
            return;
        }
        var interval = settings.highDuty ? HIGH_DUTY_INTERVAL : Duration.ofNanos(settings.interval * 625_000L);
        next = controller.loop().schedule(interval, this::advertise);
        controller.air().advertise(this);
        events++;
        if (enabled() && events == maximumEvents) {
            ended(ErrorCode.LIMIT_REACHED);
        }
    }

    private void ended(ErrorCode status) {
        disable();
        if (extendedCommands) {
            terminated(status, 0);
        } else {
            controller.connections().failed(status);
        }
    }

    private void terminated(ErrorCode status, int connection) {
        controller.out().leEvent(
                LeEvent.ADVERTISING_SET_TERMINATED,
                new Octets().u8(status.value()).u8(handle).u16(connection).u8(events));
    }

    /** Whether a connect request from this address is taken (Vol 6, Part B, 4.3.2). */
    boolean accepts(DeviceAddress initiator) {
        if (!enabled() || !settings.connectable || controller.connections().full()) {
            return false;
        }
        boolean meant = settings.target.equals(initiator) || settings.target.equals(identity(initiator)) || initiator.equals(targetOnAir);
        if (settings.directed && !meant) {
            return false;
        }
        return (settings.filter & 2) == 0 || controller.accepts(initiator);
    }

    /** Whether a scan request from this address is answered. */
    boolean answers(DeviceAddress scanner) {
        return enabled() && settings.scannable && ((settings.filter & 1) == 0 || controller.accepts(scanner));
    }

    void scanRequest(DeviceAddress scanner) {
        if (settings.reportScanRequests) {
            controller.out().leEvent(
                    LeEvent.SCAN_REQUEST_RECEIVED,
                    new Octets().u8(handle).u8(scanner.type().value()).address(scanner));
        }
    }

    /** A connection was made from it: it stops, and with extended commands says which (Vol 4, Part E, 7.7.65.18). */
    void connected(int connection) {
        disable();
        if (extendedCommands) {
            terminated(ErrorCode.SUCCESS, connection);
        }
    }

    private DeviceAddress identity(DeviceAddress address) {
        return controller.resolvingList().identify(address);
    }
}
