package org.everbond.host.internal;

import java.time.Duration;
import java.util.function.Consumer;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;
import org.everbond.hci.LeCommands;
import org.everbond.hci.LeEvent;
import org.everbond.host.ConnectionParameters;

/**
 * LE Create Connection for one attempt at a time (Vol 4, Part E, 7.8.12, 7.8.13, 7.8.66): from the choice of our address to what the
 * controller says became of it.
 */
final class ConnectionCreation {
    /** Hears how it ended without a connection. */
    interface Outcome {
        /** Nothing came of it this time. */
        void notYet();

        /** It was cancelled. */
        void cancelled();

        /** The controller will not do it, however often it is asked. */
        void refused(Answer answer);
    }

    private static final Duration CANCEL_ANSWER = Duration.ofSeconds(2);
    /** A peer that was just heard answers soon, or has gone on to another private address: then it is looked for again. */
    private static final Duration JUST_HEARD = Duration.ofSeconds(3);

    private final EventLoop loop;
    private final CommandFlow commands;
    private final AirCommands air;
    private final OwnAddress own;
    private final Advertiser advertiser;
    private final Scanner scanner;
    private final ConnectionParameters wanted;
    private final Outcome outcome;
    /** Null while there is none. */
    private Attempt attempt;
    private boolean cancelling;
    /** Tells the answers of this creation from those of an earlier one. */
    private long run;
    private EventLoop.Timer limit = () -> {};

    ConnectionCreation(
            EventLoop loop,
            CommandFlow commands,
            AirCommands air,
            OwnAddress own,
            Advertiser advertiser,
            Scanner scanner,
            ConnectionParameters wanted,
            Outcome outcome) {
        this.loop = loop;
        this.commands = commands;
        this.air = air;
        this.own = own;
        this.advertiser = advertiser;
        this.scanner = scanner;
        this.wanted = wanted;
        this.outcome = outcome;
    }

    void begin(Attempt next) {
        attempt = next;
        cancelling = false;
        next.own = null;
        long mine = ++run;
        if (next.search) {
            limit = loop.schedule(JUST_HEARD, () -> {
                if (mine == run) {
                    cancel();
                }
            });
        }
        Consumer<DeviceAddress> then = address -> create(mine, address);
        Consumer<Answer> failed = answer -> refused(mine, answer);
        if (next.calledUs == null) {
            own.use(then, failed);
        } else {
            // A directed advertiser takes only the address that it calls, and what else uses the random address has to rest for it.
            scanner.suspend(true);
            advertiser.suspend(air.advertisesWithRandomAddress());
            own.useOnce(next.calledUs, then, failed);
        }
    }

    private void create(long mine, DeviceAddress ownAddress) {
        if (mine != run || attempt == null || cancelling) {
            return;
        }
        attempt.own = ownAddress;
        commands.send(air.createConnection(ownAddress, attempt.target, attempt.resolved, wanted), answer -> {
            if (answer.ok() || mine != run || attempt == null) {
                return;
            }
            if (answer.refusedWith(ErrorCode.COMMAND_DISALLOWED)) {
                makeWay();
            }
            refused(mine, answer);
        });
    }

    /** An application's scan may be in the way, which goes on afterwards, or an attempt that was thought to be over. */
    private void makeWay() {
        if (scanner.isRunning()) {
            scanner.suspend(true);
        }
        commands.send(LeCommands.createConnectionCancel());
    }

    /** What rested for a connection goes on. */
    void release() {
        scanner.suspend(false);
        advertiser.suspend(false);
    }

    /** Nothing more is wanted: a change of our address that had to wait is made up for (Vol 4, Part E, 7.8.4). */
    void rest() {
        advertiser.catchUp();
        scanner.catchUp();
    }

    /** What the controller would not do, or did not answer. */
    private void refused(long mine, Answer answer) {
        if (mine != run || attempt == null) {
            return;
        }
        if (cancelling) {
            cancelled();
        } else if (fatal(answer)) {
            end();
            release();
            outcome.refused(answer);
        } else {
            end();
            outcome.notYet();
        }
    }

    /** What will not change by asking again. */
    private static boolean fatal(Answer answer) {
        return answer.refusedWith(ErrorCode.UNKNOWN_HCI_COMMAND)
                || answer.refusedWith(ErrorCode.INVALID_HCI_COMMAND_PARAMETERS)
                || answer.refusedWith(ErrorCode.UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE)
                || answer.refusedWith(ErrorCode.CONNECTION_LIMIT_EXCEEDED)
                || answer.refusedWith(ErrorCode.CONNECTION_ALREADY_EXISTS);
    }

    /** The outcome is told by Connection Complete, which may still be a connection. */
    void cancel() {
        if (attempt == null || cancelling) {
            return;
        }
        cancelling = true;
        long mine = run;
        limit.cancel();
        limit = loop.schedule(CANCEL_ANSWER, this::cancelled);
        commands.send(LeCommands.createConnectionCancel(), answer -> {
            if (!answer.ok() && mine == run && attempt != null) {
                // There was nothing to cancel, or the controller cannot: either way nothing will come of it.
                cancelled();
            }
        });
    }

    private void cancelled() {
        end();
        release();
        outcome.cancelled();
    }

    private void end() {
        limit.cancel();
        attempt = null;
    }

    /** A Connection Complete as central that failed. */
    void failed() {
        if (attempt != null && cancelling) {
            cancelled();
        } else if (attempt != null) {
            end();
            outcome.notYet();
        }
    }

    /**
     * A Connection Complete as central. It is over with that.
     *
     * @return whether it belongs to the attempt
     */
    boolean connected(LeEvent.ConnectionComplete event) {
        boolean same = attempt != null && attempt.own != null
                && (event.peer().equals(attempt.target)
                        || attempt.target.equals(event.peerResolvable())
                        || event.peer().equals(attempt.peer));
        if (same) {
            end();
            release();
        }
        return same;
    }

    /** The controller is gone. */
    void close() {
        end();
    }
}
