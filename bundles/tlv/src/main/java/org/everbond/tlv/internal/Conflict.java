package org.everbond.tlv.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.spi.TlvBackend;

/**
 * The conflict between the running store and a bound backend, if there is one, and what a person wants to become of it. All methods are
 * called with the front's monitor held.
 */
final class Conflict {
    private final StoreFront front;
    /** Null when there is none. */
    private TlvBackend with;
    /** Null until somebody decides. */
    private Resolution resolution;

    private CompletableFuture<String> done;

    Conflict(StoreFront front) {
        this.front = front;
    }

    CompletionStage<String> resolve(Resolution wanted) {
        cancel("another decision came");
        done = new CompletableFuture<>();
        var result = done.minimalCompletionStage();
        if (with == null) {
            cancel("store " + front.name() + " has no conflict to decide: it is " + front.status().state());
        } else {
            resolution = wanted;
        }
        return result;
    }

    /** Null unless a person has decided on a conflict with this backend. */
    Resolution resolution(TlvBackend backend) {
        return backend == with ? resolution : null;
    }

    /** A backend serves, and there is no conflict any more. */
    void end(TlvBackend backend, String kept) {
        if (resolution(backend) != null) {
            answer(kept, null);
        }
        with = null;
        cancel("another place serves now");
    }

    void refused(TlvBackend backend, TlvState state, String sentence) {
        if (resolution(backend) != null) {
            cancel(sentence);
        }
        if (state == TlvState.CONFLICT) {
            with = backend;
        } else if (with == backend) {
            with = null;
        }
    }

    void unbound(TlvBackend backend) {
        if (with == backend) {
            cancel("the place in conflict was given back");
            with = null;
        }
    }

    void cancel(String sentence) {
        answer(null, new TlvException(Reason.FAILED, sentence));
    }

    private void answer(String kept, TlvException failure) {
        if (done != null) {
            front.answer(done, kept, failure);
        }
        done = null;
        resolution = null;
    }
}
