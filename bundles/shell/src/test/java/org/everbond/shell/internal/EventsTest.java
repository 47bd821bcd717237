package org.everbond.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.ClassicBonds;
import org.everbond.bonds.LinkKeyType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.IoCapability;
import org.everbond.security.PairingPeer;
import org.everbond.security.PairingResult;
import org.everbond.security.SecurityEvent;
import org.everbond.tlv.TlvState;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static final DeviceAddress PEER = DeviceAddress.parse("C0:FF:EE:00:00:02/random");

    private final FakeAdapter adapter = new FakeAdapter("main");
    private final Terminal terminal = new Terminal(adapter);

    private static List<AdapterEvent> oneOfEach() {
        var bond = FakeLink.bond(7, PEER);
        var link = new FakeLink(1, PEER, Optional.of(bond)).status();
        return List.of(
                new AdapterEvent.StateChanged("main", AdapterState.UP, ""),
                new AdapterEvent.StoreChanged("main", TlvState.DEGRADED, 2, "the disk is full"),
                new AdapterEvent.AdvertisingChanged("main", true),
                new AdapterEvent.Connected("main", link),
                new AdapterEvent.Disconnected("main", link, 0x13, "the peer ended it"),
                new AdapterEvent.PairingStarted("main", link, false),
                new AdapterEvent.Paired("main", link, new PairingResult(FakeLink.SECURITY, PairingResult.Bonding.BONDED, Optional.of(bond), 612)),
                new AdapterEvent.PairingFailed("main", link, 5, true, "the peer does not support pairing"),
                new AdapterEvent.EncryptionChanged("main", link, Optional.of(FakeLink.SECURITY)),
                new AdapterEvent.BondLost("main", link, Optional.of(bond), SecurityEvent.BondLost.Cause.PEER_FORGOT, "the peer has no key"),
                new AdapterEvent.EncryptionRefused("main", link, Optional.of(bond), "the key is too weak; pair again"),
                new AdapterEvent.PeerRecognised("main", link),
                new AdapterEvent.BondChanged("main", new BondEvent(BondEvent.Kind.CREATED, bond)),
                new AdapterEvent.BondChanged("main", new BondEvent(BondEvent.Kind.LOADED, null)),
                new AdapterEvent.ClassicBondChanged("main", new ClassicBonds.Event(BondEvent.Kind.FORGOTTEN,
                        new ClassicBond(DeviceAddress.parse("00:1B:DC:07:32:EF"), LinkKeyType.COMBINATION))));
    }

    @Test
    void everyKindOfEventIsShownWithItsTypeTimeAndAdapter() throws Exception {
        oneOfEach().forEach(adapter::happens);

        var shown = terminal.json("events");
        assertThat(shown).extracting(event -> event.get("event").getAsString()).containsExactly(
                "state", "store", "advertising", "connected", "disconnected", "pairing", "paired", "pairing-failed", "encryption",
                "bond-lost", "encryption-refused", "recognised", "bond", "bond", "classic-bond");
        assertThat(shown).extracting(event -> event.get("event").getAsString()).isSubsetOf(Happening.TYPES);
        assertThat(shown).allSatisfy(event -> {
            assertThat(event.get("adapter").getAsString()).isEqualTo("main");
            assertThat(event.get("time").getAsString()).endsWith("Z");
        });
        assertThat(shown.get(6).get("octets").getAsInt()).isEqualTo(612);
        assertThat(terminal.run("events"))
                .contains("the disk is full", "7@3f2a9c01", "SC Just Works, level 2, key size 16", "the peer has no key", "the key is too weak; pair again");
    }

    @Test
    void peopleSeeWhenItWasByTheirOwnClock() throws Exception {
        var zone = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kolkata"));
            adapter.happens(oneOfEach().get(3));
            var time = Instant.parse(terminal.json("events").get(0).get("time").getAsString());
            var local = LocalDateTime.ofInstant(time, ZoneOffset.ofHoursMinutes(5, 30)).truncatedTo(ChronoUnit.MILLIS);
            assertThat(terminal.run("events")).matches("(?s)\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}  connected  main  .*")
                    .startsWith(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").format(local));
            terminal.run("events on");
            adapter.happens(oneOfEach().get(4));
            assertThat(terminal.output()).contains("  disconnected  main  ").matches("(?s)\\d{4}-\\d\\d-\\d\\d .*");
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void switchedOnTheyComeInBetweenUntilSwitchedOff() throws Exception {
        terminal.run("events on --json");
        adapter.happens(oneOfEach().get(3));
        assertThat(JsonParser.parseString(terminal.output()).getAsJsonObject().get("event").getAsString()).isEqualTo("connected");

        terminal.run("events off");
        adapter.happens(oneOfEach().get(4));
        assertThat(terminal.output()).isEmpty();
    }

    @Test
    void waitsForATypeOfEvent() throws Exception {
        adapter.happens(oneOfEach().get(6));
        adapter.happens(oneOfEach().get(4));

        assertThat(terminal.run("events --until paired --recent")).contains("612 octets").doesNotContain("disconnected");
        assertThatThrownBy(() -> terminal.run("events --until pared")).hasMessageContaining("knows no event 'pared' (state, store, ");
        assertThatThrownBy(() -> terminal.run("events --until paired --timeout 1ms")).hasMessageContaining("no event 'paired' within 1 ms");
    }

    @Test
    void onlyTheLatestAreKept() throws Exception {
        for (int i = 0; i < 300; i++) {
            adapter.happens(new AdapterEvent.AdvertisingChanged("main", i % 2 == 0));
        }

        assertThat(terminal.run("events").lines()).hasSize(256);
    }

    @Test
    void notificationsOfSubscribedCharacteristicsAreEvents() throws Exception {
        terminal.run("connect " + PEER);
        terminal.run("subscribe 2a37");
        adapter.links.get(0).subscriber.accept("72".getBytes(StandardCharsets.UTF_8));

        var event = terminal.json("events").get(0);
        assertThat(event.get("event").getAsString()).isEqualTo("notification");
        assertThat(event.get("value").getAsString()).isEqualTo("3732");
        terminal.run("subscribe 2a37 off");
        assertThat(adapter.links.get(0).subscriber).isNull();
    }

    @Test
    void anAdapterThatIsGoneIsOffAndNotHeardAnyMore() throws Exception {
        terminal.feed.remove(adapter);

        assertThat(adapter.listeners).isEmpty();
        assertThat(terminal.json("events").get(0).get("state").getAsString()).isEqualTo("off");
    }

    @Test
    void theAgentIsAServiceOnlyWhileItKnowsHowToAnswer() throws Exception {
        var peer = new PairingPeer("main", 1, PEER, Optional.empty(), false);
        assertThat(terminal.agent).isNull();

        terminal.run("agent accept --io display-only");
        assertThat(terminal.agent.ioCapability(peer)).isEqualTo(IoCapability.DISPLAY_ONLY);
        assertThat(terminal.agent.confirmJustWorks(peer)).isCompletedWithValue(true);
        terminal.run("agent refuse");
        assertThat(terminal.agent.confirmJustWorks(peer)).isCompletedWithValue(false);
        terminal.run("agent off");
        assertThat(terminal.agent).isNull();
        assertThatThrownBy(() -> terminal.run("agent ask --io telepathy")).hasMessageContaining("'telepathy'");
        assertThat(terminal.agent).as("a wrong call changes nothing").isNull();
    }

    @Test
    void theAgentAsksByAnEventAndTakesTheAnswerFromACommand() throws Exception {
        var peer = new PairingPeer("main", 1, PEER, Optional.of(FakeLink.bond(7, PEER)), false);
        terminal.run("agent ask");

        var answer = terminal.agent.confirmJustWorks(peer).toCompletableFuture();
        assertThat(answer).isNotDone();
        assertThat(terminal.run("events")).contains("pairing-question", "replacing bond 7@3f2a9c01", "'agent yes'");
        terminal.run("agent yes");
        assertThat(answer).isCompletedWithValue(true);
        assertThatThrownBy(() -> terminal.run("agent no")).hasMessageStartingWith("no pairing waits for an answer");
    }

    @Test
    void aQuestionThatWasTakenBackWaitsForNoAnswer() throws Exception {
        var peer = new PairingPeer("main", 1, PEER, Optional.empty(), false);
        terminal.run("agent ask");
        terminal.agent.confirmJustWorks(peer);
        terminal.agent.cancelled(peer);

        assertThatThrownBy(() -> terminal.run("agent yes")).hasMessageStartingWith("no pairing waits for an answer");
    }
}
