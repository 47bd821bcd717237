package org.everbond.hci.virtual.internal;

import java.util.HashSet;
import java.util.Set;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.OpCode;

/** The filter accept list (Vol 6, Part B, 4.3.1). */
final class AcceptList {
    private static final int SIZE = 16;
    private static final int ANONYMOUS = 0xff;

    private final Controller controller;
    private final Set<DeviceAddress> devices = new HashSet<>();

    AcceptList(Controller controller) {
        this.controller = controller;
    }

    void register(Commands commands) {
        commands.complete(OpCode.LE_READ_FILTER_ACCEPT_LIST_SIZE, 0, 1, (in, out) -> out.u8(SIZE));
        commands.complete(OpCode.LE_CLEAR_FILTER_ACCEPT_LIST, 0, 0, (in, out) -> {
            mayChange();
            devices.clear();
        });
        commands.complete(OpCode.LE_ADD_DEVICE_TO_FILTER_ACCEPT_LIST, 7, 0, (in, out) -> {
            mayChange();
            add(in);
        });
        commands.complete(OpCode.LE_REMOVE_DEVICE_FROM_FILTER_ACCEPT_LIST, 7, 0, (in, out) -> {
            mayChange();
            int type = in.u8();
            if (type != ANONYMOUS) {
                devices.remove(in.address(AddressType.of(Parameters.inRange(type, 0, 1))));
            }
        });
    }

    private void add(Parameters in) {
        int type = in.u8();
        if (type == ANONYMOUS) {
            return;
        }
        var device = in.address(AddressType.of(Parameters.inRange(type, 0, 1)));
        if (devices.size() == SIZE && !devices.contains(device)) {
            throw new Refused(ErrorCode.MEMORY_CAPACITY_EXCEEDED);
        }
        devices.add(device);
    }

    /** Not while advertising, scanning or initiating uses it (Vol 4, Part E, 7.8.15 to 7.8.17). */
    private void mayChange() {
        if (controller.usesAcceptList()) {
            throw Refused.disallowed();
        }
    }

    boolean contains(DeviceAddress device) {
        return devices.contains(device);
    }

    void reset() {
        devices.clear();
    }
}
