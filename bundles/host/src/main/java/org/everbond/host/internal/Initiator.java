package org.everbond.host.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.AdvertisingReport;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;
import org.everbond.hci.LeEvent;
import org.everbond.host.ConnectionParameters;
import org.everbond.host.Connection;

/**
 * Connecting as central, one peer at a time, as controllers can. A bonded peer is first looked for by scanning, as it may use
 * any private address; others are connected to directly. What fails is tried again until its time is over: a peer that
 * advertises seldom fails often. When several wait, they take turns.
 */
final class Initiator implements ResolvingList.Held, ConnectionCreation.Outcome {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration TURN = Duration.ofSeconds(3);

    private enum State {
        IDLE,
        SEARCHING,
        CREATING,
        PAUSING
    }

    private final EventLoop loop;
    private final Scanner scanner;
    private final UpperLayers upper;
    private final Links links;
    private final ConnectionCreation creation;
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
            Advertiser advertiser,
            Scanner scanner,
            UpperLayers upper,
            Links links,
            ConnectionParameters wanted) {
        this.loop = loop;
        this.scanner = scanner;
        this.upper = upper;
        this.links = links;
        this.creation = new ConnectionCreation(loop, commands, air, own, advertiser, scanner, wanted, this);
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
        all().stream().filter(attempt -> attempt.peer.equals(peer)).forEach(attempt -> {
            attempt.cancelled = true;
            giveUp(attempt, "connecting to " + peer + " was cancelled");
        });
    }

    private List<Attempt> all() {
        var all = new ArrayList<>(queue);
        if (current != null) {
            all.add(current);
        }
        return all;
    }

    void close() {
        closed = true;
        timer.cancel();
        creation.close();
        var all = all();
        queue.clear();
        current = null;
        state = State.IDLE;
        all.forEach(attempt -> attempt.fail(HostSession.gone().getMessage(), 0));
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

    /** Whoever waits is next. */
    void next() {
        if (closed || state != State.IDLE) {
            return;
        }
        if (held != null) {
            held.complete(null);
            return;
        }
        if (queue.isEmpty()) {
            creation.rest();
            return;
        }
        current = queue.poll();
        var open = links.to(current.peer);
        if (open != null) {
            // It connected to us meanwhile, or an attempt before this one did.
            var attempt = current;
            current = null;
            attempt.succeed(open);
            next();
            return;
        }
        takeTurns();
        if (current.search) {
            search();
        } else {
            create();
        }
    }

    private void create() {
        state = State.CREATING;
        creation.begin(current);
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
        creation.release();
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
        found.calledUs = report.unresolvedTarget();
        scanner.stopSearch();
        create();
    }

    private Attempt searched(Predicate<Attempt> it) {
        return it.test(current) ? current : queue.stream().filter(attempt -> attempt.search).filter(it).findFirst().orElse(null);
    }

    @Override
    public void notYet() {
        state = State.PAUSING;
        timer = loop.schedule(PAUSE, () -> {
            state = State.IDLE;
            queue.add(current);
            current = null;
            next();
        });
    }

    @Override
    public void cancelled() {
        withoutConnection();
    }

    @Override
    public void refused(Answer answer) {
        var attempt = current;
        current = null;
        state = State.IDLE;
        attempt.fail(answer.failure().getMessage(), answer.status());
        next();
    }

    private void giveUp(Attempt attempt, String why) {
        if (attempt.result.isDone()) {
            return;
        }
        attempt.givenUp = why;
        if (queue.remove(attempt)) {
            attempt.fail(why, 0);
        } else if (attempt == current) {
            interrupt();
        }
    }

    /** Stops what is going on for the current attempt, for good or for a while. */
    private void interrupt() {
        switch (state) {
            case SEARCHING -> {
                scanner.stopSearch();
                withoutConnection();
            }
            case PAUSING -> {
                timer.cancel();
                withoutConnection();
            }
            case CREATING -> creation.cancel();
            case IDLE -> {}
        }
    }

    /** A Connection Complete as central that failed. */
    void failed() {
        creation.failed();
    }

    /**
     * The attempt that a connection as central belongs to; it is over with that.
     *
     * @return null when nobody asked for it
     */
    Attempt connected(LeEvent.ConnectionComplete event) {
        if (!creation.connected(event)) {
            return null;
        }
        var attempt = current;
        attempt.deadline.cancel();
        current = null;
        state = State.IDLE;
        return attempt;
    }

    private void withoutConnection() {
        var attempt = current;
        current = null;
        state = State.IDLE;
        creation.release();
        if (attempt != null && attempt.givenUp != null) {
            attempt.fail(attempt.givenUp, ErrorCode.CONNECTION_TIMEOUT.value());
        } else if (attempt != null) {
            queue.add(attempt);
        }
        next();
    }
}
