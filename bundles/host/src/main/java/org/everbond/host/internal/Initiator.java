package org.everbond.host.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.AdvertisingReport;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;
import org.everbond.hci.HciEvent;
import org.everbond.hci.LeCommands;
import org.everbond.host.ConnectionParameters;
import org.everbond.host.Connection;
import org.everbond.host.HostException;

/**
 * Connecting as central, one peer at a time, as controllers can. A bonded peer is first looked for by scanning, as it may use
 * any private address; others are connected to directly. What fails is tried again until its time is over: a peer that
 * advertises seldom fails often. When several wait, they take turns.
 */
final class Initiator implements ResolvingList.Held {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration TURN = Duration.ofSeconds(3);
    private static final Duration CANCEL_ANSWER = Duration.ofSeconds(2);

    private enum State {
        IDLE,
        SEARCHING,
        /** LE Create Connection was sent; Connection Complete has not come. */
        CONNECTING,
        CANCELLING,
        PAUSING
    }

    private final EventLoop loop;
    private final CommandFlow commands;
    private final AirCommands air;
    private final OwnAddress own;
    private final Scanner scanner;
    private final UpperLayers upper;
    private final Links links;
    private final ConnectionParameters wanted;
    private final ArrayDeque<Attempt> queue = new ArrayDeque<>();
    private State state = State.IDLE;
    private Attempt current;
    private EventLoop.Timer timer = () -> {};
    private boolean closed;
    /** Not null while nothing new may begin; completes when nothing is under way. */
    private CompletableFuture<Void> held;

    Initiator(
            EventLoop loop,
            CommandFlow commands,
            AirCommands air,
            OwnAddress own,
            Scanner scanner,
            UpperLayers upper,
            Links links,
            ConnectionParameters wanted) {
        this.loop = loop;
        this.commands = commands;
        this.air = air;
        this.own = own;
        this.scanner = scanner;
        this.upper = upper;
        this.links = links;
        this.wanted = wanted;
    }

    /** A link to the peer that is open already is just as good. */
    CompletionStage<Connection> connect(DeviceAddress peer, Duration timeout) {
        var open = links.to(peer);
        if (open != null) {
            return CompletableFuture.completedFuture(open);
        }
        var attempt = new Attempt(peer);
        attempt.search = !upper.security().resolve(peer).isEmpty();
        attempt.deadline = loop.schedule(timeout, () -> giveUp(
                attempt, peer + " did not answer within " + timeout.toMillis() + " ms; is it on, near and advertising?"));
        queue.add(attempt);
        takeTurns();
        next();
        return attempt.result;
    }

    void cancel(DeviceAddress peer) {
        var all = new ArrayDeque<>(queue);
        if (current != null) {
            all.add(current);
        }
        all.stream().filter(attempt -> attempt.peer.equals(peer)).forEach(attempt -> {
            attempt.cancelled = true;
            giveUp(attempt, "connecting to " + peer + " was cancelled");
        });
    }

    void close() {
        closed = true;
        timer.cancel();
        var all = new ArrayDeque<>(queue);
        if (current != null) {
            all.add(current);
        }
        queue.clear();
        current = null;
        state = State.IDLE;
        all.forEach(attempt -> fail(attempt, HostSession.gone().getMessage(), 0));
    }

    @Override
    public CompletionStage<Void> hold() {
        held = new CompletableFuture<>();
        var rests = held;
        if (current != null && current.givenUp == null) {
            interrupt();
        }
        next();
        return rests;
    }

    @Override
    public void release() {
        held = null;
        next();
    }

    private void next() {
        if (closed || state != State.IDLE) {
            return;
        }
        if (held != null) {
            held.complete(null);
            return;
        }
        if (queue.isEmpty()) {
            return;
        }
        current = queue.poll();
        var open = links.to(current.peer);
        if (open != null) {
            // It connected to us meanwhile, or an attempt before this one did.
            var attempt = current;
            current = null;
            attempt.deadline.cancel();
            attempt.result.complete(open);
            next();
            return;
        }
        takeTurns();
        if (current.search) {
            search();
        } else {
            beginConnecting(current);
        }
    }

    private void beginConnecting(Attempt attempt) {
        state = State.CONNECTING;
        attempt.own = null;
        own.use(address -> create(attempt, address), answer -> {
            if (attempt == current) {
                refused(answer);
            }
        });
    }

    /** As long as others wait, the current attempt goes to the end of the queue after its turn. */
    private void takeTurns() {
        if (current != null && !queue.isEmpty()) {
            var attempt = current;
            loop.schedule(TURN, () -> {
                if (current == attempt && !queue.isEmpty() && attempt.givenUp == null) {
                    interrupt();
                }
            });
        }
    }

    private void search() {
        state = State.SEARCHING;
        scanner.search(this::seen, failure -> {
            // A controller that cannot scan now can perhaps connect.
            if (state == State.SEARCHING) {
                current.search = false;
                state = State.IDLE;
                queue.addFirst(current);
                current = null;
                next();
            }
        });
    }

    /** Whoever is seen first is connected to first, whosever turn it is. */
    private void seen(AdvertisingReport report) {
        if (state != State.SEARCHING || !report.connectable() || report.scanResponse() || report.address() == null) {
            return;
        }
        var identities = upper.security().resolve(report.address());
        var found = searched(attempt -> report.address().equals(attempt.peer) || identities.contains(attempt.peer));
        if (found == null) {
            return;
        }
        if (found != current) {
            queue.remove(found);
            queue.addFirst(current);
            current = found;
            takeTurns();
        }
        found.target = report.address();
        found.resolved = report.addressIsIdentity();
        scanner.stopSearch();
        beginConnecting(found);
    }

    private Attempt searched(Predicate<Attempt> it) {
        return it.test(current) ? current : queue.stream().filter(attempt -> attempt.search).filter(it).findFirst().orElse(null);
    }

    private void create(Attempt attempt, DeviceAddress ownAddress) {
        if (attempt != current || state != State.CONNECTING) {
            return;
        }
        attempt.own = ownAddress;
        commands.send(air.createConnection(ownAddress, attempt.target, attempt.resolved, wanted), answer -> {
            if (attempt != current || answer.ok()) {
                return;
            }
            if (answer.refusedWith(ErrorCode.COMMAND_DISALLOWED)) {
                makeWay();
            }
            refused(answer);
        });
    }

    /** What the controller would not do, or did not answer. */
    private void refused(Answer answer) {
        if (state == State.CANCELLING) {
            outcomeWithoutConnection();
        } else if (state == State.CONNECTING && fatal(answer)) {
            failed(answer.failure().getMessage(), answer.status());
        } else if (state == State.CONNECTING) {
            pause();
        }
    }

    /** An application's scan may be in the way, which goes on afterwards, or an attempt that was thought to be over. */
    private void makeWay() {
        if (scanner.isRunning()) {
            scanner.suspend(true);
        }
        commands.send(LeCommands.createConnectionCancel());
    }

    /** What will not change by asking again. */
    private static boolean fatal(Answer answer) {
        return answer.refusedWith(ErrorCode.UNKNOWN_HCI_COMMAND)
                || answer.refusedWith(ErrorCode.INVALID_HCI_COMMAND_PARAMETERS)
                || answer.refusedWith(ErrorCode.UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE)
                || answer.refusedWith(ErrorCode.CONNECTION_LIMIT_EXCEEDED)
                || answer.refusedWith(ErrorCode.CONNECTION_ALREADY_EXISTS);
    }

    private void pause() {
        state = State.PAUSING;
        timer = loop.schedule(PAUSE, () -> {
            state = State.IDLE;
            queue.add(current);
            current = null;
            next();
        });
    }

    private void giveUp(Attempt attempt, String why) {
        if (attempt.result.isDone()) {
            return;
        }
        attempt.givenUp = why;
        if (queue.remove(attempt)) {
            fail(attempt, why, 0);
        } else if (attempt == current) {
            interrupt();
        }
    }

    /** Stops what is going on for the current attempt, for good or for a while. */
    private void interrupt() {
        switch (state) {
            case SEARCHING:
                scanner.stopSearch();
                outcomeWithoutConnection();
                break;
            case PAUSING:
                timer.cancel();
                outcomeWithoutConnection();
                break;
            case CONNECTING:
                cancelInController();
                break;
            default:
                break;
        }
    }

    /** The outcome is told by Connection Complete, which may still be a connection. */
    private void cancelInController() {
        state = State.CANCELLING;
        timer = loop.schedule(CANCEL_ANSWER, this::outcomeWithoutConnection);
        commands.send(LeCommands.createConnectionCancel(), answer -> {
            if (!answer.ok() && state == State.CANCELLING) {
                // There was nothing to cancel, or the controller cannot: either way nothing will come of it.
                outcomeWithoutConnection();
            }
        });
    }

    /** A Connection Complete as central that failed. */
    void failed(HciEvent.LeConnectionComplete event) {
        if (state == State.CONNECTING) {
            pause();
        } else if (state == State.CANCELLING) {
            outcomeWithoutConnection();
        }
    }

    /**
     * The attempt that a connection as central belongs to; it is over with that.
     *
     * @return null when nobody asked for it
     */
    Attempt connected(HciEvent.LeConnectionComplete event) {
        var attempt = current;
        boolean awaited = (state == State.CONNECTING || state == State.CANCELLING) && attempt.own != null;
        if (!awaited) {
            return null;
        }
        boolean same = event.peer().equals(attempt.target)
                || attempt.target.equals(event.peerResolvable())
                || event.peer().equals(attempt.peer);
        if (!same) {
            return null;
        }
        timer.cancel();
        attempt.deadline.cancel();
        current = null;
        state = State.IDLE;
        scanner.suspend(false);
        return attempt;
    }

    /** After a connection was announced: whoever waits is next. */
    void goOn() {
        next();
    }

    private void outcomeWithoutConnection() {
        timer.cancel();
        scanner.suspend(false);
        var attempt = current;
        current = null;
        state = State.IDLE;
        if (attempt != null && attempt.givenUp != null) {
            fail(attempt, attempt.givenUp, ErrorCode.CONNECTION_TIMEOUT.value());
        } else if (attempt != null) {
            queue.add(attempt);
        }
        next();
    }

    private void failed(String why, int status) {
        timer.cancel();
        scanner.suspend(false);
        var attempt = current;
        current = null;
        state = State.IDLE;
        fail(attempt, why, status);
        next();
    }

    private static void fail(Attempt attempt, String why, int status) {
        attempt.deadline.cancel();
        attempt.result.completeExceptionally(new HostException(why, status));
    }
}
