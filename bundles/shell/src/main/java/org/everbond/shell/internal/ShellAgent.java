package org.everbond.shell.internal;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.everbond.security.IoCapability;
import org.everbond.security.PairingPeer;
import org.everbond.security.spi.PairingAgent;

/** The agent of the shell: a service only while it has been told how to answer. */
final class ShellAgent implements PairingAgent {
    /** How to answer. */
    enum Mode {
        /** No agent: the adapter's policy decides. */
        OFF,
        ACCEPT,
        REFUSE,
        /** By an event; the answer is {@code agent yes} or {@code agent no}. */
        ASK
    }

    private record Question(PairingPeer peer, CompletableFuture<Boolean> answer) {}

    private final EventFeed feed;
    private final Function<PairingAgent, Runnable> registrar;
    private final Map<Long, Question> open = new TreeMap<>();
    private Mode mode = Mode.OFF;
    private IoCapability io = IoCapability.NO_INPUT_NO_OUTPUT;
    private Runnable registration;

    /** @param registrar registers the agent as a service, and gives back what takes it away */
    ShellAgent(EventFeed feed, Function<PairingAgent, Runnable> registrar) {
        this.feed = feed;
        this.registrar = registrar;
    }

    synchronized void mode(Mode wanted) {
        mode = wanted;
        if (wanted == Mode.OFF && registration != null) {
            registration.run();
            registration = null;
        } else if (wanted != Mode.OFF && registration == null) {
            registration = registrar.apply(this);
        }
    }

    synchronized Mode mode() {
        return mode;
    }

    synchronized void ioCapability(IoCapability wanted) {
        io = wanted;
    }

    synchronized IoCapability ioCapability() {
        return io;
    }

    @Override
    public IoCapability ioCapability(PairingPeer peer) {
        return ioCapability();
    }

    @Override
    public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
        CompletableFuture<Boolean> answer;
        synchronized (this) {
            if (mode != Mode.ASK) {
                return CompletableFuture.completedFuture(mode == Mode.ACCEPT);
            }
            answer = new CompletableFuture<>();
            open.put(peer.link(), new Question(peer, answer));
        }
        feed.publish(Happening.question(peer.adapter(), peer.link(), peer.address().toString(), peer.bond()));
        return answer;
    }

    @Override
    public synchronized void cancelled(PairingPeer peer) {
        open.remove(peer.link());
    }

    /** @return who was answered */
    PairingPeer answer(boolean yes) throws CommandException {
        Question question;
        synchronized (this) {
            if (open.isEmpty()) {
                throw new CommandException("no pairing waits for an answer; it may be over, pair again");
            }
            question = open.remove(open.keySet().iterator().next());
        }
        question.answer().complete(yes);
        return question.peer();
    }
}
