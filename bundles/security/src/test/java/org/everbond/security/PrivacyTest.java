package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.everbond.bonds.SecurityLevel;
import org.everbond.crypto.Toolbox;
import org.junit.jupiter.api.Test;

/** Our own address on air. */
class PrivacyTest {
    private final Pair pair = new Pair();
    private final Device device = pair.central;

    private void privacy(boolean on) {
        device.security.options(Device.accepting().with(options -> options.privacy(on)));
    }

    @Test
    void withoutPrivacyItIsTheIdentityAddress() {
        assertThat(device.ports.port.ownAddress()).isEqualTo(device.identity);
    }

    @Test
    void withPrivacyItIsMadeFromOurIrkAndChangesWithTime() {
        privacy(true);
        assertThat(device.ports.addressChanges).isEqualTo(1);
        var first = device.ports.port.ownAddress();
        assertThat(Toolbox.resolves(device.bonds.local().orElseThrow().irk(), first)).isTrue();
        pair.advance(Duration.ofMinutes(14));
        assertThat(device.ports.port.ownAddress()).isEqualTo(first);
        assertThat(device.ports.addressChanges).isEqualTo(1);

        pair.advance(Duration.ofMinutes(2));

        assertThat(device.ports.addressChanges).isEqualTo(2);
        assertThat(device.ports.port.ownAddress()).isNotEqualTo(first);
        privacy(false);
        assertThat(device.ports.addressChanges).isEqualTo(3);
        assertThat(device.ports.port.ownAddress()).isEqualTo(device.identity);
        pair.advance(Duration.ofHours(1));
        assertThat(device.ports.addressChanges).isEqualTo(3);
    }

    @Test
    void onDemandItChangesAtOnceAndLivesAsLongAsAnyOther() {
        device.security.renewAddress();
        assertThat(device.ports.addressChanges).as("without privacy there is nothing to renew").isZero();
        privacy(true);
        var first = device.ports.port.ownAddress();
        pair.advance(Duration.ofMinutes(14));
        device.security.renewAddress();
        var second = device.ports.port.ownAddress();
        assertThat(second).isNotEqualTo(first);
        pair.advance(Duration.ofMinutes(14));
        assertThat(device.ports.port.ownAddress()).isEqualTo(second);
    }

    /** Or an address of half a day would outlive the wish for one of a minute. */
    @Test
    void aChangedLifetimeHoldsAtOnce() {
        device.security.options(Device.accepting().with(options -> options.privacy(true).privateAddressLifetime(Duration.ofHours(11))));
        var first = device.ports.port.ownAddress();
        device.security.options(Device.accepting().with(options -> options.privacy(true).privateAddressLifetime(Duration.ofMinutes(1))));
        var second = device.ports.port.ownAddress();
        assertThat(second).isNotEqualTo(first);
        pair.advance(Duration.ofSeconds(61));
        assertThat(device.ports.port.ownAddress()).isNotEqualTo(second);
    }

    @Test
    void aChangedIrkMakesTheAddressFromThenOn() {
        privacy(true);
        var former = device.bonds.local().orElseThrow().irk();
        device.ports.port.ownAddress();
        device.bonds.changeIrk();
        assertThat(device.ports.addressChanges).isEqualTo(2);
        assertThat(Toolbox.resolves(former, device.ports.port.ownAddress())).isFalse();
        assertThat(Toolbox.resolves(device.bonds.local().orElseThrow().irk(), device.ports.port.ownAddress())).isTrue();
    }

    @Test
    void whileTheStoreIsSwappedTheAddressStaysAsItWas() {
        privacy(true);
        var address = device.ports.port.ownAddress();
        device.bonds.ready(false);
        pair.advance(Duration.ofHours(1));
        assertThat(device.ports.port.ownAddress()).isEqualTo(address);
    }

    @Test
    void pairingWithPrivateAddressesOnBothSidesBondsTheIdentities() {
        privacy(true);
        var wire = pair.connect();
        assertThat(wire.central.ownAddress().isResolvable()).isTrue();
        pair.pair(wire);
        assertThat(pair.peripheral.bonds.list())
                .singleElement()
                .satisfies(bond -> assertThat(bond.identity()).isEqualTo(device.identity));
        pair.advance(Duration.ofMinutes(16));
        var later = pair.connect();
        assertThat(later.peripheral.link().bond()).isPresent();
        var encrypted = device.security.encrypt(later.central);
        pair.run();
        assertThat(encrypted.toCompletableFuture()).isCompleted();
    }
}
