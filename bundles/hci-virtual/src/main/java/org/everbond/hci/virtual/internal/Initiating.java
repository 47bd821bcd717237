package org.everbond.hci.virtual.internal;

import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.OpCode;

/** Initiating with either family of commands (Vol 4, Part E, 7.8.12, 7.8.13, 7.8.66). */
final class Initiating {
    private final Controller controller;
    private Request request;

    /**
     * What is looked for.
     *
     * @param peer null when anybody in the accept list will do
     */
    private record Request(DeviceAddress peer, int ownType, boolean extended, ConnectionParameters parameters) {}

    Initiating(Controller controller) {
        this.controller = controller;
    }

    void registerLegacy(Commands commands) {
        commands.status(OpCode.LE_CREATE_CONNECTION, 25, (in, out) -> {
            controller.family().legacy();
            Scanning.intervalAndWindow(in, 0x4000);
            boolean anyAccepted = in.flag();
            var peer = in.typedAddress(3);
            int ownType = in.u8(0, 3);
            begin(new Request(anyAccepted ? null : peer, ownType, false, ConnectionParameters.read(in)));
        });
        commands.complete(OpCode.LE_CREATE_CONNECTION_CANCEL, 0, 0, (in, out) -> cancel());
    }

    void registerExtended(Commands commands) {
        commands.status(OpCode.LE_EXTENDED_CREATE_CONNECTION, -1, (in, out) -> {
            controller.family().extended();
            boolean anyAccepted = in.flag();
            int ownType = in.u8(0, 3);
            var peer = in.typedAddress(3);
            int phys = in.u8();
            int count = Integer.bitCount(phys);
            if ((phys & 5) == 0 || (phys & ~7) != 0 || in.left() != 16 * count) {
                throw Refused.parameters();
            }
            ConnectionParameters parameters = null;
            for (int i = 0; i < count; i++) {
                Scanning.intervalAndWindow(in, 0xffff);
                var ofPhy = ConnectionParameters.read(in);
                in.skip(4);
                parameters = parameters == null ? ofPhy : parameters;
            }
            begin(new Request(anyAccepted ? null : peer, ownType, true, parameters));
        });
    }

    private void begin(Request wanted) {
        if (request != null) {
            throw Refused.disallowed();
        }
        if (controller.connections().full()) {
            throw new Refused(ErrorCode.CONNECTION_LIMIT_EXCEEDED);
        }
        if (wanted.peer != null && controller.connections().toPeer(wanted.peer)) {
            throw new Refused(ErrorCode.CONNECTION_ALREADY_EXISTS);
        }
        controller.ownAddresses().onAir(wanted.ownType, wanted.peer, controller.ownAddresses().random());
        request = wanted;
    }

    private void cancel() {
        if (request == null) {
            throw Refused.disallowed();
        }
        request = null;
        controller.connections().failed(ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER);
    }

    boolean active() {
        return request != null;
    }

    boolean usesAcceptList() {
        return request != null && request.peer == null;
    }

    void heard(AdvertisingSet set) {
        if (request == null || !set.settings().connectable() || !request.extended && !set.settings().legacy()) {
            return;
        }
        var resolving = controller.resolvingList();
        var identity = resolving.identify(set.onAir());
        if (identity == null && resolving.ignores(set.onAir())) {
            return;
        }
        var peer = identity == null ? set.onAir() : identity;
        boolean wanted = request.peer == null ? controller.acceptList().contains(peer) : request.peer.equals(peer);
        if (!wanted || controller.connections().toPeer(peer)) {
            return;
        }
        var own = controller.ownAddresses().onAir(request.ownType, peer, controller.ownAddresses().random());
        var target = set.targetOnAir();
        if (target != null && !target.equals(own) && !controller.ownAddresses().include(target) || !set.accepts(own)) {
            return;
        }
        var parameters = request.parameters;
        request = null;
        controller.air().connect(controller, own, set, parameters);
    }

    void reset() {
        request = null;
    }
}
