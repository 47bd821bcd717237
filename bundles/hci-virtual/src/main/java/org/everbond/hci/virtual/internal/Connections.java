package org.everbond.hci.virtual.internal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.AclPacket;
import org.everbond.hci.ErrorCode;

/** The links of one controller by handle. Handles are used again at once, as in silicon. */
final class Connections {
    private static final int LE_ACL_LINK_TYPE = 1;

    private final Controller controller;
    private final int firstHandle;
    private final Map<Integer, LinkEnd> ends = new TreeMap<>();

    Connections(Controller controller, int firstHandle) {
        this.controller = controller;
        this.firstHandle = firstHandle;
    }

    Collection<LinkEnd> all() {
        return List.copyOf(ends.values());
    }

    boolean full() {
        return ends.size() >= controller.options().links();
    }

    boolean toPeer(DeviceAddress peer) {
        return ends.values().stream().anyMatch(end -> end.isPeer(peer));
    }

    LinkEnd find(int handle) {
        var end = ends.get(handle);
        if (end == null) {
            throw new Refused(ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER);
        }
        return end;
    }

    LinkEnd add(Link link, LinkEnd.Role role, DeviceAddress own, DeviceAddress peer) {
        int handle = firstHandle;
        while (ends.containsKey(handle)) {
            handle++;
        }
        var end = new LinkEnd(controller, link, handle, role, own, peer);
        ends.put(handle, end);
        return end;
    }

    void remove(LinkEnd end) {
        ends.remove(end.handle(), end);
    }

    /** No connection came about: Connection Complete with an error (Vol 4, Part E, 7.7.65.1). */
    void failed(ErrorCode status) {
        boolean enhanced = controller.out().allowsLe(LeEvent.ENHANCED_CONNECTION_COMPLETE);
        controller.out().leEvent(
                enhanced ? LeEvent.ENHANCED_CONNECTION_COMPLETE : LeEvent.CONNECTION_COMPLETE,
                new Octets().u8(status.value()).zeros(enhanced ? 29 : 17));
    }

    /** ACL data of the host. What the host may not send is dropped, and said where the specification has a word for it. */
    void send(AclPacket packet) {
        var end = ends.get(packet.handle());
        boolean sensible = packet.boundary() == AclPacket.FIRST_NON_FLUSHABLE || packet.boundary() == AclPacket.CONTINUING;
        if (end == null || !sensible || packet.broadcast() != 0) {
            return;
        }
        int held = ends.values().stream().mapToInt(other -> other.acl().outstanding()).sum();
        if (held >= controller.options().aclPackets() || packet.data().length > controller.options().aclLength()) {
            controller.out().event(EventCode.DATA_BUFFER_OVERFLOW, new Octets().u8(LE_ACL_LINK_TYPE));
        } else {
            end.acl().add(packet);
        }
    }

    /** All links are gone, without a word to the host. */
    void vanish() {
        all().forEach(LinkEnd::vanish);
    }
}
