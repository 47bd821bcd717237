package org.everbond.security.internal.pairing;

import java.util.function.Consumer;

/** A result that comes from elsewhere, computed or answered by somebody, for a pairing that may need it sooner or later. */
final class Later<T> {
    private final Pairing pairing;
    private boolean done;
    private T value;
    private Throwable failure;
    private Runnable waiting;

    Later(Pairing pairing) {
        this.pairing = pairing;
    }

    /** A result that is there already. */
    static <T> Later<T> of(Pairing pairing, T value) {
        var later = new Later<T>(pairing);
        later.done(value, null);
        return later;
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
        then(new Waiting(pairing), next);
    }

    /** Goes on once the result is there; until then the pairing is in this state. */
    void then(State meanwhile, Consumer<T> next) {
        pairing.become(meanwhile);
        waiting = () -> pairing.goOn(meanwhile, value, failure, next);
        if (done) {
            waiting.run();
        }
    }
}
