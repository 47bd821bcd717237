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
        sinceLast = loop.schedule(idle, () -> expired.accept("the peer did not go on with pairing for "
                + idle.toSeconds() + " s; disconnect, connect and pair again"));
    }

    void stop() {
        stopped = true;
        total.cancel();
        sinceLast.cancel();
    }
}
