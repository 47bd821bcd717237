package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.everbond.adapter.internal.Gateway.get;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.everbond.adapter.AdapterEvent;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.security.IoCapability;
import org.everbond.security.Keypress;
import org.everbond.security.PairingPeer;
import org.everbond.security.PairingResult;
import org.everbond.security.spi.PairingAgent;
import org.junit.jupiter.api.Test;

/** The whole path of one adapter and its peer: who pairs with whom, and what is there after a restart. */
class AdapterStoryTest extends TwoGateways {
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
}
