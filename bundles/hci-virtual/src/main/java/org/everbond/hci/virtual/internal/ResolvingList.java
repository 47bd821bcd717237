package org.everbond.hci.virtual.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.RandomAddress;
import org.everbond.crypto.Toolbox;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.OpCode;

/** The resolving list (Vol 6, Part B, 4.7 and 6). */
final class ResolvingList {
    private static final int SIZE = 16;

    private final Controller controller;
    private final Map<DeviceAddress, Entry> entries = new LinkedHashMap<>();
    private boolean enabled;

    private static final class Entry {
        final Key peerIrk;
        final Key localIrk;
        boolean devicePrivacy;
        DeviceAddress peerRpa;
        DeviceAddress localRpa;

        Entry(Key peerIrk, Key localIrk) {
            this.peerIrk = peerIrk;
            this.localIrk = localIrk;
        }
    }

    ResolvingList(Controller controller) {
        this.controller = controller;
    }

    void register(Commands commands) {
        commands.complete(OpCode.LE_ADD_DEVICE_TO_RESOLVING_LIST, 39, 0, (in, out) -> {
            mayChange();
            add(in.typedAddress(1), in.key(), in.key());
        });
        commands.complete(OpCode.LE_REMOVE_DEVICE_FROM_RESOLVING_LIST, 7, 0, (in, out) -> {
            mayChange();
            if (entries.remove(in.typedAddress(1)) == null) {
                throw new Refused(ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER);
            }
        });
        commands.complete(OpCode.LE_CLEAR_RESOLVING_LIST, 0, 0, (in, out) -> {
            mayChange();
            entries.clear();
        });
        commands.complete(OpCode.LE_READ_RESOLVING_LIST_SIZE, 0, 1, (in, out) -> out.u8(SIZE));
        commands.complete(OpCode.LE_READ_PEER_RESOLVABLE_ADDRESS, 7, 6, (in, out) ->
                out.address(find(in.typedAddress(1)).peerRpa));
        commands.complete(OpCode.LE_READ_LOCAL_RESOLVABLE_ADDRESS, 7, 6, (in, out) ->
                out.address(find(in.typedAddress(1)).localRpa));
        commands.complete(OpCode.LE_SET_ADDRESS_RESOLUTION_ENABLE, 1, 0, (in, out) -> {
            if (controller.busyOnAir()) {
                throw Refused.disallowed();
            }
            enabled = in.flag();
        });
        commands.complete(OpCode.LE_SET_RESOLVABLE_PRIVATE_ADDRESS_TIMEOUT, 2, 0, (in, out) -> in.u16(1, 0x0e10));
    }

    /** LE Set Privacy Mode, which controllers of Core 5 have. */
    void registerPrivacyMode(Commands commands) {
        commands.complete(OpCode.LE_SET_PRIVACY_MODE, 8, 0, (in, out) -> {
            mayChange();
            find(in.typedAddress(1)).devicePrivacy = in.flag();
        });
    }

    private void add(DeviceAddress identity, Key peerIrk, Key localIrk) {
        if (entries.containsKey(identity)) {
            throw Refused.parameters();
        }
        if (entries.size() == SIZE) {
            throw new Refused(ErrorCode.MEMORY_CAPACITY_EXCEEDED);
        }
        entries.put(identity, new Entry(peerIrk, localIrk));
    }

    private Entry find(DeviceAddress identity) {
        var entry = entries.get(identity);
        if (entry == null) {
            throw new Refused(ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER);
        }
        return entry;
    }

    /** Not while resolution is on and advertising, scanning or initiating goes on (Vol 4, Part E, 7.8.38). */
    private void mayChange() {
        if (enabled && controller.busyOnAir()) {
            throw Refused.disallowed();
        }
    }

    /** The identity of whoever uses this address on air, or null when it cannot be resolved. */
    DeviceAddress identify(DeviceAddress onAir) {
        if (!enabled || !onAir.isResolvable()) {
            return null;
        }
        for (var entry : entries.entrySet()) {
            if (!entry.getValue().peerIrk.isZero() && Toolbox.resolves(entry.getValue().peerIrk, onAir)) {
                entry.getValue().peerRpa = onAir;
                return entry.getKey();
            }
        }
        return null;
    }

    /** Network privacy mode: a peer that gave its IRK is not listened to under its identity address (Vol 6, Part B, 4.7). */
    boolean ignores(DeviceAddress onAir) {
        var entry = enabled ? entries.get(onAir) : null;
        return entry != null && !entry.peerIrk.isZero() && !entry.devicePrivacy;
    }

    /** A fresh resolvable private address of ours towards this peer, or null without a local IRK for it. */
    DeviceAddress localAddress(DeviceAddress peerIdentity) {
        var entry = enabled && peerIdentity != null ? entries.get(peerIdentity) : null;
        if (entry == null || entry.localIrk.isZero()) {
            return null;
        }
        entry.localRpa = RandomAddress.resolvable(entry.localIrk, controller.random().nextInt());
        return entry.localRpa;
    }

    /** A fresh resolvable private address of this peer, or null without its IRK. */
    DeviceAddress peerAddress(DeviceAddress identity) {
        var entry = enabled ? entries.get(identity) : null;
        return entry == null || entry.peerIrk.isZero()
                ? null
                : RandomAddress.resolvable(entry.peerIrk, controller.random().nextInt());
    }

    /** Whether a directed advertisement to this address is meant for us. */
    boolean isLocal(DeviceAddress target) {
        return enabled
                && target.isResolvable()
                && entries.values().stream()
                        .anyMatch(entry -> !entry.localIrk.isZero() && Toolbox.resolves(entry.localIrk, target));
    }

    void reset() {
        entries.clear();
        enabled = false;
    }
}
