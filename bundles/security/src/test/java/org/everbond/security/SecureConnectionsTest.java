package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionStage;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.junit.jupiter.api.Test;

/** Two security managers back to back. */
class SecureConnectionsTest {
    private static final BondSecurity JUST_WORKS = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);

    private final Pair pair = new Pair();

    @Test
    void justWorksBondsBothSides() {
        var wire = pair.connect();

        var result = now(pair.pair(wire));

        assertThat(result.bonding()).isEqualTo(PairingResult.Bonding.BONDED);
        assertThat(result.security()).isEqualTo(JUST_WORKS);
        assertThat(pair.peripheral.heard(SecurityEvent.Paired.class))
                .singleElement()
                .satisfies(paired -> assertThat(paired.result().bonding()).isEqualTo(PairingResult.Bonding.BONDED));
        assertThat(pair.central.bonds.ltkOf(pair.peripheral.identity))
                .isPresent()
                .isEqualTo(pair.peripheral.bonds.ltkOf(pair.central.identity));
        assertThat(wire.central.link().level()).isEqualTo(SecurityLevel.ENCRYPTED);
        assertThat(wire.peripheral.link().bond()).contains(pair.peripheral.bonds.list().get(0));
    }

    @Test
    void theStoredKeyEncryptsTheNextConnectionWithoutPairing() {
        pair.pair(pair.connect());
        pair.central.start();
        pair.peripheral.start();
        var wire = pair.connect();

        var encrypted = pair.central.security.encrypt(wire.central);
        pair.run();

        assertThat(now(encrypted).security()).contains(JUST_WORKS);
        assertThat(wire.peripheral.link().security()).contains(JUST_WORKS);
        assertThat(wire.central.sent).isEmpty();
        assertThat(wire.peripheral.sent).isEmpty();
    }

    @Test
    void thePeripheralAsksForTheStoredKeyWithASecurityRequest() {
        pair.pair(pair.connect());
        var wire = pair.connect();

        var encrypted = pair.peripheral.security.encrypt(wire.peripheral);
        pair.run();

        assertThat(now(encrypted).security()).contains(JUST_WORKS);
        assertThat(wire.peripheral.sentHex()).containsExactly("0b09");
        assertThat(wire.central.sent).isEmpty();
    }

    static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().getNow(null);
    }
}
