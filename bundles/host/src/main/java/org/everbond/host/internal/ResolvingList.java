package org.everbond.host.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.HciCommand;
import org.everbond.hci.LeCommands;
import org.everbond.hci.OpCode;
import org.everbond.host.ResolvingListEntry;

/**
 * The controller's resolving list (Vol 4, Part E, 7.8.38 to 7.8.45, 7.8.77), with as many of the bonded peers as it has room for; the host
 * resolves all, so that nothing depends on it. It may be changed only while the controller neither advertises nor scans nor connects:
 * for that moment all three are held.
 */
final class ResolvingList {
    /** What must rest while the list changes. */
    interface Held {
        /** @return completes when the controller rests, and it will until {@link #release} */
        CompletionStage<Void> hold();

        void release();
    }

    private final CommandFlow commands;
    private final UpperLayers upper;
    private final Controller controller;
    private final List<Held> users;
    private final Map<DeviceAddress, ResolvingListEntry> applied = new LinkedHashMap<>();
    private int room;
    private boolean enabled;
    private boolean busy;
    private boolean changed;
    private boolean closed;

    ResolvingList(CommandFlow commands, UpperLayers upper, Controller controller, List<Held> users) {
        this.commands = commands;
        this.upper = upper;
        this.controller = controller;
        this.users = users;
        this.room = controller.resolvingListSize();
    }

    /** How many peers are in it. */
    int size() {
        return applied.size();
    }

    /** Other peers may belong into it. */
    void changed() {
        changed = true;
        step();
    }

    void close() {
        closed = true;
    }

    private void step() {
        if (busy || closed || !changed || room == 0) {
            return;
        }
        changed = false;
        var steps = steps();
        if (steps.isEmpty()) {
            return;
        }
        busy = true;
        var held = users.stream().map(user -> user.hold().toCompletableFuture()).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(held).thenRun(() -> run(steps, 0));
    }

    /** One command, and what is true once it succeeded. */
    private record Step(HciCommand command, Runnable done) {}

    private List<Step> steps() {
        var wanted = new LinkedHashMap<DeviceAddress, ResolvingListEntry>();
        upper.security().resolvingList(room).stream()
                // Without that command a peer would not be heard under its identity address any more (Vol 6, Part B, 4.7).
                .filter(entry -> !entry.deviceMode() || controller.commands().has(OpCode.LE_SET_PRIVACY_MODE))
                .limit(room)
                .forEach(entry -> wanted.put(entry.peer(), entry));
        var steps = new ArrayList<Step>();
        changedModes(wanted, steps);
        boolean removes = applied.values().stream().anyMatch(entry -> !isKept(entry, wanted));
        boolean one = controller.commands().has(OpCode.LE_REMOVE_DEVICE_FROM_RESOLVING_LIST);
        var kept = new LinkedHashMap<>(applied);
        if (removes && one) {
            applied.values().stream().filter(entry -> !isKept(entry, wanted)).forEach(entry -> {
                kept.remove(entry.peer());
                steps.add(new Step(
                        LeCommands.removeDeviceFromResolvingList(entry.peer()), () -> applied.remove(entry.peer())));
            });
        } else if (removes) {
            kept.clear();
            steps.add(new Step(LeCommands.clearResolvingList(), applied::clear));
        }
        wanted.values().stream().filter(entry -> !kept.containsKey(entry.peer())).forEach(entry -> {
            steps.add(new Step(
                    LeCommands.addDeviceToResolvingList(entry.peer(), entry.peerIrk(), entry.localIrk()),
                    () -> applied.put(entry.peer(), entry)));
            if (entry.deviceMode()) {
                steps.add(new Step(LeCommands.setPrivacyMode(entry.peer(), true), () -> {}));
            }
        });
        if (enabled == wanted.isEmpty()) {
            boolean on = !enabled;
            steps.add(new Step(LeCommands.setAddressResolutionEnable(on), () -> enabled = on));
        }
        return steps;
    }

    /** An entry of which only the privacy mode differs stays where it is. */
    private void changedModes(Map<DeviceAddress, ResolvingListEntry> wanted, List<Step> steps) {
        applied.values().forEach(entry -> {
            var next = wanted.get(entry.peer());
            if (!entry.equals(next) && isKept(entry, wanted)) {
                steps.add(new Step(
                        LeCommands.setPrivacyMode(next.peer(), next.deviceMode()), () -> applied.put(next.peer(), next)));
            }
        });
    }

    private boolean isKept(ResolvingListEntry entry, Map<DeviceAddress, ResolvingListEntry> wanted) {
        var next = wanted.get(entry.peer());
        return next != null && next.peerIrk().equals(entry.peerIrk()) && next.localIrk().equals(entry.localIrk())
                && (next.deviceMode() == entry.deviceMode() || controller.commands().has(OpCode.LE_SET_PRIVACY_MODE));
    }

    private void run(List<Step> steps, int at) {
        if (closed) {
            return;
        }
        if (at == steps.size()) {
            finish();
            return;
        }
        var next = steps.get(at);
        commands.send(next.command(), answer -> {
            if (closed) {
                return;
            }
            if (answer.ok()) {
                next.done().run();
                run(steps, at + 1);
            } else if (answer.refusedWith(ErrorCode.MEMORY_CAPACITY_EXCEEDED) && !applied.isEmpty()) {
                // It has less room than it said.
                room = applied.size();
                changed = true;
                finish();
            } else {
                upper.trouble("the controller does not resolve addresses, the host does: " + answer.failure().getMessage());
                abandon();
            }
        });
    }

    /** Without the list everything works, too. */
    private void abandon() {
        room = 0;
        applied.clear();
        commands.send(LeCommands.setAddressResolutionEnable(false));
        commands.send(LeCommands.clearResolvingList(), answer -> finish());
    }

    private void finish() {
        busy = false;
        if (!closed) {
            users.forEach(Held::release);
            step();
        }
    }
}
