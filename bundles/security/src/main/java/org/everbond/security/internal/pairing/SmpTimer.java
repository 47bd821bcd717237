package org.everbond.security.internal.pairing;

import java.time.Duration;
import java.util.function.Consumer;
import org.everbond.hci.EventLoop;
import org.everbond.security.SecurityOptions;

/** The SMP timer, 30 s since the last PDU either way (Vol 3, Part H, 3.4), and a cap of our own on the whole pairing. */
final class SmpTimer {
    private final EventLoop loop;
    private final Duration idle;
    private final Consumer<String> expired;
    private final EventLoop.Timer total;
    private EventLoop.Timer sinceLast;
    private long lastAt;
    private boolean stopped;

    /** @param expired hears one sentence for people */
    SmpTimer(EventLoop loop, SecurityOptions options, Consumer<String> expired) {
        this.loop = loop;
        this.idle = options.idleTimeout();
        this.expired = expired;
        var cap = options.totalTimeout();
        this.total = loop.schedule(cap, () -> expired.accept("the pairing took longer than " + cap.toSeconds()
                + " s in all; disconnect, connect and pair again"));
        restart();
    }

    /** A PDU was sent or received. */
    void restart() {
        if (stopped) {
            return;
        }
        if (sinceLast != null) {
            sinceLast.cancel();
        }
        lastAt = loop.nanoTime();
        sinceLast = loop.schedule(idle, () -> expired.accept("the peer did not go on with pairing for "
                + idle.toSeconds() + " s; disconnect, connect and pair again"));
    }

    /** How long people have for all that is asked until the next PDU, so that the peer can still be told that they did not answer. */
    Duration timeToAnswer() {
        var left = idle.multipliedBy(5).dividedBy(6).minusNanos(loop.nanoTime() - lastAt);
        return left.isNegative() ? Duration.ZERO : left;
    }

    void stop() {
        stopped = true;
        total.cancel();
        sinceLast.cancel();
    }
}
