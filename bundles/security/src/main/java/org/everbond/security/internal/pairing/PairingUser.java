package org.everbond.security.internal.pairing;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.everbond.bonds.Bond;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.IoCapability;
import org.everbond.security.Keypress;
import org.everbond.security.OobData;
import org.everbond.security.PairingPeer;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.policy.Means;
import org.everbond.security.spi.PairingAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user of this gateway in one pairing, as far as an agent speaks for one. What the peer may do while a question is open, the state
 * of the pairing says. Whatever the agent does wrong, the pairing ends by rule.
 */
final class PairingUser {
    private static final Logger LOG = LoggerFactory.getLogger(PairingUser.class);

    /** What is known of the user before the features are exchanged. */
    private record Abilities(IoCapability ioCapability, Optional<OobData> oobData, Optional<Integer> agreedPasskey) {
        static final Abilities NONE = new Abilities(IoCapability.NO_INPUT_NO_OUTPUT, Optional.empty(), Optional.empty());

        Abilities {
            if (ioCapability == null || oobData == null || agreedPasskey == null) {
                throw new NullPointerException("the pairing agent gave null for an ability");
            }
            if (!agreedPasskey.map(PairingUser::isPasskey).orElse(true)) {
                throw new IllegalArgumentException("a passkey has six digits");
            }
        }

        static Abilities of(PairingAgent agent, PairingPeer peer) {
            return new Abilities(agent.ioCapability(peer), agent.oobData(peer), agent.agreedPasskey(peer));
        }

        @Override
        public String toString() {
            return "Abilities[" + ioCapability + "]";
        }
    }

    private final Pairing pairing;
    private final PairingPeer peer;
    private Optional<PairingAgent> agent = Optional.empty();
    private Abilities abilities = Abilities.NONE;
    private Question<?> question;
    /** The bond whose replacement was asked about. */
    private Optional<Bond> permitted = Optional.empty();
    /** Whether the agent was asked or shown something that it has to be told the end of. */
    private boolean involved;

    PairingUser(Pairing pairing) {
        this.pairing = pairing;
        var connection = pairing.connection();
        this.peer = new PairingPeer(
                pairing.surroundings().adapter(),
                connection.epoch(),
                connection.peerAddress(),
                pairing.existing(),
                pairing.initiator());
    }

    /** Finds the agent for this pairing and learns what its user can do. */
    void meet(Runnable then) {
        agent = find();
        if (agent.isEmpty()) {
            then.run();
            return;
        }
        var met = new Later<Abilities>(pairing);
        ask(
                asked -> CompletableFuture.completedFuture(Abilities.of(asked, peer)),
                FailureReason.UNSPECIFIED_REASON,
                known -> met.done(known, null));
        met.then(known -> {
            abilities = known;
            then.run();
        });
    }

    /** What the user can do, NoInputNoOutput without an agent. */
    IoCapability ioCapability() {
        return abilities.ioCapability();
    }

    /** What can be offered to the peer. */
    Means means() {
        var data = oobData();
        return new Means(
                ioCapability(),
                data.flatMap(OobData::temporaryKey).isPresent(),
                data.flatMap(OobData::secureConnections).isPresent(),
                pairing.ownOobData().isPresent());
    }

    /** What came of the peer out of band; data that names another device is not the peer's and is left unused. */
    Optional<OobData> oobData() {
        return abilities.oobData().filter(data -> data.address().map(this::isOfPeer).orElse(true));
    }

    private boolean isOfPeer(DeviceAddress address) {
        return address.equals(peer.address()) || peer.bond().filter(bond -> bond.identity().equals(address)).isPresent();
    }

    /**
     * May the peer pair at all? Asked of a stranger that began, and of whoever would replace a bond while {@code bond.replace=ask}.
     */
    void permit(Runnable then) {
        if (pairing.existing().isPresent()) {
            permitReplacement(pairing.existing(), then);
        } else if (pairing.initiator() || agent.isEmpty()) {
            then.run();
        } else {
            authorize(peer, then);
        }
    }

    /** May this bond be replaced? The peer may have told only at the end whose it is. */
    void permitReplacement(Optional<Bond> replaced, Runnable then) {
        if (replaced.isEmpty() || pairing.options().replace() != SecurityOptions.Replace.ASK || replaced.equals(permitted)) {
            then.run();
        } else if (agent.isEmpty()) {
            pairing.fail(
                    FailureReason.AUTHENTICATION_REQUIREMENTS,
                    "bond " + replaced.get().id() + " with " + replaced.get().identity()
                            + " may be replaced only if an agent allows it, and there is none; add an agent, or forget the bond");
        } else {
            permitted = replaced;
            authorize(new PairingPeer(peer.adapter(), peer.link(), peer.address(), replaced, peer.initiator()), then);
        }
    }

    private void authorize(PairingPeer whom, Runnable then) {
        involve();
        confirm(asked -> asked.authorize(whom), FailureReason.UNSPECIFIED_REASON, whom.bond().isPresent()
                ? "the pairing agent does not let " + whom.bond().get().identity() + " replace its bond"
                : "the pairing agent does not let this peer pair", then);
    }

    /** Just Works: goes on if the agent says yes, or, without one, if somebody here asked for this pairing or the policy allows it. */
    void confirmJustWorks(Runnable then) {
        if (agent.isPresent()) {
            involve();
            confirm(asked -> asked.confirmJustWorks(peer), FailureReason.UNSPECIFIED_REASON,
                    "the pairing agent refused Just Works, which protects against nobody in the middle; pair by a passkey, numbers or out of "
                            + "band data, or have the agent accept it for this peer", then);
        } else if (pairing.link().isPairingAsked() || pairing.options().justWorks() == SecurityOptions.JustWorks.ACCEPT) {
            then.run();
        } else {
            pairing.fail(
                    FailureReason.UNSPECIFIED_REASON,
                    "nobody is there to confirm Just Works; add an agent, or allow it without one (pairing.justWorks=accept)");
        }
    }

    /**
     * Numeric Comparison.
     *
     * @return done if both devices show the same number
     */
    Later<Boolean> confirmNumber(int number) {
        involve();
        return confirmed(asked -> asked.confirmNumber(peer, number), FailureReason.NUMERIC_COMPARISON_FAILED,
                "the pairing agent did not confirm the number; if both devices showed the same, pair again and confirm it");
    }

    /**
     * Asks for the passkey; the state of the pairing stays as it is.
     *
     * @param typed told of each key, on the loop, while the question is open
     */
    void requestPasskey(Consumer<Keypress> typed, IntConsumer then) {
        involve();
        var loop = pairing.surroundings().loop();
        Consumer<Keypress> safely = keypress -> loop.execute(() -> {
            if (question != null && keypress != null) {
                typed.accept(keypress);
            }
        });
        this.<Optional<Integer>>ask(
                asked -> asked.requestPasskey(peer, safely),
                FailureReason.PASSKEY_ENTRY_FAILED,
                passkey -> {
                    if (passkey == null || passkey.isEmpty()) {
                        pairing.fail(FailureReason.PASSKEY_ENTRY_FAILED, "the pairing agent gave no passkey");
                    } else if (!isPasskey(passkey.get())) {
                        pairing.fail(
                                FailureReason.PASSKEY_ENTRY_FAILED,
                                "the pairing agent gave a passkey out of range; a passkey has six digits");
                    } else {
                        then.accept(passkey.get());
                    }
                });
    }

    private static boolean isPasskey(int number) {
        return number >= 0 && number <= 999_999;
    }

    /** What to show to this peer instead of a random passkey. */
    Optional<Integer> agreedPasskey() {
        return abilities.agreedPasskey();
    }

    void displayPasskey(int passkey) {
        involve();
        tell(asked -> asked.displayPasskey(peer, passkey));
    }

    void keypress(Keypress keypress) {
        tell(asked -> asked.keypress(peer, keypress));
    }

    /** The pairing is over. */
    void ended(boolean well) {
        boolean open = question != null;
        if (open) {
            question.cancel();
            question = null;
        }
        if (involved && (open || !well)) {
            tell(asked -> asked.cancelled(peer));
        } else if (involved) {
            tell(asked -> asked.finished(peer));
        }
    }

    /** A peer that bothers the user of its own accord may not do so again and again. */
    private void involve() {
        involved = true;
        if (!pairing.link().isPairingAsked()) {
            pairing.attempt();
        }
    }

    private void tell(Consumer<PairingAgent> words) {
        involved = true;
        agent.ifPresent(asked -> Question.tell(pairing.surroundings(), asked, words));
    }

    private void confirm(
            Function<PairingAgent, CompletionStage<Boolean>> words, FailureReason reason, String refused, Runnable then) {
        confirmed(words, reason, refused).then(yes -> then.run());
    }

    /** @param refused one sentence for when the agent says no */
    private Later<Boolean> confirmed(
            Function<PairingAgent, CompletionStage<Boolean>> words, FailureReason reason, String refused) {
        var confirmed = new Later<Boolean>(pairing);
        ask(words, reason, yes -> {
            if (Boolean.TRUE.equals(yes)) {
                confirmed.done(true, null);
            } else {
                pairing.fail(reason, refused);
            }
        });
        return confirmed;
    }


    private <T> void ask(
            Function<PairingAgent, CompletionStage<T>> words, FailureReason reason, Consumer<T> then) {
        if (agent.isEmpty()) {
            pairing.fail(reason, "nobody is there to answer for this pairing; add an agent");
            return;
        }
        question = Question.ask(pairing.surroundings(), pairing.timeToAnswer(), agent.get(), words, new Question.Answer<T>() {
            @Override
            public void given(T value) {
                question = null;
                then.accept(value);
            }

            @Override
            public void missing(String why) {
                question = null;
                involved = true;
                pairing.fail(reason, why);
            }
        });
    }

    private Optional<PairingAgent> find() {
        try {
            return pairing.surroundings().agents().apply(peer);
        } catch (RuntimeException e) {
            LOG.error("The pairing agents could not be looked up", e);
            return Optional.empty();
        }
    }
}
