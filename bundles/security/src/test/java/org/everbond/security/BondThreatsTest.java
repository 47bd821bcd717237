package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.JUST_WORKS;
import static org.everbond.security.Pair.NUMERIC;
import static org.everbond.security.Pair.OLD;
import static org.everbond.security.Pair.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.host.Role;
import org.everbond.security.SecurityEvent.BondLost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attacks on a bond that is there, by their row in the threat model. */
class BondThreatsTest extends Attack {
    @Test
    void a7b_aRecordWithAZeroLtkNeverReachesAController() {
        pair.peripheral.bonds.put(pair.central.identity, JUST_WORKS, BondKeys.secureConnections(Key.ZERO, null));
        var device = device(Role.PERIPHERAL);
        wire.central.encrypt(Key.ZERO, 0, 0);
        pair.run();
        assertThat(wire.peripheral.keys).isEmpty();
        assertThat(wire.peripheral.refused).isFalse();
        assertThat(wire.central.reason).isEqualTo(0x13);
        assertThat(device.bonds.list()).hasSize(1);

        var other = new Attack();
        other.pair.central.bonds.put(other.pair.peripheral.identity, JUST_WORKS, BondKeys.secureConnections(Key.ZERO, null));
        other.device(Role.CENTRAL);
        var encrypted = other.pair.central.security.encrypt(other.wire.central);
        other.pair.run();
        assertFails(encrypted, "holds no key to encrypt with");
        assertThat(other.wire.central.keys).isEmpty();
    }

    @Test
    void b1_anImpostorThatRefusesEncryptionGetsNothingFromTheClient() {
        bonded(Role.CENTRAL, JUST_WORKS);
        device(Role.CENTRAL);
        var safe = pair.central.security.protect(wire.central);
        pair.run();
        wire.peripheral.refuseLongTermKey();
        pair.run();
        assertFails(safe, "no key for this bond");
        assertThat(wire.central.link().security()).isEmpty();
        assertThat(pair.central.heard(BondLost.class)).singleElement().satisfies(lost -> assertThat(lost.cause())
                .isEqualTo(BondLost.Cause.PEER_FORGOT));
    }

    /** Nor may the impostor pair without bonding, which would encrypt the link and leave the bond as it is. */
    @Test
    void b1_anImpostorCannotPairBesideTheBond() {
        bonded(Role.PERIPHERAL, JUST_WORKS);
        var device = device(Role.PERIPHERAL);
        attacker.send(wire.central, "01030008100000");
        assertRefused(device, "0503");
        assertThat(device.bonds.ltkOf(pair.central.identity)).contains(OLD);
    }

    /** Nor before it was found out whose address that is. */
    @Test
    void b1_anImpostorCannotPairBesideTheBondWhileItsAddressIsSearchedFor() {
        bonded(Role.PERIPHERAL, JUST_WORKS);
        pair.peripheral.bonds.searching(true);
        var device = device(Role.PERIPHERAL);
        attacker.send(wire.central, "01030008100000");
        assertThat(attacker.nextHex()).as("while it is searched for").isEmpty();
        assertThat(wire.peripheral.link().isPairing()).isFalse();
        device.bonds.searching(false);
        assertRefused(device, "0503");
        assertThat(device.bonds.ltkOf(pair.central.identity)).contains(OLD);
    }

    /** Likewise where we are the central, whose user wants to pair with what seems to be a stranger. */
    @Test
    void b1_nobodyIsPairedWithBesideItsBondWhileItsAddressIsSearchedFor() {
        bonded(Role.CENTRAL, JUST_WORKS);
        pair.central.bonds.searching(true);
        var device = device(Role.CENTRAL);
        var paired = device.security.pair(wire.central);
        assertThat(attacker.nextHex()).as("while it is searched for").isEmpty();
        device.bonds.searching(false);
        assertThat(attacker.nextHex()).startsWith("01");
        attacker.send(wire.peripheral, "02030008100000");
        assertThat(attacker.nextHex()).isEqualTo("0503");
        assertFails(paired, "wants to pair without bonding");
        assertThat(device.bonds.ltkOf(pair.peripheral.identity)).contains(OLD);
    }

    /** A stranger loses nothing by it. */
    @Test
    void aStrangerThatWantsToPairWhileItsAddressIsSearchedForIsPairedWithThen() {
        pair.peripheral.bonds.searching(true);
        var device = device(Role.PERIPHERAL);
        attacker.send(wire.central, "01030009100202");
        attacker.send(wire.central, "01030009100202");
        assertThat(attacker.nextHex()).isEmpty();
        device.bonds.searching(false);
        assertThat(attacker.nextHex()).as("one answer").startsWith("02");
        assertThat(attacker.nextHex()).isEmpty();
        assertThat(wire.peripheral.link().isPairing()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void b2_aWeakerNewcomerDoesNotReplaceABond(Role role) {
        bonded(role, NUMERIC);
        var device = device(role);
        if (role == Role.CENTRAL) {
            pair.pair(wire);
            attacker.next();
            attacker.send(wire.peripheral, RESPONSE);
        } else {
            attacker.send(wire.central, REQUEST);
        }
        assertRefused(device, "0503");
        assertThat(device.bonds.list()).singleElement().satisfies(bond -> assertThat(bond.security()).isEqualTo(NUMERIC));
    }

    @Test
    void b3_aSecurityRequestRemovesNothing() {
        var bond = bonded(Role.CENTRAL, JUST_WORKS);
        for (int authReq = 0; authReq < 256; authReq++) {
            device(Role.CENTRAL);
            attacker.send(wire.peripheral, new byte[] {0x0b, (byte) authReq});
            pair.run();
            assertThat(pair.central.bonds.list()).containsExactly(bond);
            assertThat(pair.central.bonds.commits).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void b4_aNewcomerThatFailsCostsNobodyTheBond(Role role) {
        bonded(role, JUST_WORKS);
        for (int answers = 0; answers < 3; answers++) {
            var device = device(role);
            if (answers > 0) {
                untilPublicKey(role);
            }
            if (answers > 1) {
                attacker.send(attackersEnd(role), Tester.publicKey(P256.generate().publicKey()));
            }
            attacker.send(attackersEnd(role), "0508");
            wire.lose(0x13, 0x13);
            pair.run();
            assertThat(device.bonds.commits).isZero();
            assertThat(device.bonds.list()).hasSize(1);
        }
    }

    @Test
    void b6_aPeerWithoutItsKeyIsReportedAndNotPairedByItself() {
        bonded(Role.CENTRAL, JUST_WORKS);
        device(Role.CENTRAL);
        var encrypted = pair.central.security.encrypt(wire.central);
        pair.run();
        wire.peripheral.refuseLongTermKey();
        pair.advance(Duration.ofMinutes(1));
        assertFails(encrypted, "no key for this bond");
        assertThat(pair.central.heard(BondLost.class)).hasSize(1);
        assertThat(pair.central.heard(SecurityEvent.PairingStarted.class)).isEmpty();
        assertThat(pair.central.bonds.list()).hasSize(1);
    }

    @Test
    void b7_anScBondAnswersOnlyForZeroEdivAndRand() {
        var requests = List.of(new long[] {0, 1}, new long[] {1, 0}, new long[] {-1, 0xffff}, new long[] {1L << 63, 0});
        var closed = new ArrayList<Integer>();
        for (var request : requests) {
            var fresh = new Attack();
            fresh.bonded(Role.PERIPHERAL, JUST_WORKS);
            fresh.device(Role.PERIPHERAL);
            fresh.wire.central.encrypt(OLD, request[0], (int) request[1]);
            fresh.pair.run();
            assertThat(fresh.wire.peripheral.keys).isEmpty();
            // A negative reply would say that the bond is dead, which is not true (P11).
            assertThat(fresh.wire.peripheral.refused).isFalse();
            closed.add(fresh.wire.central.reason);
        }
        assertThat(closed).containsOnly(0x13);
    }

    @Test
    void b7_aLegacyBondDoesNotAnswerForSecureConnections() {
        var legacy = new BondSecurity(PairingMethod.UNKNOWN, false, false, 16);
        pair.peripheral.bonds.put(pair.central.identity, legacy, new BondKeys(OLD, 5, 6, null, null, 0, null, 0));
        device(Role.PERIPHERAL);
        wire.central.encrypt(OLD, 0, 0);
        pair.run();
        assertThat(wire.peripheral.keys).isEmpty();
        assertThat(wire.peripheral.refused).isFalse();
        assertThat(pair.peripheral.heard(SecurityEvent.EncryptionRefused.class)).singleElement().satisfies(
                refused -> assertThat(refused.explanation()).contains("another key than those of bond"));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void c14_encryptionThatIsSwitchedOffEndsABondedLink(Role role) {
        pair.pair(wire = pair.connect());
        wire.pauseEncryption();
        pair.run();
        assertThat(wire.isOpen()).isFalse();
        assertThat(pair.device(role).heard(SecurityEvent.EncryptionChanged.class))
                .extracting(event -> event.security().isPresent())
                .containsExactly(true, false);
    }
}
