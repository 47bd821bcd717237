package org.everbond.host.internal;

import java.util.function.Consumer;
import org.everbond.hci.AclPacket;
import org.everbond.host.Connection;

/**
 * Puts fragments together to L2CAP PDUs (Vol 3, Part A, 7.2.2) for one link. Holds at most one PDU of a fixed channel that
 * exists; everything else is skipped as it comes and counted.
 */
final class Reassembly {
    /** The longest SDU of each fixed channel: ATT 517, signalling 23 and room to refuse more, SMP 65. */
    private static int maxLength(int cid) {
        switch (cid) {
            case Connection.CID_ATT:
                return 517;
            case Connection.CID_SIGNALLING:
                return Signalling.MAX_TAKEN;
            case Connection.CID_SMP:
                return 65;
            default:
                return 0;
        }
    }

    /** Takes whole SDUs. */
    interface Sink {
        void received(int cid, byte[] sdu);
    }

    private static final int HEADER = 4;

    private final Sink sink;
    private final Consumer<String> dropped;
    private final byte[] header = new byte[HEADER];
    /** Octets of the PDU that have come, header included; -1 when none is open. */
    private int position = -1;
    private int cid;
    private int length;
    /** The SDU, or null when it is skipped. */
    private byte[] sdu;

    Reassembly(Sink sink, Consumer<String> dropped) {
        this.sink = sink;
        this.dropped = dropped;
    }

    void received(AclPacket packet) {
        if (packet.first()) {
            if (position >= 0) {
                dropped.accept("a PDU was not finished before the next one began");
            }
            position = 0;
            sdu = null;
        } else if (position < 0) {
            dropped.accept("a fragment without a beginning");
            return;
        }
        take(packet.data());
    }

    private void take(byte[] data) {
        int at = 0;
        while (at < data.length && position < HEADER) {
            header[position++] = data[at++];
            if (position == HEADER) {
                begin();
            }
        }
        if (position < HEADER) {
            return;
        }
        int rest = data.length - at;
        if (position - HEADER + rest > length) {
            position = -1;
            dropped.accept("more octets than the PDU's length says");
            return;
        }
        if (sdu != null) {
            System.arraycopy(data, at, sdu, position - HEADER, rest);
        }
        position += rest;
        if (position - HEADER == length) {
            finish();
        }
    }

    private void begin() {
        length = header[0] & 0xff | (header[1] & 0xff) << 8;
        cid = header[2] & 0xff | (header[3] & 0xff) << 8;
        boolean wanted = length > 0 && length <= maxLength(cid);
        sdu = wanted ? new byte[length] : null;
    }

    private void finish() {
        position = -1;
        if (sdu == null) {
            dropped.accept("a PDU for a channel that is not there, empty, or longer than its MTU");
        } else {
            var whole = sdu;
            sdu = null;
            sink.received(cid, whole);
        }
    }
}
