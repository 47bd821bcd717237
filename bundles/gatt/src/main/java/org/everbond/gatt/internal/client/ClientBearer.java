package org.everbond.gatt.internal.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.everbond.gatt.AttException;
import org.everbond.gatt.internal.AttBearer;
import org.everbond.gatt.internal.att.AttCodec;
import org.everbond.gatt.internal.att.AttEncoder;
import org.everbond.gatt.internal.att.AttError;
import org.everbond.gatt.internal.att.AttPdu;
import org.everbond.gatt.internal.att.AttRequest;
import org.everbond.gatt.internal.att.AttResponse;
import org.everbond.hci.EventLoop;
import org.everbond.security.DataSigning;
import org.everbond.security.SecurityManager;

/**
 * The client on one bearer: requests one at a time, in order (Vol 3, Part F, 3.3.2), commands as fast as the controller takes
 * them. Before each PDU the security manager must say that it may leave: to a bonded peer not in clear.
 */
public final class ClientBearer {
    private static final Duration TRANSACTION = Duration.ofSeconds(30);
    private static final int MAX_WAITING = 4096;
    /** Octets of commands that may wait in the host. */
    private static final int MAX_QUEUED = 8 * 1024;

    private final AttBearer bearer;
    private final SecurityManager security;
    private final EventLoop loop;
    private final Queue<Operation<?>> waiting = new ArrayDeque<>();
    private final Queue<Operation<?>> commands = new ArrayDeque<>();
    private Operation<?> current;
    private EventLoop.Timer timer;
    private boolean protecting;
    private boolean mtuTried;
    private String ended = "the connection has ended; connect again";

    /** @param response what ends it well; null for a command */
    private record Operation<T>(AttPdu pdu, Class<T> response, String what, CompletableFuture<T> result) {
        void fail(Throwable failure) {
            result.completeExceptionally(failure);
        }

        void complete(AttPdu pdu) {
            result.complete(response == null ? null : response.cast(pdu));
        }
    }

    public ClientBearer(AttBearer bearer, SecurityManager security, EventLoop loop) {
        this.bearer = bearer;
        this.security = security;
        this.loop = loop;
    }

    AttBearer bearer() {
        return bearer;
    }

    /**
     * Queues a request.
     *
     * @param what it does, for people: {@code "reading handle 0x0012"}
     */
    <T extends AttResponse> CompletableFuture<T> request(AttRequest request, Class<T> response, String what) {
        return add(new Operation<>(request, response, what, new CompletableFuture<>()));
    }

    /** Queues a command; completes when it is handed to the controller. */
    CompletableFuture<Void> command(AttPdu.WriteCommand command, String what) {
        return add(new Operation<>(command, null, what, new CompletableFuture<>()));
    }

    /** Writes by a signature in clear; on a link that is encrypted, or just being encrypted, by a command like any other. */
    CompletableFuture<Void> signedWrite(int handle, byte[] value) {
        var what = "Writing handle 0x%04X".formatted(handle);
        var plain = new AttPdu.WriteCommand(handle, value);
        if (!bearer.isOpen() || bearer.isEncrypted() || protecting) {
            return command(plain, what);
        }
        var message = AttEncoder.signedWrite(handle, value);
        int tooMuch = message.length + DataSigning.LENGTH - bearer.mtu();
        if (tooMuch > 0) {
            return CompletableFuture.failedFuture(tooLong(what, tooMuch));
        }
        if (bearer.connection().queued() >= MAX_QUEUED) {
            return CompletableFuture.failedFuture(new AttException(0, what + " failed: too much waits for this link; wait for some of it"));
        }
        return security.signing().sign(bearer.connection(), message).toCompletableFuture().thenCompose(signature -> {
            if (!bearer.isOpen() || bearer.isEncrypted() || protecting) {
                return command(plain, what);
            }
            var pdu = Arrays.copyOf(message, message.length + signature.length);
            System.arraycopy(signature, 0, pdu, message.length, signature.length);
            var sent = new Operation<Void>(plain, null, what, new CompletableFuture<>());
            commands.add(sent);
            bearer.send(pdu, this::commandSent);
            return sent.result();
        });
    }

    private static AttException tooLong(String what, int octets) {
        return new AttException(
                AttError.INVALID_VALUE_LENGTH, "%s failed: it has %d octets more than fit into one PDU".formatted(what, octets));
    }

    private <T> CompletableFuture<T> add(Operation<T> operation) {
        if (!bearer.isOpen()) {
            operation.fail(new AttException(0, operation.what() + " failed: " + ended));
        } else if (waiting.size() == MAX_WAITING) {
            operation.fail(new AttException(0, operation.what() + " failed: " + MAX_WAITING
                    + " operations wait for this link already; wait for some of them first"));
        } else {
            waiting.add(operation);
            sendMore();
        }
        return operation.result();
    }

    private void sendMore() {
        while (!protecting && bearer.isOpen() && !waiting.isEmpty() && isTurnOf(waiting.peek())) {
            if (bearer.isEncrypted()) {
                sendNext();
            } else {
                protectAndSendNext();
            }
        }
    }

    private boolean isTurnOf(Operation<?> next) {
        if (current != null && (!mtuKnown() || next.response() != null)) {
            return false;
        }
        return next.response() != null || commands.isEmpty() || bearer.connection().queued() < MAX_QUEUED;
    }

    private void protectAndSendNext() {
        protecting = true;
        var atOnce = new boolean[] {true};
        security.protect(bearer.connection()).whenComplete((link, failure) -> {
            protecting = false;
            if (failure != null) {
                failWaiting(failure);
            } else if (bearer.isUnproven()) {
                failWaiting(new AttException(
                        AttError.INSUFFICIENT_ENCRYPTION, "nothing is sent to a bonded peer before the link is encrypted; encrypt it first"));
            } else if (bearer.isOpen()) {
                sendNext();
                if (!atOnce[0]) {
                    sendMore();
                }
            }
        });
        atOnce[0] = false;
    }

    private boolean mtuKnown() {
        return mtuTried || bearer.mtuExchanged();
    }

    /** The first thing to leave is the MTU exchange, unless the peer has made it. */
    private void sendNext() {
        if (!mtuKnown()) {
            mtuTried = true;
            exchangeMtu();
            return;
        }
        var next = waiting.poll();
        if (next == null) {
            return;
        }
        var pdu = AttEncoder.encode(next.pdu());
        if (pdu.length > bearer.mtu()) {
            next.fail(tooLong(next.what(), pdu.length - bearer.mtu()));
        } else if (next.response() == null) {
            commands.add(next);
            bearer.send(pdu, this::commandSent);
        } else {
            start(next, pdu);
        }
    }

    private void start(Operation<?> next, byte[] pdu) {
        current = next;
        timer = loop.schedule(TRANSACTION, () -> {
            ended = "the peer did not answer within " + TRANSACTION.toSeconds() + " s, so the link was ended; connect again";
            bearer.end("it did not answer an ATT request within " + TRANSACTION.toSeconds() + " s");
            failAll();
        });
        bearer.send(pdu, () -> {});
    }

    private void exchangeMtu() {
        var exchange = new Operation<>(
                new AttRequest.ExchangeMtu(AttCodec.OWN_MTU),
                AttResponse.ExchangeMtu.class,
                "exchanging the MTU",
                new CompletableFuture<AttResponse.ExchangeMtu>());
        exchange.result().thenAccept(response -> bearer.exchangedMtu(response.mtu()));
        start(exchange, AttEncoder.encode(exchange.pdu()));
    }

    private void commandSent() {
        var sent = commands.poll();
        if (sent != null) {
            sent.complete(null);
            sendMore();
        }
    }

    /** A response came. One that nobody waits for means nothing; one to another request ends the bearer. */
    public void response(AttResponse response) {
        if (current == null) {
            return;
        }
        var error = response instanceof AttResponse.Error e ? e : null;
        boolean matches = error != null
                ? error.requestOpcode() == current.pdu().opcode()
                : current.response().isInstance(response);
        if (!matches) {
            violated("it answered an ATT request with something else");
            return;
        }
        timer.cancel();
        var done = current;
        current = null;
        if (error != null) {
            done.fail(AttError.of(error.error(), done.what()));
        } else {
            done.complete(response);
        }
        sendMore();
    }

    /** A response that cannot be read. */
    public void malformed() {
        if (current != null) {
            violated("it sent a malformed ATT response");
        }
    }

    /** The peer broke a rule of the protocol. */
    void violated(String how) {
        ended = "the link was ended because of the peer: " + how + "; connect again";
        bearer.end(how);
        failAll();
    }

    /** The connection has ended. */
    public void closed() {
        failAll();
    }

    private void failAll() {
        if (timer != null) {
            timer.cancel();
        }
        var failed = new ArrayDeque<Operation<?>>(commands);
        if (current != null) {
            failed.add(current);
        }
        failed.addAll(waiting);
        commands.clear();
        waiting.clear();
        current = null;
        failed.forEach(operation -> operation.fail(new AttException(0, operation.what() + " failed: " + ended)));
    }

    private void failWaiting(Throwable failure) {
        var failed = new ArrayDeque<>(waiting);
        waiting.clear();
        failed.forEach(operation -> operation.fail(failure));
    }
}
