package org.everbond.gatt.internal.server;

import java.util.function.Consumer;
import org.everbond.gatt.internal.AttBearer;
import org.everbond.gatt.internal.att.AttRequest;
import org.everbond.gatt.internal.att.AttResponse;

/**
 * One request at a time (Vol 3, Part F, 3.3.2). One more is held, since clients exist that do not wait; a third ends the bearer.
 */
final class ServerTransaction {
    /** What we let wait for the controller before we call it a flood: nobody who waits for answers gets there. */
    private static final int MAX_QUEUED = 64 * 1024;

    private final AttBearer bearer;
    private final Consumer<AttRequest> server;
    private AttRequest current;
    private AttRequest held;

    /** @param server takes each request when it is its turn, and responds or refuses, at once or later */
    ServerTransaction(AttBearer bearer, Consumer<AttRequest> server) {
        this.bearer = bearer;
        this.server = server;
    }

    void received(AttRequest request) {
        if (current == null) {
            start(request);
        } else if (held == null) {
            held = request;
        } else {
            bearer.end("it sent a third ATT request without waiting for answers");
        }
    }

    /** A known request with a wrong length, or an unknown one: answered like any other. */
    void refused(int opcode, int error) {
        if (current == null) {
            bearer.send(new AttResponse.Error(opcode, 0, error));
        } else {
            bearer.end("it sent a second ATT request, malformed, without waiting for an answer");
        }
    }

    private void start(AttRequest request) {
        if (bearer.connection().queued() > MAX_QUEUED) {
            bearer.end("it sends requests and does not take the answers");
            return;
        }
        current = request;
        server.accept(request);
    }

    /** Ends the transaction; what was held begins. */
    void respond(AttResponse response) {
        bearer.send(response);
        current = null;
        var next = held;
        held = null;
        if (next != null && bearer.isOpen()) {
            start(next);
        }
    }

    void refuse(int handle, int error) {
        respond(new AttResponse.Error(current.opcode(), handle, error));
    }
}
