package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.everbond.bonds.SecurityLevel;
import org.everbond.host.Role;
import org.everbond.security.SecurityOptions.JustWorks;
import org.everbond.security.SecurityOptions.Replace;
import org.everbond.security.spi.PairingAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Agents that agree, refuse, fail, are late or never answer; and none. */
class AgentTest {
    private final Pair pair = new Pair();
    private final List<PairingPeer> asked = new ArrayList<>();
    private final List<PairingPeer> cancelled = new ArrayList<>();

    private Device device(Role role) {
        return pair.device(role);
    }

    private void agent(Role role, Function<PairingPeer, CompletionStage<Boolean>> answer) {
        device(role).agent = Optional.of(new PairingAgent() {
            @Override
            public IoCapability ioCapability(PairingPeer peer) {
                return IoCapability.KEYBOARD_DISPLAY;
            }

            @Override
            public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
                asked.add(peer);
                return answer.apply(peer);
            }

            @Override
            public void cancelled(PairingPeer peer) {
                cancelled.add(peer);
                throw new IllegalStateException("cannot even be cancelled");
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void anAgentThatAgreesIsAskedOnce(Role role) {
        agent(role, peer -> CompletableFuture.completedFuture(true));
        var wire = pair.connect();
        pair.pair(wire);
        assertThat(asked).containsExactly(new PairingPeer(
                device(role).name,
                wire.end(role).epoch(),
                wire.end(role).peerAddress(),
                Optional.empty(),
                role == Role.CENTRAL));
        assertThat(device(role).bonds.list()).hasSize(1);
        assertThat(cancelled).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void refusedFailedAndMissingAnswersAreRefusals(Role role) {
        agent(role, peer -> CompletableFuture.completedFuture(false));
        refuses(role);
        agent(role, peer -> CompletableFuture.completedFuture(null));
        refuses(role);
        agent(role, peer -> CompletableFuture.failedFuture(new IllegalStateException("broken")));
        refuses(role);
        agent(role, peer -> null);
        refuses(role);
        agent(role, peer -> {
            throw new IllegalStateException("broken");
        });
        refuses(role);
        assertThat(asked).hasSize(5);
    }

    @Test
    void whatTheAgentHasRefusedIsTold() {
        agent(Role.PERIPHERAL, peer -> CompletableFuture.completedFuture(false));
        refuses(Role.PERIPHERAL);
        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class)).singleElement().satisfies(failed -> assertThat(failed.cause())
                .hasMessageStartingWith("the pairing agent refused Just Works, which protects against nobody in the middle; "));
    }

    private void refuses(Role role) {
        var wire = pair.connect();
        pair.pair(wire);
        assertRefused(role, wire);
    }

    private void assertRefused(Role role, Wire wire) {
        assertThat(wire.end(role).sentHex()).endsWith("0508");
        assertThat(wire.end(role).link().isPairing()).isFalse();
        assertThat(pair.central.bonds.list()).isEmpty();
        assertThat(pair.peripheral.bonds.list()).isEmpty();
        assertThat(wire.isOpen()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void anAgentThatNeverAnswersIsRefusedBeforeTheSmpTimer(Role role) {
        agent(role, peer -> new CompletableFuture<>());
        var wire = pair.connect();
        pair.pair(wire);
        pair.advance(Duration.ofSeconds(24));
        assertThat(wire.end(role).link().isPairing()).isTrue();
        pair.advance(Duration.ofSeconds(2));
        assertRefused(role, wire);
        assertThat(cancelled).hasSize(1);
        // The link can still pair: the timer has not ended SMP on it.
        device(role).agent = Optional.empty();
        pair.pair(wire);
        assertThat(pair.central.bonds.list()).hasSize(1);
    }

    /** Two questions in one silence of the peer share its time. */
    @Test
    void anAgentThatAnswersTheFirstQuestionLateHasLessTimeForTheSecond() {
        var authorized = new CompletableFuture<Boolean>();
        device(Role.PERIPHERAL).agent = Optional.of(new PairingAgent() {
            @Override
            public IoCapability ioCapability(PairingPeer peer) {
                return IoCapability.NO_INPUT_NO_OUTPUT;
            }

            @Override
            public CompletionStage<Boolean> authorize(PairingPeer peer) {
                return authorized;
            }

            @Override
            public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
                return new CompletableFuture<>();
            }
        });
        var wire = pair.connect();
        pair.pair(wire);
        pair.advance(Duration.ofSeconds(20));
        authorized.complete(true);
        pair.advance(Duration.ofSeconds(4));
        assertThat(wire.peripheral.link().isPairing()).isTrue();
        pair.advance(Duration.ofSeconds(2));
        assertRefused(Role.PERIPHERAL, wire);
        device(Role.PERIPHERAL).agent = Optional.empty();
        pair.pair(wire);
        assertThat(pair.central.bonds.list()).as("the link can still pair").hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void anAnswerThatComesTooLateDoesNothing(Role role) {
        var answer = new CompletableFuture<Boolean>();
        agent(role, peer -> answer);
        var wire = pair.connect();
        pair.pair(wire);
        pair.advance(Duration.ofSeconds(26));
        answer.complete(true);
        pair.advance(Duration.ofSeconds(60));
        assertThat(pair.central.bonds.list()).isEmpty();
        assertThat(wire.end(role).link().isPairing()).isFalse();
    }

    @Test
    void aQuestionOfALinkThatIsGoneIsCancelled() {
        var answer = new CompletableFuture<Boolean>();
        agent(Role.PERIPHERAL, peer -> answer);
        var wire = pair.connect();
        pair.pair(wire);
        wire.lose(0x08, 0x08);
        pair.run();
        assertThat(cancelled).hasSize(1);
        answer.complete(true);
        pair.run();
        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class)).hasSize(1);
    }

    @Test
    void withoutAnAgentThePolicyDecides() {
        pair.peripheral.security.options(
                Device.with(SecurityLevel.ENCRYPTED, JustWorks.REFUSE, Replace.SAME_OR_STRONGER));
        var wire = pair.connect();
        assertFails(pair.pair(wire), "refused");
        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class)).singleElement().satisfies(failed -> assertThat(
                        failed.cause())
                .hasMessageContaining("nobody is there to confirm Just Works"));
    }

    @Test
    void theAgentIsNeverCalledOnTheLoop() {
        pair.peripheral.gate.close();
        agent(Role.PERIPHERAL, peer -> CompletableFuture.completedFuture(true));
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        pair.run();
        while (!pair.peripheral.gate.next().equals("agent")) {
            assertThat(pair.peripheral.gate.step()).isTrue();
            pair.run();
        }
        assertThat(asked).isEmpty();
        assertThat(wire.peripheral.link().isPairing()).isTrue();
    }

    @Test
    void agentsThatCannotBeLookedUpCountAsNone() {
        var broken = new Device("broken", pair.loop, "C0:FF:EE:00:00:03/random", 3);
        broken.security = SecurityManager.create(
                "broken",
                pair.loop,
                broken.ports,
                broken.bonds,
                peer -> {
                    throw new IllegalStateException("the registry is closed");
                },
                task -> {
                    throw new java.util.concurrent.RejectedExecutionException();
                },
                task -> {
                    throw new java.util.concurrent.RejectedExecutionException();
                },
                new java.security.SecureRandom(),
                Device.accepting());
        broken.security.bondable(true);
        broken.security.listen(broken.events::add);
        pair.run();
        var wire = Wire.connect(pair.central, broken);
        pair.run();
        pair.pair(wire);
        // Accepted by policy, and then there is nobody to compute with.
        assertThat(broken.heard(SecurityEvent.PairingFailed.class)).hasSize(1);
        assertThat(wire.peripheral.link().isPairing()).isFalse();
    }
}
