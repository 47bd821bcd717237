package org.everbond.hci.virtual.internal;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import org.everbond.crypto.AddressType;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.OpCode;

/** The extended advertising commands (Vol 4, Part E, 7.8.52 to 7.8.60). */
final class ExtendedAdvertising {
    private static final int MAX_DATA = 1650;
    private static final int MAX_LEGACY_DATA = 31;
    private static final int MAX_HANDLE = 0xef;
    private static final int NO_PREFERENCE_TX_POWER = 0x7f;

    private static final int CONNECTABLE = 1;
    private static final int SCANNABLE = 1 << 1;
    private static final int DIRECTED = 1 << 2;
    private static final int HIGH_DUTY = 1 << 3;
    private static final int LEGACY = 1 << 4;

    private final Controller controller;
    private final Map<Integer, AdvertisingSet> sets = new TreeMap<>();

    ExtendedAdvertising(Controller controller) {
        this.controller = controller;
    }

    void register(Commands commands) {
        complete(commands, OpCode.LE_SET_ADVERTISING_SET_RANDOM_ADDRESS, 7, 0, this::setRandomAddress);
        complete(commands, OpCode.LE_SET_EXTENDED_ADVERTISING_PARAMETERS, 25, 1, this::setParameters);
        complete(commands, OpCode.LE_SET_EXTENDED_ADVERTISING_DATA, -1, 0, (in, out) -> setData(in, false));
        complete(commands, OpCode.LE_SET_EXTENDED_SCAN_RESPONSE_DATA, -1, 0, (in, out) -> setData(in, true));
        complete(commands, OpCode.LE_SET_EXTENDED_ADVERTISING_ENABLE, -1, 0, this::enable);
        complete(commands, OpCode.LE_READ_MAXIMUM_ADVERTISING_DATA_LENGTH, 0, 2, (in, out) -> out.u16(MAX_DATA));
        complete(commands, OpCode.LE_READ_NUMBER_OF_SUPPORTED_ADVERTISING_SETS, 0, 1, (in, out) ->
                out.u8(controller.options().advertisingSets()));
        complete(commands, OpCode.LE_REMOVE_ADVERTISING_SET, 1, 0, (in, out) -> {
            var set = find(in.u8(0, MAX_HANDLE));
            notEnabled(set);
            sets.remove(set.handle());
        });
        complete(commands, OpCode.LE_CLEAR_ADVERTISING_SETS, 0, 0, (in, out) -> {
            sets.values().forEach(ExtendedAdvertising::notEnabled);
            sets.clear();
        });
    }

    private void complete(Commands commands, OpCode opCode, int length, int returns, Commands.Handler handler) {
        commands.complete(opCode, length, returns, (in, out) -> {
            controller.family().extended();
            handler.handle(in, out);
        });
    }

    private AdvertisingSet find(int handle) {
        var set = sets.get(handle);
        if (set == null) {
            throw new Refused(ErrorCode.UNKNOWN_ADVERTISING_IDENTIFIER);
        }
        return set;
    }

    private static void notEnabled(AdvertisingSet set) {
        if (set.enabled()) {
            throw Refused.disallowed();
        }
    }

    private void setRandomAddress(Parameters in, Octets out) {
        var set = find(in.u8(0, MAX_HANDLE));
        if (set.enabled() && set.settings().connectable()) {
            throw Refused.disallowed();
        }
        set.randomAddress(in.address(AddressType.RANDOM));
    }

    private void setParameters(Parameters in, Octets out) {
        int handle = in.u8(0, MAX_HANDLE);
        var settings = read(in);
        var set = sets.get(handle);
        if (set == null) {
            if (sets.size() == controller.options().advertisingSets()) {
                throw new Refused(ErrorCode.MEMORY_CAPACITY_EXCEEDED);
            }
            sets.put(handle, new AdvertisingSet(controller, handle, true, settings));
        } else {
            notEnabled(set);
            set.settings(settings);
        }
        out.u8(0);
    }

    private static AdvertisingSet.Settings read(Parameters in) {
        int properties = in.u16();
        int minimum = in.u24();
        int maximum = in.u24();
        boolean highDuty = (properties & HIGH_DUTY) != 0;
        if (!highDuty && (minimum < 0x20 || minimum > maximum)) {
            throw Refused.parameters();
        }
        in.u8(1, 7);
        int ownType = in.u8(0, 3);
        var peer = in.typedAddress(1);
        int filter = in.u8(0, 3);
        int power = (byte) in.u8();
        if (power > 20 && power != NO_PREFERENCE_TX_POWER) {
            throw Refused.parameters();
        }
        int primaryPhy = in.u8();
        in.skip(1);
        int secondaryPhy = in.u8();
        int sid = in.u8(0, 15);
        boolean reportScanRequests = in.flag();
        checkProperties(properties, primaryPhy, secondaryPhy);
        boolean legacy = (properties & LEGACY) != 0;
        boolean directed = (properties & DIRECTED) != 0;
        return new AdvertisingSet.Settings(
                (properties & CONNECTABLE) != 0,
                (properties & SCANNABLE) != 0,
                directed,
                highDuty,
                legacy,
                minimum,
                ownType,
                peer,
                directed ? 0 : filter,
                primaryPhy,
                legacy ? 0 : secondaryPhy,
                legacy ? 0xff : sid,
                reportScanRequests);
    }

    /** Legacy PDUs come in five kinds; extended ones are never connectable and scannable at once (Vol 4, Part E, 7.8.53). */
    private static void checkProperties(int properties, int primaryPhy, int secondaryPhy) {
        boolean possible;
        if ((properties & LEGACY) != 0) {
            possible = switch (properties) {
                case 0x10, 0x12, 0x13, 0x15, 0x1d -> true;
                default -> false;
            };
        } else {
            possible = (properties & (CONNECTABLE | SCANNABLE)) != (CONNECTABLE | SCANNABLE)
                    && (properties & HIGH_DUTY) == 0
                    && properties < 1 << 7
                    && secondaryPhy >= 1
                    && secondaryPhy <= 3;
        }
        if (!possible || primaryPhy != 1 && primaryPhy != 3) {
            throw Refused.parameters();
        }
    }

    private final Map<Integer, ByteArrayOutputStream> fragments = new TreeMap<>();

    private void setData(Parameters in, boolean scanResponse) {
        var set = find(in.u8(0, MAX_HANDLE));
        int operation = in.u8(0, 4);
        in.u8(0, 1);
        int length = in.u8(0, 251);
        if (in.left() != length) {
            throw Refused.parameters();
        }
        if (operation != 3 && operation != 4 && set.enabled()) {
            throw Refused.disallowed();
        }
        if (operation == 4) {
            return;
        }
        int key = set.handle() << 1 | (scanResponse ? 1 : 0);
        var collected = operation == 3 || operation == 1 ? new ByteArrayOutputStream() : fragments.get(key);
        if (collected == null) {
            throw Refused.disallowed();
        }
        collected.writeBytes(in.bytes(length));
        if (collected.size() > (set.settings().legacy() ? MAX_LEGACY_DATA : MAX_DATA)) {
            fragments.remove(key);
            throw set.settings().legacy() ? Refused.parameters() : new Refused(ErrorCode.MEMORY_CAPACITY_EXCEEDED);
        }
        if (operation == 0 || operation == 1) {
            fragments.put(key, collected);
        } else {
            fragments.remove(key);
            put(set, scanResponse, collected.toByteArray());
        }
    }

    private static void put(AdvertisingSet set, boolean scanResponse, byte[] data) {
        if (scanResponse) {
            set.scanResponse(data);
        } else {
            set.data(data);
        }
    }

    private void enable(Parameters in, Octets out) {
        boolean enable = in.flag();
        int count = in.u8(0, 0x3f);
        if (in.left() != 4 * count || enable && count == 0) {
            throw Refused.parameters();
        }
        if (count == 0) {
            sets.values().forEach(AdvertisingSet::disable);
            return;
        }
        var seen = new HashSet<Integer>();
        var actions = new ArrayList<Runnable>();
        for (int i = 0; i < count; i++) {
            var set = find(in.u8(0, MAX_HANDLE));
            var duration = Duration.ofMillis(in.u16() * 10L);
            int events = in.u8();
            if (!seen.add(set.handle())) {
                throw Refused.parameters();
            }
            actions.add(enable ? () -> set.enable(duration, events) : set::disable);
        }
        actions.forEach(Runnable::run);
    }

    Collection<AdvertisingSet> sets() {
        return sets.values();
    }

    void reset() {
        sets.values().forEach(AdvertisingSet::disable);
        sets.clear();
        fragments.clear();
    }
}
