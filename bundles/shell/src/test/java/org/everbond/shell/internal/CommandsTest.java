package org.everbond.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.everbond.adapter.AdapterState;
import org.everbond.adapter.RejectedConfiguration;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.LinkKeyType;
import org.everbond.bonds.PrivacyMode;
import org.everbond.crypto.DeviceAddress;
import org.everbond.host.Advertisement;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.TlvState;
import org.junit.jupiter.api.Test;

class CommandsTest {
    private static final String PEER = "C0:FF:EE:00:00:02/random";

    private final FakeAdapter adapter = new FakeAdapter("main");
    private final Terminal terminal = new Terminal(adapter);

    @Test
    void everyCommandIsExplainedWithExamplesThatParse() throws Exception {
        for (var command : terminal.shell.commands().values()) {
            var usage = command.usage();
            assertThat(terminal.run("help " + usage.name())).contains(usage.summary(), "examples", "--json", "--timeout");
            assertThat(usage.examples()).isNotEmpty();
            for (var example : usage.examples()) {
                for (var statement : example.split("; ")) {
                    var words = List.of(statement.split(" "));
                    var named = terminal.shell.commands().get(words.get(0));
                    assertThat(named).as(statement).isNotNull();
                    Arguments.parse(named.usage(), words.subList(1, words.size()));
                }
            }
        }
    }

    @Test
    void listsAdaptersWithTheReasonForWhichOneIsNotUp() throws Exception {
        adapter.state = AdapterState.LOST;
        adapter.reason = "/dev/ttyACM0 does not exist; plug the controller in";

        assertThat(terminal.run("adapters")).contains("main", "lost", FakeAdapter.IDENTITY.toString(), "main: /dev/ttyACM0 does not exist");
        assertThat(terminal.json("adapters").get(0).get("state").getAsString()).isEqualTo("lost");
        assertThatThrownBy(() -> terminal.run("adapters --up --timeout 1s")).hasMessage(adapter.reason);
        assertThatThrownBy(() -> terminal.run("connect " + PEER + " --timeout 1s")).hasMessage(adapter.reason);
    }

    @Test
    void tellsWhatOfTheConfigurationIsWeak() throws Exception {
        adapter.weaknesses = List.of("pairing.debugKeys=true: anybody can read");

        assertThat(terminal.run("adapters")).contains("main is weak: pairing.debugKeys=true: anybody can read");
        assertThat(terminal.json("adapters").get(0).get("weaknesses").getAsJsonArray()).hasSize(1);
    }

    @Test
    void showsWhatIsRemarkableInAStore() throws Exception {
        assertThat(terminal.run("store")).doesNotContain("notice");
        adapter.notices = List.of("184 octets are damaged", "the root key ER is weak");

        assertThat(terminal.run("store")).contains("\n  notice    184 octets are damaged\n  notice    the root key ER is weak");
        assertThat(terminal.json("store").get(0).get("notices").getAsJsonArray()).hasSize(2);
    }

    @Test
    void decidesAConflictOfStores() throws Exception {
        assertThat(terminal.run("store adopt")).contains("goes on with what the configured place holds", "/data/main.aside-1.tlv");
        assertThat(terminal.json("store carry").get(0).get("kept").getAsString()).isEqualTo("/data/main.aside-1.tlv");
        assertThat(adapter.resolutions).containsExactly(Resolution.ADOPT, Resolution.CARRY);
        assertThatThrownBy(() -> terminal.run("store merge")).hasMessageContaining("knows adopt and carry");
    }

    @Test
    void importsTheBondsOfAnotherStore() throws Exception {
        assertThat(terminal.run("import file:btstack.tlv --dry-run")).contains(" added, 0 replaced, 0 left as they were, 1 Classic link key; nothing was written",
                "\n  not imported  slot 3 cannot be read", "\n  remark        the root keys are weak");
        var object = terminal.json("import nvs:esp32.bin --replace --identity keep --from-address 00:1B:DC:07:32:EF "
                + "--database-hash 000e0d0c0b0a090807060504030201ff").get(0);
        assertThat(object.get("imported").getAsString()).isEqualTo("nvs:esp32.bin");
        assertThat(object.get("added").getAsJsonArray()).hasSize(adapter.bonds().size());
        assertThat(object.get("dryRun").getAsBoolean()).isFalse();
        assertThat(adapter.sources.get(0).rehearse()).isTrue();
        assertThat(adapter.sources.get(1)).satisfies(source -> {
            assertThat(source.replace()).isTrue();
            assertThat(source.identity()).contains(Resolution.CARRY);
            assertThat(source.address()).map(Object::toString).contains("00:1B:DC:07:32:EF/public");
        });
        assertThatThrownBy(() -> terminal.run("import")).hasMessageContaining("needs a place");
        assertThatThrownBy(() -> terminal.run("import file:x --allow-weaker")).hasMessageContaining("with --replace only");
        assertThatThrownBy(() -> terminal.run("import file:x --identity both")).hasMessageContaining("keep and take");
        assertThatThrownBy(() -> terminal.run("import file:x --database-hash 12")).hasMessageContaining("32 hex digits");
    }

    @Test
    void withoutConfigurationItSaysHowToMakeAnAdapter() {
        assertThatThrownBy(() -> new Terminal().run("bonds")).hasMessageContaining("org.everbond.adapter-main.cfg");
    }

    @Test
    void aConfiguredAdapterThatIsNotThereYetIsWaitedFor() {
        assertThatThrownBy(() -> new Terminal(Set.of("org.everbond.adapter~main")).run("bonds --timeout 1ms"))
                .hasMessageContaining("no adapter came of org.everbond.adapter~main")
                .hasMessageContaining("--timeout");
    }

    @Test
    void aConfigurationThatMakesNoAdapterIsTheReasonForWhichACommandFails() throws Exception {
        var one = new Terminal(Set.of("org.everbond.adapter~main"));
        one.adapters.add(new RejectedConfiguration("org.everbond.adapter~main", "main", "main.cfg makes no adapter: bondable=maybe"));

        for (var command : List.of("bonds", "scan --adapter main", "adapters --up")) {
            assertThatThrownBy(() -> one.run(command + " --json --timeout 10m")).hasMessage("main.cfg makes no adapter: bondable=maybe");
            assertThat(one.output()).contains("\"error\":\"main.cfg makes no adapter: bondable=maybe\"");
        }
    }

    @Test
    void oneAdapterOfTwoConfigurationsServesAndTheOtherIsTold() throws Exception {
        var two = new Terminal(Set.of("org.everbond.adapter~main", "org.everbond.adapter~attic"), adapter);
        var rejected = new RejectedConfiguration("org.everbond.adapter~attic", "attic", "attic.cfg makes no adapter: bondable=maybe");
        two.adapters.add(rejected);

        assertThat(two.run("bonds --timeout 10m")).contains("no bond");
        assertThatThrownBy(() -> two.run("bonds --adapter attic --timeout 10m")).hasMessage(rejected.reason());
        assertThatThrownBy(() -> two.run("adapters --timeout 10m")).hasMessage(rejected.reason());
        assertThat(two.output()).as("what is there is listed all the same").contains("main");
        two.adapters.remove(rejected);
        assertThat(two.run("adapters --timeout 1ms")).contains("main");
    }

    @Test
    void anAdapterThatGoesOnAsItWasConfiguredBeforeServesAndIsTold() throws Exception {
        var two = new Terminal(Set.of("org.everbond.adapter~main", "org.everbond.adapter~attic"), adapter);
        two.adapters.add(new RejectedConfiguration("org.everbond.adapter~main", "main", "main.cfg: bondable=maybe; adapter main goes on"));

        assertThat(two.run("bonds --adapter main")).contains("no bond");
        assertThatThrownBy(() -> two.run("adapters --timeout 1ms")).hasMessage("main.cfg: bondable=maybe; adapter main goes on");
        assertThatThrownBy(() -> two.run("bonds --adapter attic --timeout 1ms"))
                .as("the other one is still waited for").hasMessageContaining("no adapter 'attic'");
    }

    @Test
    void aPairingThatIsNotWaitedForTellsHowItEnded() throws Exception {
        terminal.run("connect " + PEER);

        assertThat(terminal.run("pair --no-wait")).contains("pairing with " + PEER, "paired with " + PEER + ": SC Just Works");
        assertThat(terminal.json("pair --no-wait")).singleElement().extracting(object -> object.get("began").getAsBoolean()).isEqualTo(true);
    }

    @Test
    void amongSeveralAdaptersOneMustBeNamed() throws Exception {
        var two = new Terminal(adapter, new FakeAdapter("garage"));

        assertThatThrownBy(() -> two.run("scan")).hasMessageContaining("garage, main");
        assertThat(two.run("bonds --adapter garage")).contains("no bond");
        assertThatThrownBy(() -> two.run("bonds --adapter attic --timeout 1ms")).hasMessageContaining("no adapter 'attic'").hasMessageContaining("garage");
    }

    @Test
    void listsAreOfAllAdaptersUnlessOneIsNamed() throws Exception {
        var garage = new FakeAdapter("garage");
        var two = new Terminal(adapter, garage);
        assertThat(two.run("links")).isEqualToIgnoringNewLines("no link");
        for (var name : List.of("main", "garage")) {
            two.run("connect " + PEER + " --adapter " + name);
        }
        adapter.bonds.add(FakeLink.bond(7, DeviceAddress.parse(PEER)));
        garage.bonds.add(FakeLink.bond(8, DeviceAddress.parse(PEER)));

        assertThat(two.run("bonds").lines()).hasSize(3).last().asString().startsWith("main     7@3f2a9c01");
        assertThat(two.run("links").lines()).hasSize(3).element(1).asString().startsWith("garage   1 ");
        assertThat(two.json("links").stream().map(link -> link.get("adapter").getAsString())).containsExactly("garage", "main");
        assertThat(two.run("bonds --adapter garage").lines()).hasSize(2).first().asString().startsWith("BOND");
    }

    @Test
    void aBondCanBeGivenAName() throws Exception {
        adapter.bonds.add(FakeLink.bond(7, DeviceAddress.parse(PEER)));

        assertThat(terminal.run("bond 7 name Lamp")).contains("peer      " + PEER + " Lamp");
        assertThat(terminal.run("bonds")).contains(" Lamp ");
        assertThatThrownBy(() -> terminal.run("bond 7 name")).hasMessageContaining("needs a name");
        assertThatThrownBy(() -> terminal.run("bond 7 pin Lamp")).hasMessageContaining("does not take the argument 'Lamp'");
        assertThatThrownBy(() -> terminal.run("bond 7 call Lamp")).hasMessageContaining("knows pin, unpin, name and privacy");
    }

    @Test
    void aStoreThatCannotBeUsedIsToldAsThat() throws Exception {
        adapter.bonds.add(FakeLink.bond(7, DeviceAddress.parse(PEER)));
        adapter.storeState = TlvState.DEGRADED;
        adapter.storeReason = "the disk is gone; put it back";
        adapter.backend = BackendInfo.NONE;
        adapter.written = new CompletableFuture<>();

        assertThat(terminal.run("store")).contains("main: degraded (the disk is gone; put it back)",
                "where     nowhere at the moment; configured is file:main.tlv",
                "safe      bonds that are loaded serve on; nothing new is kept before the place can be used");
        assertThatThrownBy(() -> terminal.run("bond 7 name Lamp --timeout 1ms")).hasMessage("bond 7@3f2a9c01 was not written, because the "
                + "store is degraded (the disk is gone; put it back), after 1 ms; --timeout gives it longer");
    }

    @Test
    void theListOfCommandsSaysEachInAFewWords() throws Exception {
        assertThat(terminal.run("help").lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(170));
        assertThat(terminal.run("help")).containsPattern("privacy \\[renew\\|change-irk\\] +Shows our address on air");
    }

    @Test
    void connectsPairsAndDisconnects() throws Exception {
        var link = terminal.json("connect " + PEER).get(0);
        assertThat(link.get("peer").getAsString()).isEqualTo(PEER);
        assertThat(link.get("encrypted").getAsBoolean()).isFalse();

        var paired = terminal.json("pair").get(0);
        assertThat(paired.get("bonded").getAsBoolean()).isTrue();
        assertThat(paired.get("bond").getAsString()).isEqualTo("7@3f2a9c01");
        assertThat(paired.get("level").getAsInt()).isEqualTo(2);
        assertThat(paired.get("octets").getAsInt()).isEqualTo(612);

        assertThat(terminal.run("links")).contains("7@3f2a9c01", "SC Just Works, level 2, key size 16");
        assertThat(terminal.run("disconnect 1")).contains("disconnected: link 1");
        assertThatThrownBy(() -> terminal.run("pair")).hasMessageContaining("has no link");
    }

    @Test
    void aRefusedPairingIsAnErrorInOneSentenceAndInJson() throws Exception {
        terminal.run("connect " + PEER);
        adapter.links.get(0).refuses = true;

        assertThatThrownBy(() -> terminal.json("pair")).isInstanceOf(CommandException.class).hasMessage("the peer does not support pairing");
        assertThat(terminal.output()).isEqualToIgnoringNewLines("{\"error\":\"the peer does not support pairing\",\"command\":\"pair\"}");
    }

    @Test
    void reconnectsToABondByIdAndEncrypts() throws Exception {
        adapter.bonds.add(FakeLink.bond(7, DeviceAddress.parse(PEER)));

        assertThat(terminal.run("connect 7@3f2a9c01")).contains("link 1 to " + PEER + " (bond 7@3f2a9c01)");
        assertThat(terminal.json("encrypt").get(0).getAsJsonObject("security").get("keySize").getAsInt()).isEqualTo(16);
    }

    @Test
    void bondsAreListedShownAndForgotten() throws Exception {
        adapter.bonds.add(FakeLink.bond(7, DeviceAddress.parse(PEER)));

        assertThat(terminal.run("bonds")).contains("7@3f2a9c01", PEER, "Kitchen");
        assertThat(terminal.json("bond 7").get(0).keySet()).containsExactlyInAnyOrder("adapter", "bond", "store", "identity", "name",
                "level", "method", "secureConnections", "authenticated", "keySize", "resolvable", "pinned", "privacyMode", "createdAt");
        assertThatThrownBy(() -> terminal.run("bond 8")).hasMessageContaining("no bond 8");
        assertThatThrownBy(() -> terminal.run("bond 7@ffff0000")).hasMessageContaining("no bond 7@ffff0000");
        terminal.run("forget " + PEER);
        assertThat(terminal.run("bonds")).contains("no bond");
    }

    @Test
    void pinsABondAndLetsItGo() throws Exception {
        adapter.bonds.add(FakeLink.bond(7, DeviceAddress.parse(PEER)));

        assertThat(terminal.run("bond 7 pin")).contains("pinned    yes");
        assertThat(adapter.bonds.get(0).pinned()).isTrue();
        assertThat(terminal.json("bond 7 unpin").get(0).get("pinned").getAsBoolean()).isFalse();
        assertThat(adapter.bonds.get(0).pinned()).isFalse();
        assertThatThrownBy(() -> terminal.run("bond 7 nail")).hasMessageContaining("knows pin, unpin, name and privacy, not 'nail'");
        assertThatThrownBy(() -> terminal.run("bond 7 pin down")).hasMessageContaining("does not take the argument 'down'");
    }

    @Test
    void tellsWhichAddressIsOnAirAndWhoHoldsAFormerIdentityKey() throws Exception {
        adapter.bonds.add(FakeLink.bond(7, DeviceAddress.parse(PEER)));

        assertThat(terminal.run("privacy")).contains("on air    72:34:33:1B:0B:F6/random, private, for at most 900 s", "mode      device",
                "behind private addresses: 1, by the controller, too: 0", "no bond holds a former identity key");
        assertThat(terminal.run("privacy change-irk")).contains("until they pair again or are forgotten:\n    bond 7@3f2a9c01 with " + PEER);
        assertThat(terminal.json("privacy").get(0).keySet()).containsExactlyInAnyOrder("adapter", "done", "privateAddresses", "onAir",
                "lifetimeMs", "mode", "resolvable", "resolvedByController", "withFormerIrk");
    }

    @Test
    void choosesThePrivacyModeOfABond() throws Exception {
        adapter.bonds.add(FakeLink.bond(7, DeviceAddress.parse(PEER)));

        assertThat(terminal.run("bond 7")).contains("privacy   as privacy.mode says");
        assertThat(terminal.run("bond 7 privacy network")).contains("privacy   network", "not heard under its identity address");
        assertThat(adapter.bonds.get(0).privacyMode()).contains(PrivacyMode.NETWORK);
        assertThat(terminal.run("bonds")).contains("PRIVACY", "network");
        terminal.run("bond 7 pin");
        assertThat(terminal.json("bond 7").get(0).get("privacyMode").getAsString()).as("a pin changes nothing of it").isEqualTo("network");
        assertThat(terminal.json("bond 7 privacy device").get(0).get("privacyMode").getAsString()).isEqualTo("device");
        assertThat(adapter.bonds.get(0).pinned()).as("nor the other way round").isTrue();
        assertThat(terminal.json("bond 7 privacy default").get(0).get("privacyMode").isJsonNull()).isTrue();
        assertThat(adapter.bonds.get(0).privacyMode()).isEmpty();
        assertThatThrownBy(() -> terminal.run("bond 7 privacy strict"))
                .hasMessageContaining("knows the privacy modes device, network and default, not 'strict'");
        assertThatThrownBy(() -> terminal.run("bond 7 privacy")).hasMessageContaining("needs device, network or default");
    }

    @Test
    void listsAndForgetsClassicLinkKeys() throws Exception {
        assertThat(terminal.run("classic")).contains("no Classic link key");
        var headset = DeviceAddress.parse("00:1B:DC:07:32:EF");
        adapter.classicBonds.add(new ClassicBond(headset, LinkKeyType.AUTHENTICATED_P256));

        assertThat(terminal.run("classic")).contains("00:1B:DC:07:32:EF", "SC authenticated, P-256");
        assertThat(terminal.json("classic").get(0).toString()).isEqualTo("{\"adapter\":\"main\",\"address\":\"00:1B:DC:07:32:EF\","
                + "\"type\":\"authenticated-p256\",\"secureConnections\":true,\"authenticated\":true}");
        assertThatThrownBy(() -> terminal.run("classic forget 00:00:00:00:00:01")).hasMessageContaining("no Classic link key");
        assertThatThrownBy(() -> terminal.run("classic keep")).hasMessageContaining("knows forget, not 'keep'");
        assertThat(terminal.json("classic forget 00:1B:DC:07:32:EF").get(0).get("forgotten").getAsString()).isEqualTo(headset.text());
        assertThat(adapter.classicBonds).isEmpty();
    }

    @Test
    void scansUntilEnoughWasSeenAndStops() throws Exception {
        adapter.onAir.add(new Advertisement(DeviceAddress.parse(PEER), Optional.empty(), true, false, -40, new byte[] {2, 1, 6}, "Evil\u001b[2J",
                List.of(FakeLink.HEART_RATE)));

        assertThat(terminal.run("scan --count 1")).contains(PEER, "-40", "Evil?[2J", "2a37").doesNotContain("\u001b");
        assertThat(terminal.json("scan --count 1").get(0).get("data").getAsString()).isEqualTo("020106");
        assertThat(adapter.scanning).isFalse();
    }

    @Test
    void aDeviceAndItsScanResponseAreOneRowForPeopleAndTwoObjectsForScripts() throws Exception {
        var peer = DeviceAddress.parse(PEER);
        var other = DeviceAddress.parse("C0:FF:EE:00:00:03/random");
        var advertising = new Advertisement(peer, Optional.empty(), true, false, -40, new byte[] {2, 1, 6}, "Kit", List.of(FakeLink.HEART_RATE));
        var response = new Advertisement(peer, Optional.empty(), true, true, -41, new byte[0], "Kitchen", List.of());
        adapter.onAir.add(advertising);
        adapter.onAir.add(new Advertisement(other, Optional.empty(), false, false, -70, new byte[0], "Beacon", List.of()));
        adapter.onAir.add(response);
        adapter.onAir.add(advertising);

        assertThat(terminal.run("scan --count 2").lines().skip(1).map(line -> line.replaceAll(" +", " ")))
                .containsExactly(PEER + " -41 yes Kitchen [2a37]", other + " -70 no Beacon");
        assertThat(terminal.run("scan --all --count 4").lines().skip(1)).hasSize(4);
        assertThat(terminal.json("scan --count 3")).extracting(report -> report.get("scanResponse").getAsBoolean())
                .containsExactly(false, false, true);
    }

    @Test
    void connectsToWhoeverAdvertisesAName() throws Exception {
        adapter.onAir.add(new Advertisement(DeviceAddress.parse(PEER), Optional.empty(), true, false, 127, new byte[0], "Kitchen", List.of()));

        assertThat(terminal.run("connect --name Kitchen")).contains("link 1 to " + PEER);
        assertThat(adapter.scanning).isFalse();
        assertThatThrownBy(() -> terminal.run("connect --name Attic --timeout 1ms")).hasMessageContaining("nobody advertises the name 'Attic'");
        assertThatThrownBy(() -> terminal.run("connect")).hasMessageContaining("needs an address, a bond or --name");
    }

    @Test
    void advertisesFlagsServiceAndName() throws Exception {
        terminal.run("advertise --name Kitchen --service 180d --interval 20ms");

        assertThat(adapter.advertising.orElseThrow().data()).containsExactly(2, 1, 6, 3, 3, 0x0d, 0x18);
        assertThat(adapter.advertising.orElseThrow().scanResponse()).startsWith(8, 9, 'K');
        assertThatThrownBy(() -> terminal.run("advertise --interval 19ms")).hasMessageContaining("20ms to 10s");
        terminal.run("advertise off");
        assertThat(adapter.advertising).isEmpty();
    }

    @Test
    void readsAndWritesByUuidOrHandle() throws Exception {
        terminal.run("connect " + PEER);

        assertThat(terminal.run("services")).contains("service 1800", "0x0003", "2a00", "read,write");
        assertThat(terminal.json("read 2a00").get(0).get("text").getAsString()).isEqualTo("Kitchen");
        assertThat(terminal.run("write 0x0003 --hex 00ff")).contains("00ff");
        assertThat(terminal.json("read 0x0003").get(0).get("value").getAsString()).isEqualTo("00ff");
        assertThat(terminal.json("read 0x0003").get(0).get("text").isJsonNull()).isTrue();
        assertThatThrownBy(() -> terminal.run("read 2a01")).hasMessageContaining("no characteristic 2a01");
        assertThatThrownBy(() -> terminal.run("read name")).hasMessageContaining("neither a UUID");
        assertThatThrownBy(() -> terminal.run("write 2a00 --hex 0")).hasMessageContaining("not hexadecimal");
    }

    @Test
    void bondableOnOffAndForAWhile() throws Exception {
        assertThat(terminal.run("bondable")).contains("may not bond");
        assertThat(terminal.json("bondable 60s").get(0).get("windowMs").getAsLong()).isEqualTo(60_000);
        assertThat(terminal.run("bondable off")).contains("may not bond");
        assertThatThrownBy(() -> terminal.run("bondable maybe")).hasMessageContaining("'maybe'");
    }

    @Test
    void servesTheDemoPeripheral() throws Exception {
        terminal.run("serve");
        terminal.run("serve");

        assertThat(adapter.served).hasSize(1);
        assertThat(adapter.advertising.orElseThrow().data()).hasSize(21).startsWith(2, 1, 6, 17, 7, 0x5a).endsWith(0xa5);
        terminal.run("serve off");
        assertThat(adapter.served).isEmpty();
        assertThat(adapter.advertising).isEmpty();
    }

    @Test
    void pairsWithoutWaitingSoThatTheSessionCanAnswer() throws Exception {
        terminal.run("connect " + PEER);
        assertThat(terminal.json("pair --no-wait").get(0).get("began").getAsBoolean()).isTrue();
        assertThat(terminal.run("pair --no-wait")).contains("pairing with " + PEER);
    }
}
