package org.everbond.hci.virtual.internal;

import java.time.Duration;
import java.util.Arrays;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.OpCode;

/** The legacy advertising commands (Vol 4, Part E, 7.8.5 to 7.8.9). */
final class LegacyAdvertising {
    private static final int MAX_DATA = 31;
    private static final int CONNECTABLE_UNDIRECTED = 0;
    private static final int DIRECTED_HIGH_DUTY = 1;
    private static final int SCANNABLE = 2;
    private static final int NON_CONNECTABLE = 3;
    private static final int DIRECTED_LOW_DUTY = 4;

    private final Controller controller;
    private AdvertisingSet set;

    LegacyAdvertising(Controller controller) {
        this.controller = controller;
        reset();
    }

    void register(Commands commands) {
        commands.complete(OpCode.LE_SET_ADVERTISING_PARAMETERS, 15, 0, (in, out) -> {
            controller.family().legacy();
            notEnabled();
            set.settings(read(in));
        });
        commands.complete(OpCode.LE_READ_ADVERTISING_PHYSICAL_CHANNEL_TX_POWER, 0, 1, (in, out) -> {
            controller.family().legacy();
            out.u8(0);
        });
        commands.complete(OpCode.LE_SET_ADVERTISING_DATA, 32, 0, (in, out) -> {
            controller.family().legacy();
            set.data(data(in));
        });
        commands.complete(OpCode.LE_SET_SCAN_RESPONSE_DATA, 32, 0, (in, out) -> {
            controller.family().legacy();
            set.scanResponse(data(in));
        });
        commands.complete(OpCode.LE_SET_ADVERTISING_ENABLE, 1, 0, (in, out) -> {
            controller.family().legacy();
            if (in.flag()) {
                set.enable(Duration.ZERO, 0);
            } else {
                set.disable();
            }
        });
    }

    private void notEnabled() {
        if (set.enabled()) {
            throw Refused.disallowed();
        }
    }

    private static byte[] data(Parameters in) {
        int length = in.u8(0, MAX_DATA);
        return Arrays.copyOf(in.bytes(MAX_DATA), length);
    }

    private AdvertisingSet.Settings read(Parameters in) {
        int minimum = in.u16();
        int maximum = in.u16();
        int type = in.u8(CONNECTABLE_UNDIRECTED, DIRECTED_LOW_DUTY);
        if (type != DIRECTED_HIGH_DUTY && (minimum < 0x20 || maximum > 0x4000 || minimum > maximum)) {
            throw Refused.parameters();
        }
        int ownType = in.u8(0, 3);
        var peer = in.typedAddress(1);
        in.u8(1, 7);
        int filter = in.u8(0, 3);
        boolean directed = type == DIRECTED_HIGH_DUTY || type == DIRECTED_LOW_DUTY;
        return new AdvertisingSet.Settings(
                type != SCANNABLE && type != NON_CONNECTABLE,
                type == CONNECTABLE_UNDIRECTED || type == SCANNABLE,
                directed,
                type == DIRECTED_HIGH_DUTY,
                true,
                minimum,
                ownType,
                peer,
                directed ? 0 : filter,
                1,
                0,
                0xff,
                false);
    }

    AdvertisingSet set() {
        return set;
    }

    void reset() {
        if (set != null) {
            set.disable();
        }
        var nobody = new DeviceAddress(AddressType.PUBLIC, 0);
        set = new AdvertisingSet(controller, 0, false, new AdvertisingSet.Settings(
                true, true, false, false, true, 0x0800, 0, nobody, 0, 1, 0, 0xff, false));
    }
}
