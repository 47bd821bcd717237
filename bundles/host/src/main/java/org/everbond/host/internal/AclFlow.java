package org.everbond.host.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.everbond.hci.AclPacket;
import org.everbond.hci.HciEvent;
import org.everbond.hci.ReturnParameters.AclBuffers;

/**
 * The controller's buffers for ACL data, shared fairly between the links (Vol 4, Part E, 4.1.1): fragment by fragment in
 * turn, and one buffer is always kept for each link that has nothing on its way, so that a link that stalls does not stop
 * the others.
 */
final class AclFlow {
    /** One L2CAP PDU on its way down. */
    private static final class Outgoing {
        private final byte[] pdu;
        private final Runnable completed;
        private int sent;

        Outgoing(byte[] pdu, Runnable completed) {
            this.pdu = pdu;
            this.completed = completed;
        }
    }

    private static final class Link {
        private final ArrayDeque<Outgoing> queue = new ArrayDeque<>();
        /** For each fragment in the controller what to run when it has left. */
        private final ArrayDeque<Runnable> inController = new ArrayDeque<>();
        private int queued;
        private Runnable drained = NOTHING;

        boolean isIdle() {
            return queue.isEmpty() && inController.isEmpty();
        }

        Runnable takeDrained() {
            var action = drained;
            drained = NOTHING;
            return action;
        }
    }

    private static final Runnable NOTHING = () -> {};

    private final Consumer<byte[]> out;
    private final int fragment;
    private final int total;
    private final Map<Integer, Link> links = new HashMap<>();
    private final List<Integer> turn = new ArrayList<>();
    private int free;
    private int next;

    AclFlow(AclBuffers buffers, Consumer<byte[]> out) {
        this.out = out;
        this.fragment = buffers.length();
        this.total = buffers.count();
        this.free = total;
    }

    void open(int handle) {
        links.put(handle, new Link());
        turn.add(handle);
    }

    /** The link is gone, and with it what the controller held of it (Vol 4, Part E, 4.3). */
    void close(int handle) {
        var link = links.remove(handle);
        if (link != null) {
            free += link.inController.size();
            turn.remove((Integer) handle);
            pump();
        }
    }

    /** Octets that wait in the host. */
    int queued(int handle) {
        var link = links.get(handle);
        return link == null ? 0 : link.queued;
    }

    /** Buffers of the controller that are free now. */
    int free() {
        return free;
    }

    void send(int handle, byte[] pdu, Runnable completed) {
        var link = links.get(handle);
        if (link != null) {
            link.queue.add(new Outgoing(pdu, completed));
            link.queued += pdu.length;
            pump();
        }
    }

    /** Runs the action, once, when nothing of the link is on its way any more, in the host or in the controller: now if so. */
    void whenDrained(int handle, Runnable action) {
        var link = links.get(handle);
        if (link == null || link.isIdle()) {
            action.run();
        } else {
            link.drained = action;
        }
    }

    /**
     * Number Of Completed Packets (Vol 4, Part E, 7.7.19). More than there are, or for a link that is not there, is not believed.
     * All are counted before anybody hears of one.
     *
     * @return whether all of it could be believed
     */
    boolean completed(HciEvent.NumberOfCompletedPackets event) {
        var left = new ArrayList<Runnable>();
        boolean believed = true;
        for (var completed : event.completed()) {
            var link = links.get(completed.handle());
            int count = link == null ? 0 : Math.min(completed.count(), link.inController.size());
            believed &= link != null && count == completed.count();
            for (int i = 0; i < count; i++) {
                free++;
                left.add(link.inController.poll());
            }
        }
        pump();
        links.values().stream().filter(Link::isIdle).map(Link::takeDrained).forEach(left::add);
        left.forEach(Runnable::run);
        return believed;
    }

    private void pump() {
        int idle = 0;
        while (idle < turn.size() && free > 0) {
            next = next >= turn.size() ? 0 : next;
            int handle = turn.get(next++);
            var link = links.get(handle);
            if (link.queue.isEmpty() || !mayTakeOne(link)) {
                idle++;
            } else {
                sendFragment(handle, link);
                idle = 0;
            }
        }
    }

    private boolean mayTakeOne(Link link) {
        if (link.inController.isEmpty()) {
            return true;
        }
        int withNothing = 0;
        for (var other : links.values()) {
            withNothing += other.inController.isEmpty() ? 1 : 0;
        }
        return free > Math.min(withNothing, total - 1);
    }

    private void sendFragment(int handle, Link link) {
        var pdu = link.queue.peek();
        int length = Math.min(fragment, pdu.pdu.length - pdu.sent);
        int boundary = pdu.sent == 0 ? AclPacket.FIRST_NON_FLUSHABLE : AclPacket.CONTINUING;
        var packet = AclPacket.packet(handle, boundary, pdu.pdu, pdu.sent, length);
        pdu.sent += length;
        link.queued -= length;
        boolean last = pdu.sent == pdu.pdu.length;
        if (last) {
            link.queue.poll();
        }
        link.inController.add(last ? pdu.completed : NOTHING);
        free--;
        out.accept(packet);
    }
}
