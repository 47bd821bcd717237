package org.everbond.host.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;
import org.everbond.hci.HciCommand;
import org.everbond.hci.HciEvent;
import org.everbond.hci.OpCode;

/**
 * Commands to the controller, one at a time (Vol 4, Part E, 4.4). A controller that does not answer, or that grants no
 * credits, costs a time-out and never holds up the next command for good.
 */
final class CommandFlow {
    /** Hears that a command was not answered. */
    interface Silence {
        /** @param inARow how many commands in a row were not answered by now */
        void unanswered(Answer answer, int inARow);
    }

    static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Commands that end with Command Status; what they started tells of itself by an event of its own. */
    private static final Set<OpCode> STATUS_ONLY = EnumSet.of(
            OpCode.DISCONNECT,
            OpCode.READ_REMOTE_VERSION_INFORMATION,
            OpCode.LE_CREATE_CONNECTION,
            OpCode.LE_EXTENDED_CREATE_CONNECTION,
            OpCode.LE_CONNECTION_UPDATE,
            OpCode.LE_READ_REMOTE_FEATURES,
            OpCode.LE_ENABLE_ENCRYPTION,
            OpCode.LE_SET_PHY);

    private record Waiting(HciCommand command, Duration timeout, Consumer<Answer> then) {}

    private final EventLoop loop;
    private final Consumer<byte[]> out;
    private final Silence silence;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private Waiting sent;
    private EventLoop.Timer timer = () -> {};
    private int credits = 1;
    private int inARow;
    private boolean closed;

    CommandFlow(EventLoop loop, Consumer<byte[]> out, Silence silence) {
        this.loop = loop;
        this.out = out;
        this.silence = silence;
    }

    /** Sends a command whose outcome does not matter. */
    void send(HciCommand command) {
        send(command, answer -> {});
    }

    void send(HciCommand command, Consumer<Answer> then) {
        send(command, TIMEOUT, then);
    }

    void send(HciCommand command, Duration timeout, Consumer<Answer> then) {
        if (closed) {
            then.accept(gone(command));
            return;
        }
        queue.add(new Waiting(command, timeout, then));
        next();
    }

    /** Completes with the answer, or with the lack of one; never exceptionally. */
    CompletableFuture<Answer> ask(HciCommand command, Duration timeout) {
        var future = new CompletableFuture<Answer>();
        send(command, timeout, future::complete);
        return future;
    }

    /** The op code of the command that waits for its answer, or -1. */
    int outstanding() {
        return sent == null ? -1 : sent.command.opCode();
    }

    void on(HciEvent.CommandComplete event) {
        credits = event.credits();
        if (event.opCode() == outstanding()) {
            answered(Answer.complete(sent.command, event.status(), event.returnParameters()));
        } else {
            next();
        }
    }

    void on(HciEvent.CommandStatus event) {
        credits = event.credits();
        boolean last = !ErrorCode.SUCCESS.is(event.status())
                || OpCode.of(event.opCode()).map(STATUS_ONLY::contains).orElse(false);
        if (event.opCode() == outstanding() && last) {
            answered(Answer.complete(sent.command, event.status(), new byte[0]));
        } else {
            next();
        }
    }

    /** The controller is gone: nothing is sent any more, and whatever waits is told. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        timer.cancel();
        var unanswered = new ArrayDeque<Waiting>();
        if (sent != null) {
            unanswered.add(sent);
        }
        unanswered.addAll(queue);
        sent = null;
        queue.clear();
        unanswered.forEach(waiting -> waiting.then.accept(gone(waiting.command)));
    }

    private static Answer gone(HciCommand command) {
        return Answer.missing(command, "the controller went away before it answered " + command + "; try again when the adapter is up");
    }

    private void next() {
        if (sent != null || queue.isEmpty() || closed) {
            return;
        }
        timer.cancel();
        if (credits <= 0) {
            timer = loop.schedule(TIMEOUT, this::noCredits);
            return;
        }
        credits--;
        sent = queue.poll();
        var waiting = sent;
        timer = loop.schedule(waiting.timeout, () -> timedOut(waiting));
        out.accept(waiting.command.packet());
    }

    /** Some controllers forget to give the credit back: after a while one is taken for granted. */
    private void noCredits() {
        credits = 1;
        next();
    }

    private void answered(Answer answer) {
        timer.cancel();
        var waiting = sent;
        sent = null;
        inARow = 0;
        try {
            waiting.then.accept(answer);
        } finally {
            next();
        }
    }

    private void timedOut(Waiting waiting) {
        if (sent != waiting) {
            return;
        }
        sent = null;
        credits = 1;
        inARow++;
        var answer = Answer.missing(
                waiting.command,
                "the controller did not answer " + waiting.command + " within " + waiting.timeout.toMillis()
                        + " ms; check its connection and its power");
        try {
            waiting.then.accept(answer);
            silence.unanswered(answer, inARow);
        } finally {
            next();
        }
    }
}
