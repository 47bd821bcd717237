package org.everbond.gatt.internal.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.everbond.gatt.internal.AttBearer;
import org.everbond.gatt.internal.att.AttEncoder;
import org.everbond.gatt.internal.att.AttOpcode;
import org.everbond.hci.EventLoop;

/**
 * Notifications and indications to one client: notifications as fast as the controller takes them, indications one at a time
 * (Vol 3, Part F, 3.3.2). The permission of the value is checked when it leaves.
 */
final class ValueSender {
    /** Octets that may wait in the host; more wait here. */
    private static final int MAX_QUEUED = 8 * 1024;
    /** Values that may wait here for each of the two. */
    static final int MAX_WAITING = 4096;
    private static final Duration CONFIRMATION = Duration.ofSeconds(30);

    private final AttBearer bearer;
    private final EventLoop loop;
    private final Queue<Pending> notifications = new ArrayDeque<>();
    private final Queue<Pending> sent = new ArrayDeque<>();
    private final Queue<Pending> indications = new ArrayDeque<>();
    private Pending indicated;
    private EventLoop.Timer confirmation;

    private record Pending(Attribute.Value attribute, byte[] value, Outcome outcome) {}

    /** Hears what became of a value. */
    interface Outcome {
        /** @param arrived handed to the controller, or confirmed */
        void done(boolean arrived);
    }

    ValueSender(AttBearer bearer, EventLoop loop) {
        this.bearer = bearer;
        this.loop = loop;
    }

    void send(Attribute.Value attribute, byte[] value, boolean indicate, Outcome outcome) {
        var queue = indicate ? indications : notifications;
        if (queue.size() == MAX_WAITING || !isAllowed(attribute)) {
            outcome.done(false);
            return;
        }
        queue.add(new Pending(attribute, value, outcome));
        if (indicate) {
            indicate();
        } else {
            notifyMore();
        }
    }

    /** Whether this client may have the value now (Vol 3, Part C, 10.3.1); never one that might be an impostor. */
    private boolean isAllowed(Attribute.Value attribute) {
        var definition = attribute.definition();
        return !bearer.isUnproven()
                && Permissions.check(definition.subscribe(), definition.keySize(), AttributeAccess.linkState(bearer), 1)
                        == Permissions.GRANTED;
    }

    private void notifyMore() {
        while (!notifications.isEmpty()
                && bearer.isOpen()
                && (sent.isEmpty() || bearer.connection().queued() < MAX_QUEUED)) {
            var next = notifications.remove();
            if (isAllowed(next.attribute())) {
                sent.add(next);
                bearer.send(pdu(AttOpcode.HANDLE_VALUE_NOTIFICATION, next), this::notified);
            } else {
                next.outcome().done(false);
            }
        }
    }

    /** The controller completes in the order of sending. */
    private void notified() {
        var done = sent.poll();
        if (done != null) {
            done.outcome().done(true);
            notifyMore();
        }
    }

    private void indicate() {
        while (indicated == null && !indications.isEmpty() && bearer.isOpen()) {
            var next = indications.remove();
            if (isAllowed(next.attribute())) {
                indicated = next;
                confirmation = loop.schedule(
                        CONFIRMATION, () -> bearer.end("it did not confirm an indication within 30 s"));
                bearer.send(pdu(AttOpcode.HANDLE_VALUE_INDICATION, next), () -> {});
            } else {
                next.outcome().done(false);
            }
        }
    }

    /** A confirmation came; without an indication it means nothing. */
    void confirmed() {
        if (indicated != null) {
            confirmation.cancel();
            var done = indicated;
            indicated = null;
            done.outcome().done(true);
            indicate();
        }
    }

    /** Cut to what fits; the client reads the rest (Vol 3, Part F, 3.4.7.1). */
    private byte[] pdu(int opcode, Pending pending) {
        int length = Math.min(pending.value().length, bearer.mtu() - 3);
        return AttEncoder.handleValue(opcode, pending.attribute().handle(), pending.value(), length);
    }

    /** The connection has ended: nothing that waits arrives any more. */
    void closed() {
        if (indicated != null) {
            confirmation.cancel();
            indications.add(indicated);
            indicated = null;
        }
        for (var queue : List.of(sent, notifications, indications)) {
            for (var pending = queue.poll(); pending != null; pending = queue.poll()) {
                pending.outcome().done(false);
            }
        }
    }
}
