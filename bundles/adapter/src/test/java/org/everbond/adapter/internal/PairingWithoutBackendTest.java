package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.everbond.adapter.internal.Gateway.get;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterStatus;
import org.everbond.host.Advertising;
import org.everbond.security.PairingResult;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.junit.jupiter.api.Test;

/** What becomes of a pairing that begins while the store has no backend. */
class PairingWithoutBackendTest extends TwoGateways {
    private static void until(Gateway gateway, Predicate<AdapterStatus> wanted) {
        if (!wanted.test(gateway.adapter().status())) {
            gateway.await(AdapterEvent.class, event -> wanted.test(gateway.adapter().status()));
        }
    }

    @Test
    void aPairingThatBeginsWithoutABackendIsBondedOnceOneComes() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = connected();
            for (var gateway : List.of(central, peripheral)) {
                gateway.environment.stores().remove(gateway.environment.store("file").orElseThrow());
                until(gateway, status -> status.storeState() == TlvState.NO_BACKEND);
            }
            var pairing = link.pair().toCompletableFuture();
            central.await(AdapterEvent.EncryptionChanged.class);
            assertThat(pairing).isNotDone();
            central.environment.stores().add(new FileBackendProvider(folder), Map.of());
            assertThat(get(pairing).bonding()).isEqualTo(PairingResult.Bonding.BONDED);
            peripheral.environment.stores().add(new FileBackendProvider(folder), Map.of());
            assertThat(peripheral.await(AdapterEvent.Paired.class).result().bonding()).isEqualTo(PairingResult.Bonding.BONDED);
        }
        try (var again = central.startUp(); var other = peripheral.startUp()) {
            assertThat(central.adapter().bonds()).hasSize(1);
            assertThat(peripheral.adapter().bonds()).hasSize(1);
        }
    }

    /** Nobody knows then whether the peer is bonded in what comes back; the pairing goes on all the same. */
    @Test
    void aLinkThatIsMadeWithoutABackendPairsAndIsBondedOnceOneComes() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            get(peripheral.adapter().advertise(advertising()));
            var identity = peripheral.adapter().status().identity().orElseThrow();
            peripheral.environment.stores().remove(peripheral.environment.store("file").orElseThrow());
            until(peripheral, status -> status.storeState() == TlvState.NO_BACKEND);
            var pairing = get(central.adapter().connect(identity, LONG)).pair();
            peripheral.await(AdapterEvent.EncryptionChanged.class);
            peripheral.environment.stores().add(new FileBackendProvider(folder), Map.of());
            assertThat(get(pairing).bonding()).isEqualTo(PairingResult.Bonding.BONDED);
            assertThat(peripheral.await(AdapterEvent.Paired.class).result().bonding()).isEqualTo(PairingResult.Bonding.BONDED);
        }
    }

    @Test
    void aPairingThatBeginsWithoutABackendDoesNotWaitForEver() {
        try (var first = central.with("store.wait", 1).startUp(); var second = peripheral.startUp()) {
            var link = connected();
            central.environment.stores().remove(central.environment.store("file").orElseThrow());
            until(central, status -> status.storeState() == TlvState.NO_BACKEND);
            assertThatThrownBy(() -> get(link.pair())).hasMessageContaining("nothing was written within 1000 ms");
            peripheral.await(AdapterEvent.PairingFailed.class);
            assertThat(central.adapter().bonds()).isEmpty();
            assertThat(peripheral.adapter().bonds()).isEmpty();
        }
    }

    @Test
    void withoutABackendAPairingIsRefusedBeforeItBeginsIfThatIsThePolicy() {
        try (var first = central.with("store.absent", "refuse").startUp(); var second = peripheral.with("store.absent", "refuse").startUp()) {
            var link = connected();
            central.environment.stores().remove(central.environment.store("file").orElseThrow());
            until(central, status -> status.storeState() == TlvState.NO_BACKEND);
            assertThatThrownBy(() -> get(link.pair())).hasMessageContaining("the store of bonds takes no new one");
            central.environment.stores().add(new FileBackendProvider(folder), Map.of());
            until(central, status -> status.storeState() == TlvState.READY);
            peripheral.environment.stores().remove(peripheral.environment.store("file").orElseThrow());
            until(peripheral, status -> status.storeState() == TlvState.NO_BACKEND);
            assertThatThrownBy(() -> get(link.pair()));
            assertThat(peripheral.await(AdapterEvent.PairingFailed.class).explanation()).contains("the store of bonds takes no new one");
            assertThat(peripheral.events).noneMatch(AdapterEvent.PairingStarted.class::isInstance);
        }
    }
}
