package org.everbond.shell.internal;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.everbond.security.IoCapability;
import org.everbond.security.Keypress;
import org.everbond.security.OobData;
import org.everbond.security.PairingPeer;
import org.everbond.security.spi.PairingAgent;
import org.everbond.shell.internal.Instructions.Mode;

/** The agent of the shell: a service only while it has been told how to answer. Answers by instruction, or asks by an event. */
final class ShellAgent implements PairingAgent {
    private static final int DIGITS = 6;

    /** One question at a time for each pairing. */
    private record Where(String adapter, long link) implements Comparable<Where> {
        static Where of(PairingPeer peer) {
            return new Where(peer.adapter(), peer.link());
        }

        @Override
        public int compareTo(Where other) {
            int byAdapter = adapter.compareTo(other.adapter);
            return byAdapter != 0 ? byAdapter : Long.compare(link, other.link);
        }
    }

    /** @param passkey empty for yes or no; else what hears the passkey */
    private record Question(PairingPeer peer, Consumer<Boolean> decision, Optional<Consumer<Integer>> passkey) {}

    private final EventFeed feed;
    private final Function<PairingAgent, Runnable> registrar;
    private final Map<Where, Question> open = new TreeMap<>();
    private final Map<Where, Happening> displayed = new TreeMap<>();
    private Instructions instructions = Instructions.NONE;
    private Runnable registration;

    /** @param registrar registers the agent as a service, and gives back what takes it away */
    ShellAgent(EventFeed feed, Function<PairingAgent, Runnable> registrar) {
        this.feed = feed;
        this.registrar = registrar;
    }

    synchronized Instructions instructions() {
        return instructions;
    }

    /** From now on answers by other instructions; without a mode there is no agent. */
    synchronized Instructions instruct(UnaryOperator<Instructions> change) {
        instructions = change.apply(instructions);
        boolean wanted = instructions.mode() != Mode.OFF;
        if (!wanted && registration != null) {
            registration.run();
            registration = null;
        } else if (wanted && registration == null) {
            registration = registrar.apply(this);
        }
        return instructions;
    }

    @Override
    public IoCapability ioCapability(PairingPeer peer) {
        return instructions().ioCapability();
    }

    @Override
    public Optional<OobData> oobData(PairingPeer peer) {
        return instructions().oobOf(peer);
    }

    @Override
    public CompletionStage<Boolean> authorize(PairingPeer peer) {
        // Whoever has the adapter ask before a bond is replaced wants to be asked.
        return decide(peer, "authorize", OptionalInt.empty(), instructions().mode() == Mode.ACCEPT && peer.bond().isEmpty());
    }

    @Override
    public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
        return decide(peer, "just-works", OptionalInt.empty(), instructions().mode() == Mode.ACCEPT);
    }

    @Override
    public CompletionStage<Boolean> confirmNumber(PairingPeer peer, int number) {
        var standing = instructions().number();
        return standing.isPresent() && instructions().mode() != Mode.REFUSE
                ? CompletableFuture.completedFuture(standing.get())
                : decide(peer, "number", OptionalInt.of(number), false);
    }

    private CompletionStage<Boolean> decide(PairingPeer peer, String question, OptionalInt number, boolean yes) {
        if (yes || instructions().mode() == Mode.REFUSE) {
            return CompletableFuture.completedFuture(yes);
        }
        var answer = new CompletableFuture<Boolean>();
        ask(new Question(peer, answer::complete, Optional.empty()), question, number);
        return answer;
    }

    @Override
    public CompletionStage<Optional<Integer>> requestPasskey(PairingPeer peer, Consumer<Keypress> typed) {
        var now = instructions();
        if (now.mode() == Mode.REFUSE || now.passkey().isPresent()) {
            return CompletableFuture.completedFuture(now.mode() == Mode.REFUSE ? Optional.empty() : now.passkey());
        }
        var answer = new CompletableFuture<Optional<Integer>>();
        var question = new Question(
                peer,
                yes -> answer.complete(Optional.empty()),
                Optional.of(passkey -> {
                    typed(typed);
                    answer.complete(Optional.of(passkey));
                }));
        ask(question, "passkey", OptionalInt.empty());
        return answer;
    }

    /** The peer hears of the keys all at once: the shell sees whole lines only. */
    private static void typed(Consumer<Keypress> typed) {
        typed.accept(Keypress.STARTED);
        for (int i = 0; i < DIGITS; i++) {
            typed.accept(Keypress.DIGIT_ENTERED);
        }
        typed.accept(Keypress.COMPLETED);
    }

    private void ask(Question question, String kind, OptionalInt number) {
        synchronized (this) {
            open.put(Where.of(question.peer()), question);
        }
        feed.publish(Happening.question(question.peer(), kind, number));
    }

    @Override
    public void displayPasskey(PairingPeer peer, int passkey) {
        var shown = Happening.passkey(peer, passkey);
        synchronized (this) {
            displayed.put(Where.of(peer), shown);
        }
        feed.publish(shown);
    }

    @Override
    public void keypress(PairingPeer peer, Keypress keypress) {
        feed.publish(Happening.keypress(peer, keypress));
    }

    @Override
    public void cancelled(PairingPeer peer) {
        over(peer);
    }

    @Override
    public void finished(PairingPeer peer) {
        over(peer);
    }

    /** What was asked waits for no answer any more, and the passkey that was shown is not shown again. */
    private void over(PairingPeer peer) {
        Happening shown;
        synchronized (this) {
            open.remove(Where.of(peer));
            shown = displayed.remove(Where.of(peer));
        }
        if (shown != null) {
            feed.withdraw(shown);
        }
    }

    /**
     * Answers yes or no.
     *
     * @param adapter whose question; empty for any
     * @param link likewise; empty for the first one
     * @return who was answered
     */
    PairingPeer answer(boolean yes, Optional<String> adapter, Optional<Long> link) throws CommandException {
        var question = take(adapter, link, false, yes ? "a passkey, not yes; 'agent passkey 123456' gives it" : "");
        question.decision().accept(yes);
        return question.peer();
    }

    /** Likewise, with a passkey. */
    PairingPeer passkey(int passkey, Optional<String> adapter, Optional<Long> link) throws CommandException {
        var question = take(adapter, link, true, "yes or no, not a passkey; answer 'agent yes' or 'agent no'");
        question.passkey().orElseThrow().accept(passkey);
        return question.peer();
    }

    /** @param unlike what is said to an answer of the wrong kind; empty when it fits all */
    private synchronized Question take(Optional<String> adapter, Optional<Long> link, boolean withPasskey, String unlike)
            throws CommandException {
        var where = open.keySet().stream()
                .filter(one -> link.isEmpty() || link.get() == one.link())
                .filter(one -> adapter.isEmpty() || adapter.get().equals(one.adapter()))
                .findFirst();
        if (where.isEmpty()) {
            throw new CommandException("no pairing waits for an answer" + link.map(number -> " on link " + number).orElse("")
                    + "; 'events' shows those that did, each for 25 s");
        }
        if (!unlike.isEmpty() && open.get(where.get()).passkey().isPresent() != withPasskey) {
            throw new CommandException("the pairing with " + open.get(where.get()).peer().address() + " waits for " + unlike);
        }
        return open.remove(where.get());
    }
}
