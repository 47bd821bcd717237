package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.JUST_WORKS;
import static org.everbond.security.Pair.OLD;

import java.time.Duration;
import org.everbond.host.Role;
import org.everbond.security.SecurityEvent.BondLost;
import org.everbond.security.SecurityEvent.BondLost.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** P11: LTK requests in every state of the store, and encryption that nobody asked for. */
class LtkRequestTest extends KeyHolders {
    @Test
    void ltkRequestWithoutAnyRecordIsRefused() {
        centralHolds(OLD);
        var wire = encrypt();
        assertThat(wire.peripheral.refused).isTrue();
        assertThat(wire.isOpen()).isTrue();
        assertThat(pair.peripheral.heard(BondLost.class)).singleElement().satisfies(lost -> {
            assertThat(lost.cause()).isEqualTo(Cause.WE_FORGOT);
            assertThat(lost.bond()).isEmpty();
        });
        assertThat(pair.central.heard(BondLost.class)).singleElement().satisfies(lost -> {
            assertThat(lost.cause()).isEqualTo(Cause.PEER_FORGOT);
            assertThat(lost.bond().orElseThrow().identity()).isEqualTo(pair.peripheral.identity);
        });
        assertThat(pair.central.bonds.ltkOf(pair.peripheral.identity)).contains(OLD);
    }

    @Test
    void ltkRequestWhileTheStoreIsNotReadyIsHeldAndThenAnswered() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.peripheral.bonds.ready(false);
        var wire = encrypt();
        pair.advance(Duration.ofSeconds(19));
        assertThat(wire.peripheral.keys).isEmpty();
        assertThat(wire.isOpen()).isTrue();

        pair.peripheral.bonds.ready(true);
        pair.run();

        assertThat(wire.peripheral.link().security()).contains(JUST_WORKS);
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }

    @Test
    void ltkRequestIsNotHeldForEver() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.peripheral.bonds.ready(false);
        var wire = encrypt();
        pair.advance(Duration.ofSeconds(21));
        assertThat(wire.peripheral.refused).isFalse();
        assertThat(wire.central.reason).isEqualTo(0x13);
        assertThat(pair.central.heard(BondLost.class)).isEmpty();
        assertClosed("the store of bonds is not ready");
    }

    /** That we closed the link is told here, with the cause. */
    private void assertClosed(String sentence) {
        assertThat(pair.peripheral.heard(SecurityEvent.EncryptionRefused.class)).singleElement().satisfies(
                refused -> assertThat(refused.explanation()).contains(sentence, "the link was closed, and the bond is kept"));
    }

    @Test
    void ltkRequestThatTheReadyStoreKnowsNothingOfIsRefusedAfterTheWait() {
        centralHolds(OLD);
        pair.peripheral.bonds.ready(false);
        var wire = encrypt();
        assertThat(wire.peripheral.refused).isFalse();
        pair.peripheral.bonds.ready(true);
        pair.run();
        assertThat(wire.peripheral.refused).isTrue();
    }

    @Test
    void ltkRequestOfAPeerWhoseRecordWasSetAsideClosesTheLink() {
        centralHolds(OLD);
        pair.peripheral.bonds.setAside(true);
        var wire = encrypt();
        assertThat(wire.peripheral.refused).isFalse();
        assertThat(wire.central.reason).isEqualTo(0x13);
        assertThat(pair.central.heard(BondLost.class)).isEmpty();
        assertClosed("set aside as unreadable");
    }

    @Test
    void ltkRequestTwiceIsAnsweredTwice() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        var wire = encrypt();
        wire.central.encrypt(OLD, 0, 0);
        pair.run();
        assertThat(wire.peripheral.keys).containsExactly(OLD, OLD);
        assertThat(wire.peripheral.link().security()).contains(JUST_WORKS);
    }

    @Test
    void ltkRequestOfALostLinkIsForgotten() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.peripheral.bonds.ready(false);
        var wire = encrypt();
        wire.lose(0x08, 0x08);
        pair.run();
        pair.peripheral.bonds.ready(true);
        pair.advance(Duration.ofMinutes(1));
        assertThat(wire.peripheral.keys).isEmpty();
    }

    /** A controller that tells nonsense: encryption that nobody asked for protects nothing, and costs no bond. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void encryptionThatNobodyAskedForDoesNotCount(Role role) {
        centralHolds(OLD);
        peripheralHolds(OLD);
        var wire = pair.connect();
        var device = pair.device(role);
        for (int status : new int[] {0x00, 0x05, 0x06, 0x08, 0x3d, 0xff}) {
            for (int i = 0; i < 20; i++) {
                wire.encryptionChanged(role, status, true);
                if (status != 0) {
                    wire.encryptionChanged(role, status, false);
                }
            }
        }
        pair.run();
        assertThat(wire.end(role).link().security()).isEmpty();
        assertThat(wire.end(role).link().isUnproven()).isTrue();
        assertThat(device.heard(BondLost.class)).isEmpty();
        assertThat(device.bonds.list()).hasSize(1);
        assertThat(device.heard(SecurityEvent.EncryptionChanged.class)).isEmpty();
        assertThat(device.heard(SecurityEvent.EncryptionRefused.class)).allSatisfy(
                refused -> assertThat(refused.explanation()).contains("with no key of this gateway"));
        assertThat(device.heard(SecurityEvent.EncryptionRefused.class)).isNotEmpty();
    }
}
