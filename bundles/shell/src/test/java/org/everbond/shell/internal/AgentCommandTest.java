package org.everbond.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.IoCapability;
import org.everbond.security.Keypress;
import org.everbond.security.PairingPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the shell answers for the user: by standing instructions, or by asking. */
class AgentCommandTest {
    private static final DeviceAddress PEER = DeviceAddress.parse("C0:FF:EE:00:00:02/random");
    private static final String DATA = "1122" + "ab".repeat(16) + "1123" + "cd".repeat(16);
    private static final String DATA_OF_PEER = "081b0200" + "00eeffc0" + "01" + DATA;

    private final FakeAdapter adapter = new FakeAdapter("main");
    private final Terminal terminal = new Terminal(adapter);

    private static PairingPeer peer(long link) {
        return new PairingPeer("main", link, PEER, Optional.empty(), false);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "agent accept | no-input-no-output",
        "agent accept --passkey 000001 | keyboard-only",
        "agent accept --number yes | display-yes-no",
        "agent accept --number yes --passkey 000001 | keyboard-display",
        "agent accept --passkey 000001 --io display-only | display-only",
    })
    void theIoCapabilityIsWhatWasSaidOrWhatTheInstructionsCanAnswer(String line, String io) throws Exception {
        assertThat(terminal.json(line).get(0).get("io").getAsString()).isEqualTo(io);
        assertThat(Words.word(terminal.agent.ioCapability(peer(1)))).isEqualTo(io);
    }

    @Test
    void standingInstructionsAnswerWithoutAsking() throws Exception {
        terminal.run("agent ask --passkey 012345 --number yes");
        assertThat(terminal.agent.requestPasskey(peer(1), key -> {})).isCompletedWithValue(Optional.of(12_345));
        assertThat(terminal.agent.confirmNumber(peer(1), 999_999)).isCompletedWithValue(true);
        terminal.run("agent --number no");
        assertThat(terminal.agent.confirmNumber(peer(1), 1)).isCompletedWithValue(false);
        assertThat(terminal.feed.recent()).isEmpty();

        terminal.run("agent --passkey off --number off");
        assertThat(terminal.agent.requestPasskey(peer(1), key -> {}).toCompletableFuture()).isNotDone();
        assertThat(terminal.agent.confirmNumber(peer(2), 1).toCompletableFuture()).isNotDone();
    }

    @Test
    void refuseRefusesWhateverTheStandingInstructions() throws Exception {
        terminal.run("agent refuse --passkey 012345 --number yes");
        assertThat(terminal.agent.requestPasskey(peer(1), key -> {})).isCompletedWithValue(Optional.empty());
        assertThat(terminal.agent.confirmNumber(peer(1), 1)).isCompletedWithValue(false);
        assertThat(terminal.agent.authorize(peer(1))).isCompletedWithValue(false);
    }

    @Test
    void acceptStillAsksForWhatPeopleHaveToCompareOrType() throws Exception {
        terminal.run("agent accept --io keyboard-display");
        assertThat(terminal.agent.authorize(peer(1))).isCompletedWithValue(true);
        assertThat(terminal.agent.confirmJustWorks(peer(1))).isCompletedWithValue(true);
        var number = terminal.agent.confirmNumber(peer(1), 42).toCompletableFuture();
        assertThat(number).isNotDone();
        terminal.run("agent yes");
        assertThat(number).isCompletedWithValue(true);
    }

    /** bond.replace=ask: an impostor under a bonded peer's address is not let in by a standing yes. */
    @Test
    void acceptStillAsksBeforeABondIsReplaced() throws Exception {
        terminal.run("agent accept");
        var bond = new Bond(
                new BondId(new UUID(1, 2), 7), PEER, new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16), true, "", 1, false);
        var allowed = terminal.agent.authorize(new PairingPeer("a", 1, PEER, Optional.of(bond), false)).toCompletableFuture();
        assertThat(allowed).isNotDone();
        assertThat(terminal.run("events")).contains("replacing bond " + bond.id());
        terminal.run("agent no");
        assertThat(allowed).isCompletedWithValue(false);
    }

    @Test
    void eachKindOfQuestionIsAnEventThatSaysHowToAnswer() throws Exception {
        terminal.run("agent ask --io keyboard-display");
        terminal.agent.authorize(peer(1));
        terminal.agent.confirmJustWorks(peer(2));
        terminal.agent.confirmNumber(peer(3), 42);
        terminal.agent.requestPasskey(peer(4), key -> {});

        var events = terminal.json("events");
        assertThat(events).allSatisfy(event -> {
            assertThat(event.get("event").getAsString()).isEqualTo("pairing-question");
            assertThat(event.get("peer").getAsString()).isEqualTo(PEER.toString());
            assertThat(event.get("replaces").isJsonNull()).isTrue();
        });
        assertThat(events).extracting(event -> event.get("question").getAsString())
                .containsExactly("authorize", "just-works", "number", "passkey");
        assertThat(events.get(2).get("number").getAsString()).isEqualTo("000042");
        assertThat(terminal.run("events")).contains("show 000042? 'agent yes'", "'agent passkey 123456' or 'agent no'");
    }

    @Test
    void aPasskeyIsAnsweredByItsDigitsAndThePeerHearsThatKeysWereTyped() throws Exception {
        terminal.run("agent ask --io keyboard-only");
        List<Keypress> typed = new ArrayList<>();
        var passkey = terminal.agent.requestPasskey(peer(1), typed::add).toCompletableFuture();

        assertThatThrownBy(() -> terminal.run("agent yes")).hasMessageContaining("waits for a passkey");
        assertThatThrownBy(() -> terminal.run("agent passkey")).hasMessageContaining("needs a passkey");
        assertThat(passkey).isNotDone();
        assertThat(terminal.run("agent passkey 001234")).contains(PEER.toString()).doesNotContain("1234");
        assertThat(passkey).isCompletedWithValue(Optional.of(1234));
        assertThat(typed).startsWith(Keypress.STARTED).endsWith(Keypress.COMPLETED).hasSize(8);

        var refused = terminal.agent.requestPasskey(peer(1), typed::add).toCompletableFuture();
        terminal.run("agent no");
        assertThat(refused).isCompletedWithValue(Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000000", "12345", "12a456", "-12345", "١٢٣٤٥٦"})
    void whatIsNoPasskeyIsNotTakenAndNotRepeated(String text) throws Exception {
        terminal.run("agent ask");
        var passkey = terminal.agent.requestPasskey(peer(1), key -> {}).toCompletableFuture();
        for (var line : List.of("agent passkey ", "agent --passkey ")) {
            assertThatThrownBy(() -> terminal.run(line + text)).hasMessage("that is no passkey; write six digits, such as 012345");
        }
        assertThat(passkey).isNotDone();
        assertThatThrownBy(() -> terminal.run("agent --number perhaps")).hasMessageContaining("yes, no or off");
    }

    @Test
    void amongSeveralQuestionsOneIsNamedByItsLink() throws Exception {
        terminal.run("agent ask");
        var first = terminal.agent.confirmJustWorks(peer(1)).toCompletableFuture();
        var second = terminal.agent.confirmNumber(peer(2), 7).toCompletableFuture();
        assertThatThrownBy(() -> terminal.run("agent passkey 123456 --link 2")).hasMessageContaining("yes or no, not a passkey");
        assertThatThrownBy(() -> terminal.run("agent yes --link 3")).hasMessageContaining("on link 3");
        assertThatThrownBy(() -> terminal.run("agent yes --adapter other")).hasMessageStartingWith("no pairing waits for an answer");
        terminal.run("agent no --link 2 --adapter main");
        assertThat(second).isCompletedWithValue(false);
        assertThat(first).isNotDone();
        terminal.run("agent yes");
        assertThat(first).isCompletedWithValue(true);
    }

    @Test
    void aPasskeyIsShownAndNotShownAgainAfterThePairing() throws Exception {
        terminal.run("agent accept --io display-only");
        terminal.agent.displayPasskey(peer(1), 7);
        assertThat(terminal.output()).contains("type 000007 at " + PEER);
        terminal.agent.keypress(peer(1), Keypress.DIGIT_ENTERED);
        var events = terminal.json("events");
        assertThat(events.get(0).get("event").getAsString()).isEqualTo("pairing-passkey");
        assertThat(events.get(0).get("passkey").getAsString()).isEqualTo("000007");
        assertThat(events.get(1).get("event").getAsString()).isEqualTo("pairing-keypress");
        assertThat(events.get(1).get("key").getAsString()).isEqualTo("digit-entered");
        terminal.agent.finished(peer(1));
        assertThat(terminal.run("events")).doesNotContain("000007");
    }

    @Test
    void questionsAreSeenWhereTheAgentWasToldToAskAndOnlyOnce() throws Exception {
        terminal.run("agent ask");
        terminal.agent.confirmJustWorks(peer(1));
        assertThat(terminal.output()).contains("pairing-question");
        terminal.run("events on");
        terminal.agent.confirmJustWorks(peer(1));
        assertThat(terminal.output().lines().filter(line -> line.contains("pairing-question"))).hasSize(1);
        terminal.run("events off");
        terminal.run("agent off");
        assertThat(terminal.output()).doesNotContain("pairing-question");
    }

    @Test
    void outOfBandDataIsMadeForgottenAndGiven() throws Exception {
        assertThat(terminal.json("oob create").get(0).get("oob").getAsString()).isEqualTo(DATA);
        assertThat(adapter.oob).isPresent();
        terminal.run("oob forget");
        assertThat(adapter.oob).isEmpty();

        assertThatThrownBy(() -> terminal.run("oob peer " + DATA)).hasMessageContaining("the agent is off");
        terminal.run("agent accept");
        assertThat(terminal.agent.oobData(peer(1))).isEmpty();
        assertThat(terminal.run("oob peer " + DATA_OF_PEER)).contains(PEER.toString()).doesNotContain("abab");
        var other = new PairingPeer("main", 2, DeviceAddress.parse("C0:FF:EE:00:00:03/random"), Optional.empty(), true);
        assertThat(terminal.agent.oobData(peer(1))).isPresent();
        assertThat(terminal.agent.oobData(other)).as("data of another device").isEmpty();
        assertThat(terminal.json("agent --oob " + DATA).get(0).get("oob").getAsInt()).isEqualTo(2);
        assertThat(terminal.agent.oobData(other)).as("data that does not say whose it is").isPresent();
        assertThat(terminal.agent.oobData(peer(1)).orElseThrow().address()).contains(PEER);
        terminal.run("oob peer off");
        assertThat(terminal.agent.oobData(peer(1))).isEmpty();
        assertThatThrownBy(() -> terminal.run("oob peer 12")).message().isNotBlank();
        assertThatThrownBy(() -> terminal.run("oob fetch")).hasMessageContaining("create, forget and peer");
    }

    @Test
    void noViewShowsASecret() throws Exception {
        terminal.run("agent accept --passkey 271828 --oob " + DATA);
        for (var shown : List.of(terminal.run("agent"), terminal.run("agent --json"), terminal.shell.agent().instructions().toString())) {
            assertThat(shown).doesNotContain("271828", "abab", "cdcd").contains("passkey");
        }
        assertThat(terminal.agent.ioCapability(peer(1))).isEqualTo(IoCapability.KEYBOARD_ONLY);
    }
}
