package org.everbond.security.internal.pairing;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.everbond.hci.EventLoop;
import org.everbond.security.internal.Surroundings;
import org.everbond.security.spi.PairingAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question to the agent. Answered once: by the agent, by its failure, or by the deadline, which comes before the SMP timer so that
 * the peer can still be told.
 */
final class Question<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Question.class);

    private final Surroundings surroundings;
    private final Answer<T> answer;
    private EventLoop.Timer deadline;
    private boolean answered;

    /** Hears the answer, on the loop. */
    interface Answer<T> {
        /** @param value what the agent said; may be null, hostile input like any other */
        void given(T value);

        /** @param why one sentence */
        void missing(String why);
    }

    private Question(Surroundings surroundings, Answer<T> answer) {
        this.surroundings = surroundings;
        this.answer = answer;
    }

    static <T> Question<T> ask(
            Surroundings surroundings,
            Duration patience,
            PairingAgent agent,
            Function<PairingAgent, CompletionStage<T>> words,
            Answer<T> answer) {
        var question = new Question<T>(surroundings, answer);
        question.deadline = surroundings.loop().schedule(patience, question::tooLate);
        try {
            surroundings.callbacks().execute(() -> question.ask(agent, words));
        } catch (RejectedExecutionException e) {
            surroundings.loop().execute(() -> question.failed(e));
        }
        return question;
    }

    /** Away from the loop. */
    private void ask(PairingAgent agent, Function<PairingAgent, CompletionStage<T>> words) {
        try {
            words.apply(agent).whenComplete((value, failure) -> surroundings.loop().execute(() -> {
                if (failure != null) {
                    failed(failure);
                } else if (answered()) {
                    answer.given(value);
                }
            }));
        } catch (RuntimeException | LinkageError e) {
            surroundings.loop().execute(() -> failed(e));
        }
    }

    private void failed(Throwable failure) {
        if (answered()) {
            LOG.warn("The pairing agent failed, which counts as refused", failure);
            answer.missing("the pairing agent failed: " + failure);
        }
    }

    private void tooLate() {
        if (answered()) {
            answer.missing("the pairing agent did not answer in time; pair again and answer sooner");
        }
    }

    /** The pairing is over: an answer does not matter any more. */
    void cancel() {
        answered();
    }

    /** @return whether it was still open, which it is not any more */
    private boolean answered() {
        boolean first = !answered;
        answered = true;
        deadline.cancel();
        return first;
    }

    /** Tells the agent something that needs no answer. */
    static void tell(Surroundings surroundings, PairingAgent agent, Consumer<PairingAgent> words) {
        try {
            surroundings.callbacks().execute(() -> {
                try {
                    words.accept(agent);
                } catch (RuntimeException | LinkageError e) {
                    LOG.warn("The pairing agent failed when it was told something", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("The pairing agent is not told any more: the adapter is closing");
        }
    }
}
