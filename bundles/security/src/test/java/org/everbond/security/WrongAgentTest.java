package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.everbond.host.Role;
import org.everbond.security.spi.PairingAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every wrong answer of an agent, to every question, in both roles: the pairing ends by rule, nothing is stored, the next one works. */
class WrongAgentTest {
    private enum Asked {
        IO_CAPABILITY,
        OOB_DATA,
        AGREED_PASSKEY,
        AUTHORIZE,
        JUST_WORKS,
        NUMBER,
        PASSKEY
    }

    private enum Fault {
        THROWS,
        THROWS_AN_ERROR,
        NULL,
        NULL_VALUE,
        FAILS,
        NO,
        NEVER,
        TOO_LATE,
        OUT_OF_RANGE,
        NEGATIVE
    }

    private final Pair pair = new Pair();
    private final List<CompletableFuture<?>> late = new ArrayList<>();

    private Device device(Role role) {
        return pair.device(role);
    }

    static Stream<Arguments> everyWrongAnswerEndsThePairing() {
        var cases = new ArrayList<Arguments>();
        for (var role : Role.values()) {
            for (var asked : Asked.values()) {
                for (var fault : Fault.values()) {
                    boolean now = asked == Asked.IO_CAPABILITY || asked == Asked.OOB_DATA || asked == Asked.AGREED_PASSKEY;
                    boolean passkeyOnly = fault == Fault.OUT_OF_RANGE || fault == Fault.NEGATIVE;
                    boolean waits = fault == Fault.NEVER || fault == Fault.TOO_LATE || fault == Fault.FAILS || fault == Fault.NO
                            || fault == Fault.NULL_VALUE;
                    // As central a stranger that did not begin is not authorised.
                    boolean isAsked = asked != Asked.AUTHORIZE || role == Role.PERIPHERAL;
                    if (isAsked && (!now || !waits) && (!passkeyOnly || asked == Asked.PASSKEY || asked == Asked.AGREED_PASSKEY)) {
                        cases.add(Arguments.of(role, asked, fault));
                    }
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource
    void everyWrongAnswerEndsThePairing(Role role, Asked asked, Fault fault) {
        var io = asked == Asked.NUMBER ? IoCapability.DISPLAY_YES_NO : asked == Asked.PASSKEY
                ? IoCapability.KEYBOARD_ONLY : IoCapability.NO_INPUT_NO_OUTPUT;
        User.give(pair, io, io);
        var other = User.of(device(role == Role.CENTRAL ? Role.PERIPHERAL : Role.CENTRAL));
        other.types = Optional.of(123_456);
        device(role).agent = Optional.of(new Wrong(io, asked, fault));
        var wire = pair.connect();

        pair.pair(wire);
        pair.advance(Duration.ofSeconds(26));
        late.forEach(answer -> answer.complete(null));
        pair.advance(Duration.ofSeconds(2));

        assertThat(device(role).heard(SecurityEvent.PairingFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.cause()).message().isNotBlank();
            assertThat(failed.cause().byPeer()).isFalse();
            var reason = asked == Asked.NUMBER ? 0x0c : asked == Asked.PASSKEY ? 0x01 : 0x08;
            assertThat(failed.cause().reason()).isEqualTo(reason);
        });
        for (var end : List.of(pair.central, pair.peripheral)) {
            assertThat(end.bonds.list()).isEmpty();
            assertThat(end.bonds.commits).isZero();
            assertThat(end.heard(SecurityEvent.Paired.class)).isEmpty();
        }
        assertThat(wire.end(role).link().isPairing()).isFalse();
        assertThat(wire.central.keys).as("no key reached a controller").isEmpty();
        assertThat(wire.isOpen()).isTrue();

        User.give(pair, IoCapability.DISPLAY_YES_NO, IoCapability.DISPLAY_YES_NO);
        pair.pair(wire);
        assertThat(device(role).bonds.list()).as("the link can still pair").hasSize(1);
    }

    /** An agent whose answers come from the loop itself, in the middle of whatever it does. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void anAnswerThatIsGivenOnTheLoopIsAnAnswer(Role role) {
        User.give(pair, IoCapability.DISPLAY_YES_NO, IoCapability.DISPLAY_YES_NO);
        var user = User.of(device(role));
        user.slow = true;
        var wire = pair.connect();
        pair.pair(wire);
        pair.loop.execute(() -> user.confirmation.complete(true));
        pair.run();
        assertThat(device(role).bonds.list()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void anAnswerThatIsGivenTwiceCountsOnce(Role role) {
        User.give(pair, IoCapability.DISPLAY_YES_NO, IoCapability.DISPLAY_YES_NO);
        var user = User.of(device(role));
        user.slow = true;
        pair.pair(pair.connect());
        user.confirmation.complete(true);
        user.confirmation.obtrudeValue(false);
        pair.run();
        assertThat(device(role).bonds.list()).hasSize(1);
    }

    /** T-A23: a peer that goes on typing, so that the SMP timer never ends: after two minutes the passkey was not entered. */
    @Test
    void a23_keypressesForEverEndAsAPasskeyThatWasNotEntered() {
        pair.peripheral.agent = Optional.of(new User(IoCapability.DISPLAY_ONLY));
        User.of(pair.peripheral).other = new User(IoCapability.KEYBOARD_ONLY);
        var attacker = Tester.in(pair.central);
        pair.run();
        var wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
        attacker.send(wire.central, "0102001d100202");
        attacker.next();
        attacker.send(wire.central, Tester.publicKey(attacker.own.publicKey()));
        assertThat(User.of(pair.peripheral).heard).contains("shows");
        for (int i = 0; i < 7; i++) {
            pair.advance(Duration.ofSeconds(i == 0 ? 25 : 20));
            attacker.send(wire.central, "0e01");
            assertThat(wire.peripheral.link().isPairing()).as("typing for %d s", 20 * i).isTrue();
        }
        pair.advance(Duration.ofSeconds(20));
        attacker.send(wire.central, "0e01");

        assertThat(wire.peripheral.link().isPairing()).isFalse();
        assertThat(attacker.last()).asHexString().isEqualTo("0501");
        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class)).singleElement().satisfies(
                failed -> assertThat(failed.cause()).hasMessageContaining("type the six digits"));
        assertThat(User.of(pair.peripheral).heard).endsWith("cancelled");
        assertThat(pair.peripheral.bonds.commits).isZero();
        // It was an attempt like any other: the link can pair again, after the wait that failed attempts cost (2.3.6).
        attacker.send(wire.central, "0102001d100202");
        assertThat(wire.peripheral.link().isPairing()).isTrue();
    }

    private final class Wrong implements PairingAgent {
        private final IoCapability io;
        private final Asked wrong;
        private final Fault fault;

        Wrong(IoCapability io, Asked wrong, Fault fault) {
            this.io = io;
            this.wrong = wrong;
            this.fault = fault;
        }

        private void fail() {
            if (fault == Fault.THROWS) {
                throw new IllegalStateException("broken");
            }
            if (fault == Fault.THROWS_AN_ERROR) {
                throw new NoClassDefFoundError("its bundle was updated");
            }
        }

        private <T> CompletionStage<T> answer(Asked asked, T right, T no) {
            if (asked != wrong) {
                return CompletableFuture.completedFuture(right);
            }
            fail();
            return switch (fault) {
                case NULL_VALUE -> CompletableFuture.completedFuture(null);
                case FAILS -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
                case NO -> CompletableFuture.completedFuture(no);
                case NEVER -> new CompletableFuture<>();
                case TOO_LATE -> {
                    var answer = new CompletableFuture<T>();
                    late.add(answer);
                    yield answer;
                }
                default -> null;
            };
        }

        @Override
        public IoCapability ioCapability(PairingPeer peer) {
            if (wrong == Asked.IO_CAPABILITY) {
                fail();
                return null;
            }
            return io;
        }

        @Override
        public Optional<OobData> oobData(PairingPeer peer) {
            if (wrong == Asked.OOB_DATA) {
                fail();
                return null;
            }
            return Optional.empty();
        }

        @Override
        public Optional<Integer> agreedPasskey(PairingPeer peer) {
            if (wrong != Asked.AGREED_PASSKEY) {
                return Optional.empty();
            }
            fail();
            return isOutOfRange() ? Optional.of(outOfRange()) : null;
        }

        private boolean isOutOfRange() {
            return fault == Fault.OUT_OF_RANGE || fault == Fault.NEGATIVE;
        }

        private int outOfRange() {
            return fault == Fault.NEGATIVE ? -1 : 1_000_000;
        }

        @Override
        public CompletionStage<Boolean> authorize(PairingPeer peer) {
            return answer(Asked.AUTHORIZE, true, false);
        }

        @Override
        public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
            return answer(Asked.JUST_WORKS, true, false);
        }

        @Override
        public CompletionStage<Boolean> confirmNumber(PairingPeer peer, int number) {
            return answer(Asked.NUMBER, true, false);
        }

        @Override
        public CompletionStage<Optional<Integer>> requestPasskey(PairingPeer peer, Consumer<Keypress> typed) {
            if (wrong == Asked.PASSKEY && isOutOfRange()) {
                typed.accept(null);
                return CompletableFuture.completedFuture(Optional.of(outOfRange()));
            }
            return answer(Asked.PASSKEY, Optional.of(123_456), Optional.empty());
        }
    }
}
