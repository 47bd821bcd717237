package org.everbond.adapter.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.everbond.adapter.internal.Gateway.get;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.adapter.Link;
import org.everbond.bonds.Bond;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.gatt.Access;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.GattPeer;
import org.everbond.gatt.Property;
import org.everbond.gatt.RemoteService;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.host.Advertising;
import org.everbond.security.IoCapability;
import org.everbond.security.Keypress;
import org.everbond.security.PairingPeer;
import org.everbond.security.PairingResult;
import org.everbond.security.spi.PairingAgent;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.TlvState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path of one adapter and its peer, on virtual controllers, with stores in files. */
class AdapterStoryTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final UUID SERVICE = UUID.fromString("A5A5A5A5-FFFF-9999-1111-5A5A5A5A5A5A");
    private static final UUID SECRET = UUID.fromString("00000000-1111-2222-3333-444444444444");

    @TempDir
    Path folder;

    private final EventLoop.OnThread airLoop = EventLoop.onThread("test-air");
    private final VirtualAir air = VirtualAir.on(airLoop);
    private final SecretService service = new SecretService();
    private Gateway central;
    private Gateway peripheral;

    @BeforeEach
    void twoGateways() {
        central = new Gateway("central", air.controller(), folder);
        peripheral = new Gateway("peripheral", air.controller(), folder)
                .with("bondable", "on")
                .with("pairing.justWorks", "accept");
        peripheral.environment.services().add(service, Map.of());
    }

    @AfterEach
    void end() {
        airLoop.close();
    }

    @Test
    void pairBondRestartReconnect() throws Exception {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = connected();
            var result = get(link.pair());
            assertThat(result.bonding()).isEqualTo(PairingResult.Bonding.BONDED);
            assertThat(result.security().method()).isEqualTo(PairingMethod.JUST_WORKS);
            assertThat(result.security().secureConnections()).isTrue();
            assertThat(result.security().keySize()).isEqualTo(16);
            assertThat(result.octets()).isPositive();
            assertThat(peripheral.await(AdapterEvent.Paired.class).result().bonding())
                    .isEqualTo(PairingResult.Bonding.BONDED);
            assertThat(secret(link)).isEqualTo("encrypted");
        }
        assertThat(Files.size(folder.resolve("central.tlv"))).isGreaterThan(100);

        try (var first = central.startUp(); var second = peripheral.startUp()) {
            assertThat(central.adapter().bonds()).hasSize(1);
            central.events.clear();
            get(peripheral.adapter().advertise(advertising()));
            var link = get(central.adapter().connect(central.adapter().bonds().get(0).id(), LONG));
            assertThat(get(link.encrypt()).security().orElseThrow().level()).isEqualTo(SecurityLevel.ENCRYPTED);
            assertThat(secret(link)).isEqualTo("encrypted");
            get(link.disconnect());
            assertThat(central.events).noneMatch(AdapterEvent.PairingStarted.class::isInstance);
        }
    }

    /** Two gateways without people: each has a passkey for the other only, and an agent for everybody that refuses. */
    @Test
    void agentsThatKnowEachOthersPasskeyMakeABondOfLevelFour() {
        peripheral.with("bondable", "off").with("pairing.justWorks", "refuse").with("bond.minimumLevel", 4);
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            for (var gateway : List.of(central, peripheral)) {
                var other = gateway == central ? peripheral : central;
                gateway.environment.agents().add(new PasskeyAgent(Optional.empty()), Map.of("service.ranking", 3));
                gateway.environment.agents().add(new PasskeyAgent(Optional.of(12_345)), Map.of(
                        "service.ranking", 7,
                        "adapter", gateway.adapter().name(),
                        "peer", new String[] {other.adapter().status().identity().orElseThrow().toString()}));
            }
            var link = connected();
            get(peripheral.adapter().bondable(Duration.ofMinutes(1)));
            var result = get(link.pair());
            assertThat(result.security().method()).isEqualTo(PairingMethod.PASSKEY_ENTRY);
            assertThat(result.security().level()).isEqualTo(SecurityLevel.SECURE);
            assertThat(peripheral.await(AdapterEvent.Paired.class).result().security().level()).isEqualTo(SecurityLevel.SECURE);
        }
    }

    private record PasskeyAgent(Optional<Integer> passkey) implements PairingAgent {
        @Override
        public IoCapability ioCapability(PairingPeer peer) {
            return IoCapability.KEYBOARD_ONLY;
        }

        @Override
        public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletionStage<Optional<Integer>> requestPasskey(PairingPeer peer, Consumer<Keypress> typed) {
            return CompletableFuture.completedFuture(passkey);
        }
    }

    @Test
    void whatOfTheConfigurationIsWeakIsInTheStatus() {
        try (var first = central.with("pairing.fixedPasskey", "271828").startUp()) {
            assertThat(central.adapter().status().weaknesses()).singleElement().asString()
                    .contains("pairing.fixedPasskey").doesNotContain("271828");
            central.with("pairing.fixedPasskey", "").reconfigure();
            get(central.adapter().bondable(false));
            assertThat(central.adapter().status().weaknesses()).isEmpty();
        }
    }

    @Test
    void outOfBandDataOfAnAdapterNamesIt() {
        try (var first = central.startUp()) {
            var data = get(central.adapter().createOobData());
            assertThat(data.address()).isEqualTo(central.adapter().status().identity());
            assertThat(data.secureConnections()).isPresent();
            get(central.adapter().forgetOobData());
        }
    }

    @Test
    void whatWasDamagedInTheStoreIsToldAndTheBondWorksOn() throws Exception {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
            assertThat(central.adapter().status().notices()).isEmpty();
        }
        var file = folder.resolve("central.tlv");
        byte[] content = Files.readAllBytes(file);
        content[content.length - 200] ^= 1; // in our own record of the bond, before BTstack's entry of 100 octets
        Files.write(file, content);

        try (var first = central.startUp(); var second = peripheral.startUp()) {
            assertThat(central.adapter().status().notices()).singleElement().asString().contains("central.tlv", "damaged");
            assertThat(folder.resolve("central.tlv.damaged-1")).hasBinaryContent(content);
            get(peripheral.adapter().advertise(advertising()));
            var link = get(central.adapter().connect(central.adapter().bonds().get(0).id(), LONG));
            assertThat(secret(link)).isEqualTo("encrypted");
        }
    }

    @Test
    void gatewaysThatKnowOnlyLegacyPairingBondAndReconnect() {
        central.with("pairing.legacy", "only");
        peripheral.with("pairing.legacy", "accept");
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var result = get(connected().pair());
            assertThat(result.bonding()).isEqualTo(PairingResult.Bonding.BONDED);
            assertThat(result.security().secureConnections()).isFalse();
            peripheral.await(AdapterEvent.Paired.class);
        }
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            get(peripheral.adapter().advertise(advertising()));
            var link = get(central.adapter().connect(central.adapter().bonds().get(0).id(), LONG));
            assertThat(get(link.encrypt()).security().orElseThrow().secureConnections()).isFalse();
            assertThat(secret(link)).isEqualTo("encrypted");
        }
    }

    @Test
    void aStoreThatIsChangedWhileTheGatewayIsOffKeepsItsBonds() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
        }
        var bond = new Bond[1];
        central.with("store", "file:other.tlv");
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            first.awaitStore("other.tlv");
            bond[0] = central.adapter().bonds().get(0);
            get(peripheral.adapter().advertise(advertising()));
            var link = get(central.adapter().connect(bond[0].id(), LONG));
            assertThat(secret(link)).isEqualTo("encrypted");
        }
        // The old place is not needed any more.
        assertThat(folder.resolve("central.tlv").toFile().delete()).isTrue();
        try (var first = central.startUp()) {
            assertThat(central.adapter().bonds()).containsExactly(bond[0]);
        }
        assertThat(folder.resolve("central.tlv")).doesNotExist();
    }

    @Test
    void aStoreWhoseBondsCannotBeReadWhereTheyWereKeptLastIsWaitedFor() throws Exception {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
        }
        Files.move(folder.resolve("central.tlv"), folder.resolve("kept"));
        Files.createDirectory(folder.resolve("central.tlv"));
        central.with("store", "file:other.tlv");
        try (var first = central.start()) {
            central.await(AdapterEvent.StateChanged.class, event -> event.state() == AdapterState.WAITING_FOR_STORE
                    && event.reason().contains("last, and go on to store=file:other.tlv once that can be read")
                    && event.reason().contains("central.store"));
        }
        assertThat(folder.resolve("other.tlv")).doesNotExist();

        Files.delete(folder.resolve("central.tlv"));
        Files.move(folder.resolve("kept"), folder.resolve("central.tlv"));
        try (var first = central.startUp()) {
            first.awaitStore("other.tlv");
            assertThat(central.adapter().bonds()).hasSize(1);
        }
    }

    @Test
    void aBondedPeerIsReadWithoutAskingForEncryption() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
            get(central.adapter().links().get(0).disconnect());
            var again = get(central.adapter().connect(peripheral.adapter().status().identity().orElseThrow(), LONG));
            assertThat(secret(again)).isEqualTo("encrypted");
            assertThat(again.status().security()).isPresent();
        }
    }

    @Test
    void aSubscriptionMadeJustBeforeTheEndIsThereAgain() throws Exception {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = paired();
            get(link.gatt().subscribe(characteristic(link), value -> {}));
        }
        service.subscribers.clear();
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            get(peripheral.adapter().advertise(advertising()));
            var link = get(central.adapter().connect(central.adapter().bonds().get(0).id(), LONG));
            get(link.encrypt());
            assertThat(service.subscribers.poll(20, TimeUnit.SECONDS)).isEqualTo(true);
        }
    }

    @Test
    void aControllerThatIsPulledOutComesBack() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
            var identity = central.adapter().status().identity();
            air.controllers().get(0).unplug();
            central.awaitState(AdapterState.LOST);
            central.awaitState(AdapterState.UP);
            assertThat(central.adapter().status().identity()).isEqualTo(identity);
            peripheral.await(AdapterEvent.Disconnected.class);
            var link = get(central.adapter().connect(central.adapter().bonds().get(0).id(), LONG));
            assertThat(secret(link)).isEqualTo("encrypted");
        }
    }

    @Test
    void theStoreIsSwappedWhileTheLinkIsUp() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = paired();
            central.with("store", "file:moved.tlv").reconfigure();
            central.await(
                    AdapterEvent.StoreChanged.class,
                    event -> event.state() == TlvState.READY
                            && central.adapter().status().backend().resource().contains("moved.tlv"));
            assertThat(link.isOpen()).isTrue();
            assertThat(link.status().security()).isPresent();
            assertThat(secret(link)).isEqualTo("encrypted");
            assertThat(central.adapter().bonds()).hasSize(1);
            assertThat(folder.resolve("moved.tlv")).exists();
        }
    }

    @Test
    void aStoreThatCannotTakeOverLeavesTheOldOneServing() throws Exception {
        Files.createDirectory(folder.resolve("folder.tlv"));
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            central.with("store", "file:folder.tlv").reconfigure();
            var link = connected();
            assertThat(get(link.pair()).bonding()).isEqualTo(PairingResult.Bonding.BONDED);
            assertThat(central.adapter().status().backend().resource()).endsWith("central.tlv");
        }
        try (var again = central.with("store", "file:central.tlv").startUp()) {
            assertThat(central.adapter().bonds()).hasSize(1);
        }
    }

    @Test
    void anotherIdentityThatIsAdoptedTakesOneOrderlyRestart() throws Exception {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
        }
        // Nobody remembers where the bonds were.
        Files.delete(folder.resolve("central.store"));
        try (var first = central.with("store", "file:elsewhere.tlv").startUp(); var second = peripheral.startUp()) {
            var elsewhere = central.adapter().status().identity();
            paired();
            central.with("store", "file:central.tlv").reconfigure();
            central.await(AdapterEvent.StoreChanged.class, event -> event.reason().contains("ble:store adopt"));
            central.events.clear();
            get(central.adapter().resolveStore(Resolution.ADOPT));
            var states = new ArrayList<AdapterState>();
            central.await(AdapterEvent.StateChanged.class, event -> {
                states.add(event.state());
                return event.state() == AdapterState.UP;
            });
            assertThat(states.stream().distinct()).containsExactly(AdapterState.STARTING, AdapterState.UP);
            assertThat(central.adapter().status().identity()).isNotEqualTo(elsewhere);
            assertThat(secret(connected())).isEqualTo("encrypted");
            assertThat(central.events).noneMatch(AdapterEvent.StateChanged.class::isInstance);
        }
    }

    @Test
    void aControllerSetupThatIsNotInstalledIsNamedAndAwaited() {
        try (var first = central.with("controller.setup", "acme").start()) {
            central.await(AdapterEvent.StateChanged.class, event -> event.state() == AdapterState.LOST
                    && event.reason().startsWith("controller.setup=acme is not installed"));
            central.environment.setups().add(() -> "acme", Map.of());
            central.awaitState(AdapterState.UP);
        }
    }

    @Test
    void anotherControllerThanThePinnedOneIsRefused() {
        try (var first = central.with("controller.pin", "00:11:22:33:44:55").start()) {
            central.await(AdapterEvent.StateChanged.class, event -> event.state() == AdapterState.LOST
                    && event.reason().contains("but controller.pin allows 00:11:22:33:44:55 only"));
        }
    }

    /** THREATS B13: without a pin the transport is the binding; which controller it is can be seen, and the bonds serve on it. */
    @Test
    void b13_anotherControllerOnTheTransportServesTheSameBondsAndIsSeen() {
        org.everbond.crypto.DeviceAddress before;
        org.everbond.crypto.DeviceAddress identity;
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
            before = central.adapter().status().controller().orElseThrow().publicAddress();
            identity = central.adapter().status().identity().orElseThrow();
            assertThat(central.adapter().status().notices()).isEmpty();
        }
        central = new Gateway("central", air.controller(), folder);
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            assertThat(central.adapter().status().controller().orElseThrow().publicAddress()).isNotEqualTo(before);
            assertThat(central.adapter().status().identity()).contains(identity);
            assertThat(central.adapter().status().notices()).singleElement().asString()
                    .contains("another controller answers on test:controller", "not " + before.text() + " as before", "controller.pin");
            get(peripheral.adapter().advertise(advertising()));
            assertThat(secret(get(central.adapter().connect(central.adapter().bonds().get(0).id(), LONG)))).isEqualTo("encrypted");
        }
        try (var first = central.with("controller.pin", before.text()).start()) {
            central.await(AdapterEvent.StateChanged.class, event -> event.state() == AdapterState.LOST
                    && event.reason().contains("but controller.pin allows " + before.text() + " only"));
            assertThat(central.adapter().status().controller()).isEmpty();
        }
    }

    @Test
    void nothingIsOnAirBeforeTheStoreIsThere() {
        try (var first = central.with("store", "elsewhere:somewhere").start()) {
            central.await(AdapterEvent.StateChanged.class, event -> event.state() == AdapterState.WAITING_FOR_STORE
                    && event.reason()
                            .equals("no bundle answers to store=elsewhere:somewhere; install the one for 'elsewhere:' or use one of file:, memory:"));
            assertThatThrownBy(() -> get(central.adapter().advertise(advertising())))
                    .hasMessageContaining("adapter central is waiting-for-store: ");
            central.with("store", "file:central.tlv").reconfigure();
            central.awaitState(AdapterState.UP);
        }
    }

    @Test
    void aForgottenBondEndsItsLinkAndStaysForgotten() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            paired();
            get(central.adapter().forget(central.adapter().bonds().get(0).id()));
            central.await(AdapterEvent.Disconnected.class);
            assertThat(central.adapter().bonds()).isEmpty();
        }
        try (var again = central.startUp()) {
            assertThat(central.adapter().bonds()).isEmpty();
        }
    }

    @Test
    void withoutAnAgentOnlyWhoAskedForItPairsByJustWorks() {
        try (var first = central.startUp(); var second = peripheral.with("pairing.justWorks", "refuse").startUp()) {
            var link = connected();
            assertThatThrownBy(() -> get(link.pair())).hasMessageContaining("the peer");
            assertThat(peripheral.await(AdapterEvent.PairingFailed.class).explanation())
                    .startsWith("nobody is there to confirm Just Works");
            assertThat(peripheral.adapter().bonds()).isEmpty();
        }
    }

    /** A gateway without people whose configuration opens the window. */
    @Test
    void inAWindowThatTheConfigurationOpensAPeerBonds() {
        try (var first = central.startUp(); var second = peripheral.with("bondable", "3600").startUp()) {
            assertThat(get(connected().pair()).bonding()).isEqualTo(PairingResult.Bonding.BONDED);
            var bond = peripheral.await(AdapterEvent.Paired.class).result().bond().orElseThrow();
            assertThat(peripheral.adapter().status().bondable()).isTrue();
            peripheral.with("bondable", "off").reconfigure();
            get(peripheral.adapter().rename(bond.id(), "after the change"));
            assertThat(peripheral.adapter().status().bondable()).isFalse();
        }
    }

    @Test
    void aVolatileStoreIsNeverPlainBonded() {
        central.with("store", "memory:");
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            assertThat(get(connected().pair()).bonding()).isEqualTo(PairingResult.Bonding.NOT_DURABLE);
        }
    }

    private Link connected() {
        get(peripheral.adapter().advertise(advertising()));
        return get(central.adapter().connect(peripheral.adapter().status().identity().orElseThrow(), LONG));
    }

    /** Paired at both ends: the responder's bond comes after the initiator's. */
    private Link paired() {
        var link = connected();
        get(link.pair());
        peripheral.await(AdapterEvent.Paired.class);
        return link;
    }

    private static Advertising advertising() {
        return new Advertising(new byte[] {2, 1, 6}, new byte[0], Duration.ofMillis(20));
    }

    private static String secret(Link link) {
        return new String(get(link.gatt().read(characteristic(link).valueHandle())), UTF_8);
    }

    private static RemoteService.Characteristic characteristic(Link link) {
        return get(link.gatt().discover()).stream()
                .filter(service -> service.uuid().equals(SERVICE))
                .map(RemoteService::characteristics)
                .flatMap(List::stream)
                .filter(found -> found.uuid().equals(SECRET))
                .findFirst()
                .orElseThrow();
    }

    private static final class SecretService implements GattService {
        final BlockingQueue<Boolean> subscribers = new LinkedBlockingQueue<>();

        @Override
        public void subscribed(GattPeer peer, UUID characteristic, boolean on) {
            subscribers.add(on);
        }

        @Override
        public UUID uuid() {
            return SERVICE;
        }

        @Override
        public List<CharacteristicDefinition> characteristics() {
            return List.of(new CharacteristicDefinition(
                    SECRET, Set.of(Property.READ, Property.NOTIFY), Access.ENCRYPTED, Access.NONE));
        }

        @Override
        public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
            return CompletableFuture.completedFuture("encrypted".getBytes(UTF_8));
        }

        @Override
        public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
            return CompletableFuture.failedFuture(new IllegalStateException("not writable"));
        }
    }
}
