package org.everbond.security.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.everbond.crypto.P256;
import org.everbond.hci.EventLoop;

/**
 * Key pairs of P-256, each given away once. One is made ahead, away from the loop, and the next one only when a pairing is over: the
 * DHKey of the pairing that runs must not wait for it.
 */
public final class KeyPairs {
    private final EventLoop loop;
    private final Executor computing;
    private final Callable<P256> source;
    private final Deque<BiConsumer<P256, Throwable>> waiting = new ArrayDeque<>();
    private P256 ready;
    private boolean making;

    KeyPairs(EventLoop loop, Executor computing, Callable<P256> source) {
        this.loop = loop;
        this.computing = computing;
        this.source = source;
    }

    /** Hands over a fresh key pair, now or later, on the loop. */
    public void take(BiConsumer<P256, Throwable> taker) {
        if (ready == null) {
            waiting.add(taker);
            prepare();
            return;
        }
        var pair = ready;
        ready = null;
        taker.accept(pair, null);
    }

    /** Makes sure that one is ready or being made. */
    public void prepare() {
        if (making || ready != null) {
            return;
        }
        making = true;
        Offloaded.run(loop, computing, source, this::made);
    }

    private void made(P256 pair, Throwable failure) {
        making = false;
        var taker = waiting.poll();
        if (taker == null) {
            ready = pair;
            return;
        }
        if (!waiting.isEmpty()) {
            prepare();
        }
        taker.accept(pair, failure);
    }
}
