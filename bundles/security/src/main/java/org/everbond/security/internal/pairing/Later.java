package org.everbond.security.internal.pairing;

import java.util.function.Consumer;

/** A result that is being computed away from the loop, for a pairing that may need it sooner or later. */
final class Later<T> {
    private final Pairing pairing;
    private boolean done;
    private T value;
    private Throwable failure;
    private Runnable waiting;

    Later(Pairing pairing) {
        this.pairing = pairing;
    }

    void done(T value, Throwable failure) {
        done = true;
        this.value = value;
        this.failure = failure;
        if (waiting != null) {
            waiting.run();
        }
    }

    /** Goes on once the result is there; until then the pairing takes nothing but its end. */
    void then(Consumer<T> next) {
        var state = new Waiting(pairing);
        pairing.become(state);
        waiting = () -> pairing.goOn(state, value, failure, next);
        if (done) {
            waiting.run();
        }
    }
}
