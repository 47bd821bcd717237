package org.everbond.hci.virtual.internal;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.everbond.hci.AclPacket;
import org.everbond.hci.virtual.ControllerOptions.Quirk;

/** ACL data of one end of a link: from the host to the peer under flow control, and from the peer to the host. */
final class AclQueue {
    private static final int L2CAP_HEADER = 4;

    private final LinkEnd end;
    private final ArrayDeque<AclPacket> waiting = new ArrayDeque<>();
    private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
    private int outstanding;

    AclQueue(LinkEnd end) {
        this.end = end;
    }

    /** Packets of the host that are not yet acknowledged by the peer. */
    int outstanding() {
        return outstanding;
    }

    void add(AclPacket packet) {
        outstanding++;
        waiting.add(packet);
        flush();
    }

    /** Sends what waits, unless an encryption procedure holds data back. */
    void flush() {
        while (!waiting.isEmpty() && !end.encryption().running() && !end.gone()) {
            send(waiting.poll());
        }
    }

    /** One packet of the host as PDUs of the link's data length; the last one's acknowledgement completes it. */
    private void send(AclPacket packet) {
        var data = packet.data();
        int at = 0;
        do {
            int length = Math.min(end.txOctets(), data.length - at);
            boolean start = at == 0 && packet.first();
            boolean last = at + length == data.length;
            var fragment = Arrays.copyOfRange(data, at, at + length);
            end.transmit(peer -> peer.acl().receive(start, fragment), last ? this::completed : () -> {});
            at += length;
        } while (at < data.length);
    }

    private void completed() {
        if (!end.gone()) {
            outstanding--;
            end.controller().completed(end.handle());
        }
    }

    void receive(boolean start, byte[] fragment) {
        if (end.controller().options().has(Quirk.OVERSIZED_ACL)) {
            receiveWhole(start, fragment);
        } else {
            deliver(start, fragment);
        }
    }

    private void deliver(boolean start, byte[] data) {
        int boundary = start ? AclPacket.FIRST_FLUSHABLE : AclPacket.CONTINUING;
        end.controller().out().acl(end.handle(), boundary, data, 0, data.length);
    }

    private void receiveWhole(boolean start, byte[] fragment) {
        if (start) {
            whole.reset();
        }
        whole.writeBytes(fragment);
        var octets = whole.toByteArray();
        if (octets.length >= L2CAP_HEADER
                && octets.length >= L2CAP_HEADER + (octets[0] & 0xff | (octets[1] & 0xff) << 8)) {
            whole.reset();
            deliver(true, octets);
        }
    }
}
