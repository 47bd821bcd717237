package org.everbond.security.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.everbond.hci.EventLoop;
import org.everbond.security.PairingException;
import org.everbond.security.PairingResult;

/** Those who asked for a pairing on a link, and what is to be done once one is over. */
final class PairingWaiters {
    private final EventLoop loop;
    private final List<CompletableFuture<PairingResult>> waiting = new ArrayList<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    private EventLoop.Timer patience;

    PairingWaiters(EventLoop loop) {
        this.loop = loop;
    }

    CompletionStage<PairingResult> add() {
        var paired = new CompletableFuture<PairingResult>();
        waiting.add(paired);
        return paired;
    }

    /** Whether somebody here asked for a pairing that has not ended. */
    boolean isAsked() {
        return !waiting.isEmpty();
    }

    /** Runs the action when the pairing that is under way has ended, well or not. */
    void afterwards(Runnable action) {
        afterwards.add(action);
    }

    /** We have asked the central with a Security Request. */
    void expectCentral(Duration time) {
        patience = loop.schedule(time, () -> fail(
                "the central did not answer the Security Request; start pairing at the central"));
    }

    /** The central has answered with a pairing, which has its own time. */
    void centralBegan() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }

    boolean expectsCentral() {
        return patience != null;
    }

    void succeed(PairingResult result) {
        settle(waiter -> waiter.complete(result));
    }

    void fail(String sentence) {
        fail(new PairingException(sentence, 0, false));
    }

    void fail(PairingException cause) {
        settle(waiter -> waiter.completeExceptionally(cause));
    }

    private void settle(Consumer<CompletableFuture<PairingResult>> outcome) {
        centralBegan();
        var settled = List.copyOf(waiting);
        waiting.clear();
        settled.forEach(outcome);
        var next = List.copyOf(afterwards);
        afterwards.clear();
        next.forEach(Runnable::run);
    }
}
