package org.everbond.hci.virtual.internal;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;
import org.everbond.crypto.Key;
import org.everbond.hci.ErrorCode;

/**
 * One connection: its two ends and the radio between them. PDUs arrive in order, each under the key that its sender had set
 * when it left; a receiver with another key cannot decrypt it (Vol 6, Part B, 5.1.3.1). Out of range they wait, as the link
 * layer repeats them until the supervision timeout.
 */
final class Link {
    private final Air air;
    private final ArrayDeque<Frame> waiting = new ArrayDeque<>();
    private ConnectionParameters parameters;
    private LinkEnd central;
    private LinkEnd peripheral;
    private boolean inRange = true;
    private int remaining = -1;
    private boolean micFailed;

    private record Frame(LinkEnd from, Key cipher, Consumer<LinkEnd> pdu, Runnable acknowledged) {}

    Link(Air air, ConnectionParameters parameters) {
        this.air = air;
        this.parameters = parameters;
    }

    void ends(LinkEnd centralEnd, LinkEnd peripheralEnd) {
        central = centralEnd;
        peripheral = peripheralEnd;
    }

    ConnectionParameters parameters() {
        return parameters;
    }

    void parameters(ConnectionParameters value) {
        parameters = value;
    }

    Air air() {
        return air;
    }

    LinkEnd peerOf(LinkEnd end) {
        return end == central ? peripheral : central;
    }

    boolean between(Controller one, Controller other) {
        return central.controller() == one && peripheral.controller() == other
                || central.controller() == other && peripheral.controller() == one;
    }

    /** Whether a PDU of one end could not be decrypted at the other. */
    boolean micFailed() {
        return micFailed;
    }

    void transmit(LinkEnd from, Key cipher, Consumer<LinkEnd> pdu, Runnable acknowledged) {
        if (remaining == 0) {
            range(false);
        } else if (remaining > 0) {
            remaining--;
        }
        var frame = new Frame(from, cipher, pdu, acknowledged);
        if (inRange) {
            air.later(() -> arrive(frame));
        } else {
            waiting.add(frame);
        }
    }

    private void arrive(Frame frame) {
        var from = frame.from;
        var to = peerOf(from);
        if (from.gone() || to.gone()) {
            return;
        }
        if (!inRange) {
            waiting.add(frame);
            return;
        }
        if (!Objects.equals(frame.cipher, to.encryption().receiveKey())) {
            micFailed = true;
            to.close(ErrorCode.CONNECTION_TERMINATED_DUE_TO_MIC_FAILURE);
            return;
        }
        frame.pdu.accept(to);
        frame.acknowledged.run();
    }

    /** The ends lose each other, or find each other again. */
    void range(boolean now) {
        if (inRange == now) {
            return;
        }
        inRange = now;
        if (now && (central.gone() || peripheral.gone())) {
            // Nobody is there to be heard again: the supervision timeout goes on.
            return;
        }
        if (now) {
            remaining = -1;
            central.regained();
            peripheral.regained();
            var frames = new ArrayDeque<>(waiting);
            waiting.clear();
            frames.forEach(this::arrive);
        } else {
            central.lost();
            peripheral.lost();
        }
    }

    void cutAfter(int pdus) {
        remaining = pdus;
    }

    /** One end has stopped; the other hears nothing any more. */
    void left(LinkEnd end) {
        waiting.clear();
        peerOf(end).lost();
    }
}
