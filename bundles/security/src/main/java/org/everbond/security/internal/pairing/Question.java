package org.everbond.security.internal.pairing;

import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.everbond.hci.EventLoop;
import org.everbond.security.PairingPeer;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.Surroundings;
import org.everbond.security.spi.PairingAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question to the agent. Answered once: by the agent, by its failure, or by the deadline, which comes before the SMP timer so that
 * the peer can still be told.
 */
final class Question {
    private static final Logger LOG = LoggerFactory.getLogger(Question.class);

    private final Surroundings surroundings;
    private final SecurityOptions options;
    private final boolean otherwise;
    private final PairingPeer peer;
    private final BiConsumer<Boolean, String> answer;
    private Optional<PairingAgent> agent = Optional.empty();
    private EventLoop.Timer deadline;
    private boolean answered;

    private Question(
            Surroundings surroundings,
            SecurityOptions options,
            boolean otherwise,
            PairingPeer peer,
            BiConsumer<Boolean, String> answer) {
        this.otherwise = otherwise;
        this.surroundings = surroundings;
        this.options = options;
        this.peer = peer;
        this.answer = answer;
    }

    /**
     * @param otherwise the answer without an agent
     * @param answer hears yes, or no with one sentence why; on the loop
     */
    static Question justWorks(
            Surroundings surroundings,
            SecurityOptions options,
            boolean otherwise,
            PairingPeer peer,
            BiConsumer<Boolean, String> answer) {
        return new Question(surroundings, options, otherwise, peer, answer);
    }

    void ask() {
        agent = find();
        if (agent.isEmpty()) {
            answer(otherwise, "nobody is there to confirm Just Works; add an agent, or allow Just Works without one");
            return;
        }
        deadline = surroundings.loop().schedule(options.idleTimeout().multipliedBy(5).dividedBy(6), this::tooLate);
        callback(() -> ask(agent.get()));
    }

    private Optional<PairingAgent> find() {
        try {
            return surroundings.agents().get();
        } catch (RuntimeException e) {
            LOG.error("The pairing agents could not be looked up", e);
            return Optional.empty();
        }
    }

    /** Away from the loop. */
    private void ask(PairingAgent asked) {
        try {
            asked.confirmJustWorks(peer)
                    .whenComplete((yes, failure) -> surroundings.loop().execute(() -> answered(yes, failure)));
        } catch (RuntimeException | LinkageError e) {
            surroundings.loop().execute(() -> answered(null, e));
        }
    }

    private void answered(Boolean yes, Throwable failure) {
        if (failure != null) {
            LOG.warn("The pairing agent failed, which counts as refused", failure);
        }
        answer(
                Boolean.TRUE.equals(yes) && failure == null,
                failure != null ? "the pairing agent failed: " + failure : "the pairing was refused here");
    }

    private void tooLate() {
        cancelAgent();
        answer(false, "the pairing agent did not answer in time; pair again and answer sooner");
    }

    private void answer(boolean yes, String why) {
        if (!answered) {
            answered = true;
            if (deadline != null) {
                deadline.cancel();
            }
            answer.accept(yes, why);
        }
    }

    /** The pairing is over: an answer does not matter any more. */
    void cancel() {
        if (!answered) {
            answered = true;
            deadline.cancel();
            cancelAgent();
        }
    }

    private void cancelAgent() {
        callback(() -> {
            try {
                agent.get().cancelled(peer);
            } catch (RuntimeException | LinkageError e) {
                LOG.warn("The pairing agent failed when it was told that its question is over", e);
            }
        });
    }

    private void callback(Runnable call) {
        try {
            surroundings.callbacks().execute(call);
        } catch (RejectedExecutionException e) {
            surroundings.loop().execute(() -> answered(null, e));
        }
    }
}
