package org.everbond.gatt.internal;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.everbond.gatt.AttException;
import org.everbond.gatt.internal.att.AttError;
import org.everbond.hci.EventLoop;

/** The way from the event loop to code of others and back: in order, with a deadline, whatever that code does. */
public final class ServiceCalls {
    /** Below the transaction timeout of the peer, 30 s (Vol 3, Part F, 3.3.3). */
    private static final Duration DEADLINE = Duration.ofSeconds(25);

    private final EventLoop loop;
    private final InOrder callbacks;

    public ServiceCalls(EventLoop loop, InOrder callbacks) {
        this.loop = loop;
        this.callbacks = callbacks;
    }

    /** Takes what a service answered, on the loop, once. */
    public interface Answer<T> {
        /** @param error 0, or the ATT error code to tell the peer; then there is no value */
        void done(T value, int error);
    }

    /** Asks a service. */
    public <T> void ask(Supplier<CompletionStage<T>> question, Answer<T> answer) {
        var once = new Once<>(answer);
        var timer = loop.schedule(DEADLINE, () -> {
            OperatorLog.tooSlow("A GATT service", DEADLINE.toSeconds());
            once.done(null, AttError.UNLIKELY);
        });
        callbacks.execute(() -> question.get().whenComplete((value, failure) -> loop.execute(() -> {
            timer.cancel();
            once.done(value, failure == null ? 0 : errorOf(failure));
        })), failure -> loop.execute(() -> {
            timer.cancel();
            once.done(null, errorOf(failure));
        }));
    }

    /** Tells a service or a sink something. */
    public void tell(Runnable call) {
        callbacks.execute(call, failure -> OperatorLog.failed("Code that GATT called", failure));
    }

    private static int errorOf(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof AttException refusal && refusal.error() > 0 && refusal.error() <= 0xff) {
            return refusal.error();
        }
        OperatorLog.failed("A GATT service", cause);
        return AttError.UNLIKELY;
    }

    private static final class Once<T> implements Answer<T> {
        private Answer<T> answer;

        Once(Answer<T> answer) {
            this.answer = answer;
        }

        @Override
        public void done(T value, int error) {
            var first = answer;
            answer = null;
            if (first != null) {
                first.done(value, error);
            }
        }
    }
}
