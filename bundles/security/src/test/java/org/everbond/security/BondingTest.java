package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.everbond.security.Pair.JUST_WORKS;
import static org.everbond.security.Pair.NUMERIC;
import static org.everbond.security.Pair.OLD;
import static org.everbond.security.Pair.assertFails;

import java.time.Duration;
import org.everbond.bonds.SecurityLevel;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.RandomAddress;
import org.everbond.host.Role;
import org.everbond.security.PairingResult.Bonding;
import org.everbond.security.SecurityOptions.JustWorks;
import org.everbond.security.SecurityOptions.Replace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** P1 and P7: what a store that fails, waits or forgets does to a pairing. */
class BondingTest {
    private final Pair pair = new Pair();

    private Device device(Role role) {
        return pair.device(role);
    }

    private Device other(Role role) {
        return pair.other(role);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aFailedCommitFailsThePairingWithItsCause(Role role) {
        device(role).bonds.storage = MemoryBonds.Storage.FULL;
        var wire = pair.connect();
        pair.pair(wire);

        assertThat(device(role).heard(SecurityEvent.PairingFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.cause()).hasMessageContaining("the disk is full; make room");
            assertThat(failed.cause().reason()).isEqualTo(0x08);
        });
        assertThat(wire.end(role).sentHex()).contains("0508");
        assertThat(device(role).heard(SecurityEvent.Paired.class)).isEmpty();
        assertThat(device(role).bonds.list()).isEmpty();
        // The central commits before its last key PDU, so that the peripheral learns of it in time.
        if (role == Role.CENTRAL) {
            assertThat(pair.peripheral.bonds.list()).isEmpty();
            assertThat(pair.peripheral.heard(SecurityEvent.Paired.class)).isEmpty();
        }
        pair.advance(Duration.ofSeconds(1));
        assertThat(wire.isOpen()).as("a link with the key of a failed pairing").isFalse();
    }

    @Test
    void whoWaitsForProtectionDoesNotTakeTheKeyOfAFailedPairingForIt() {
        pair.central.bonds.put(pair.peripheral.identity, JUST_WORKS, BondKeys.secureConnections(OLD, null));
        pair.central.bonds.storage = MemoryBonds.Storage.FULL;
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        var seen = new java.util.ArrayList<Boolean>();
        pair.central.security.protect(wire.central).whenComplete((link, failure) ->
                seen.add(failure != null || link.security().isPresent() && wire.central.keys.contains(OLD)));
        pair.run();
        assertThat(pair.central.heard(SecurityEvent.PairingFailed.class)).hasSize(1);
        pair.advance(Duration.ofMinutes(1));
        assertThat(seen).containsExactly(true);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aFailedCommitLeavesTheOldBond(Role role) {
        device(role).bonds.put(other(role).identity, JUST_WORKS, BondKeys.secureConnections(OLD, null));
        device(role).bonds.storage = MemoryBonds.Storage.FULL;

        pair.pair(pair.connect());

        assertThat(device(role).bonds.ltkOf(other(role).identity)).contains(OLD);
    }

    @Test
    void theCentralHearsThatThePeripheralCouldNotKeepTheBond() {
        pair.peripheral.bonds.storage = MemoryBonds.Storage.FULL;
        var wire = pair.connect();
        pair.pair(wire);

        // The responder's last window: the central has reported the bond. It is told as what it is, and kept.
        assertThat(pair.central.heard(SecurityEvent.Paired.class)).hasSize(1);
        assertThat(pair.central.heard(SecurityEvent.BondLost.class))
                .singleElement()
                .satisfies(lost -> assertThat(lost.cause()).isEqualTo(SecurityEvent.BondLost.Cause.PEER_FORGOT));
        assertThat(pair.central.bonds.list()).hasSize(1);
    }

    @Test
    void aPeripheralThatCouldNotKeepAnotherPairingMayHoldTheKeyBeforeAndHasNotForgottenUs() {
        pair.central.bonds.put(pair.peripheral.identity, JUST_WORKS, BondKeys.secureConnections(OLD, null));
        pair.peripheral.bonds.put(pair.central.identity, JUST_WORKS, BondKeys.secureConnections(OLD, null));
        pair.peripheral.bonds.storage = MemoryBonds.Storage.FULL;
        pair.pair(pair.connect());

        assertThat(pair.central.heard(SecurityEvent.BondLost.class)).singleElement().satisfies(lost -> {
            assertThat(lost.cause()).isEqualTo(SecurityEvent.BondLost.Cause.KEYS_DIFFER);
            assertThat(lost.explanation()).contains("could not finish the pairing").contains("the key before");
        });
        assertThat(pair.peripheral.bonds.ltkOf(pair.central.identity)).contains(OLD);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void bondedIsSaidOnlyOnceTheCommitIsDurable(Role role) {
        var device = device(role);
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        device.gate.close();
        while (!device.gate.next().equals("commit")) {
            pair.run();
            assertThat(device.gate.step()).isTrue();
            pair.run();
        }
        pair.advance(Duration.ofSeconds(20));
        assertThat(device.heard(SecurityEvent.Paired.class)).isEmpty();
        assertThat(wire.end(role).link().isPairing()).isTrue();
        if (role == Role.CENTRAL) {
            assertThat(wire.central.sentHex()).noneMatch(pdu -> pdu.startsWith("08") || pdu.startsWith("09"));
        }

        device.gate.open();
        pair.run();

        assertThat(device.heard(SecurityEvent.Paired.class)).hasSize(1);
    }

    @Test
    void aLinkThatEndsWhileThePeripheralStillWritesIsReportedOnceItsBondIsDurable() {
        var wire = pair.connect();
        var result = pair.peripheral.security.pair(wire.peripheral);
        pair.peripheral.gate.close();
        do {
            pair.run();
        } while (!pair.peripheral.gate.next().equals("commit") && pair.peripheral.gate.step());
        pair.run();

        pair.peripheral.ports.port.disconnected(wire.peripheral, 0x08);
        pair.advance(Duration.ofMinutes(6));
        assertThat(pair.peripheral.heard(SecurityEvent.Paired.class)).isEmpty();
        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class)).isEmpty();
        pair.peripheral.gate.open();
        pair.run();

        assertThat(pair.peripheral.heard(SecurityEvent.Paired.class)).hasSize(1);
        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class)).isEmpty();
        assertThat(SecureConnectionsTest.now(result).bond()).contains(pair.peripheral.bonds.list().get(0));
        assertThat(pair.peripheral.bonds.connected).isEmpty();
    }

    @Test
    void aLinkThatEndsWhileThePeripheralStillWritesIsReportedAsFailedWhenItsBondCannotBeStored() {
        pair.peripheral.bonds.storage = MemoryBonds.Storage.FULL;
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        pair.peripheral.gate.close();
        do {
            pair.run();
        } while (!pair.peripheral.gate.next().equals("commit") && pair.peripheral.gate.step());
        pair.run();
        wire.lose(0x08, 0x08);
        pair.peripheral.gate.open();
        pair.advance(Duration.ofSeconds(1));

        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class)).singleElement().satisfies(
                failed -> assertThat(failed.cause()).hasMessageContaining("the disk is full"));
        assertThat(pair.peripheral.bonds.list()).isEmpty();
    }

    @Test
    void aCentralThatPairsAgainWhileThePeripheralStillWritesCostsNoBond() {
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        pair.peripheral.gate.close();
        do {
            pair.run();
        } while (!pair.peripheral.gate.next().equals("commit") && pair.peripheral.gate.step());
        pair.run();
        assertThat(pair.central.heard(SecurityEvent.Paired.class)).hasSize(1);

        pair.central.security.pair(wire.central);
        pair.run();
        pair.peripheral.gate.open();
        pair.run();

        for (var device : java.util.List.of(pair.central, pair.peripheral)) {
            assertThat(device.heard(SecurityEvent.PairingFailed.class)).isEmpty();
            assertThat(device.heard(SecurityEvent.Paired.class)).hasSize(2);
        }
        assertThat(pair.central.bonds.ltkOf(pair.peripheral.identity))
                .isPresent()
                .isEqualTo(pair.peripheral.bonds.ltkOf(pair.central.identity));
        pair.advance(Duration.ofMinutes(1));
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void aCentralThatRefreshesTheEncryptionWhileThePeripheralStillWritesCostsNoBond() {
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        pair.peripheral.gate.close();
        do {
            pair.run();
        } while (!pair.peripheral.gate.next().equals("commit") && pair.peripheral.gate.step());
        pair.run();
        var ltk = pair.central.bonds.ltkOf(pair.peripheral.identity).orElseThrow();
        wire.central.encrypt(ltk, 0, 0);
        pair.run();
        pair.peripheral.gate.open();
        pair.run();

        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class)).isEmpty();
        assertThat(pair.peripheral.heard(SecurityEvent.Paired.class)).hasSize(1);
        assertThat(pair.peripheral.bonds.ltkOf(pair.central.identity)).contains(ltk);
        pair.advance(Duration.ofMinutes(1));
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void aLinkThatIsAboutToBeClosedPairsNoMore() {
        pair.peripheral.bonds.storage = MemoryBonds.Storage.FULL;
        var wire = pair.connect();
        pair.pair(wire);
        pair.peripheral.bonds.storage = MemoryBonds.Storage.DURABLE;

        var again = pair.central.security.pair(wire.central);
        pair.run();

        assertThatThrownBy(() -> again.toCompletableFuture().join()).hasMessageContaining("refused");
        assertThat(pair.peripheral.heard(SecurityEvent.Paired.class)).isEmpty();
        assertThat(pair.peripheral.bonds.list()).isEmpty();
        pair.advance(Duration.ofSeconds(1));
        assertThat(wire.isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void bondedIsSaidOnlyOnceOurLastKeyPduIsCompleted(Role role) {
        var device = device(role);
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        device.gate.close();
        int completedToCome = 0;
        while (device.heard(SecurityEvent.Paired.class).isEmpty()) {
            pair.run();
            if (device.gate.next().equals("completed") && !device.bonds.list().isEmpty()) {
                completedToCome++;
            }
            assertThat(device.gate.step()).isTrue();
            pair.run();
        }
        if (role == Role.CENTRAL) {
            // Identity Information and Identity Address Information, both after the commit.
            assertThat(completedToCome).isEqualTo(2);
        }
    }

    @Test
    void aCommitThatTakesLongerThanTheSmpTimerFailsThePairingAndIsTakenBack() {
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        pair.central.gate.close();
        while (!pair.central.gate.next().equals("commit")) {
            pair.run();
            pair.central.gate.step();
            pair.run();
        }
        pair.advance(Duration.ofSeconds(31));
        pair.central.gate.open();
        pair.run();

        assertThat(pair.central.heard(SecurityEvent.PairingFailed.class)).hasSize(1);
        assertThat(pair.central.heard(SecurityEvent.Paired.class)).isEmpty();
        assertThat(pair.central.bonds.list()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aVolatileStoreIsNeverCalledBonded(Role role) {
        device(role).bonds.storage = MemoryBonds.Storage.VOLATILE;
        pair.pair(pair.connect());
        assertThat(device(role).heard(SecurityEvent.Paired.class)).singleElement().satisfies(paired -> {
            assertThat(paired.result().bonding()).isEqualTo(Bonding.NOT_DURABLE);
            assertThat(paired.result().bond()).isPresent();
        });
    }

    @Test
    void aPeerWithAPrivateAddressThatGivesNoIdentityIsPairedAndNotBonded() {
        var irk = Key.of(new byte[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
        pair.run();
        var tester = Tester.in(pair.central);
        var wire = new Wire(pair.central, pair.peripheral, RandomAddress.resolvable(irk, 5), pair.peripheral.identity);
        tester.pairAsCentral(wire, "010300091000" + "02");
        pair.run();

        assertThat(pair.peripheral.heard(SecurityEvent.Paired.class))
                .singleElement()
                .satisfies(paired -> assertThat(paired.result().bonding()).isEqualTo(Bonding.NOT_BONDED));
        assertThat(pair.peripheral.bonds.list()).isEmpty();
        assertThat(wire.peripheral.link().level()).isEqualTo(SecurityLevel.ENCRYPTED);
        // The key lives as long as the link: it refreshes the encryption.
        wire.central.encrypt(tester.ltk, 0, 0);
        pair.run();
        assertThat(wire.peripheral.keys).endsWith(tester.ltk);
    }

    @Test
    void aPeerWithAnIdentityAddressOnAirNeedNotDistributeIt() {
        pair.run();
        var tester = Tester.in(pair.central);
        var wire = Wire.connect(pair.central.identity, pair);
        tester.pairAsCentral(wire, "01030009100002");
        pair.run();
        assertThat(pair.peripheral.bonds.list())
                .singleElement()
                .satisfies(bond -> assertThat(bond.identity()).isEqualTo(pair.central.identity));
    }

    @Test
    void withoutTheBondingFlagOfThePeerNothingIsStored() {
        pair.run();
        var tester = Tester.in(pair.central);
        var wire = Wire.connect(pair.central.identity, pair);
        tester.pairAsCentral(wire, "01030008100202");
        pair.run();
        assertThat(pair.peripheral.bonds.list()).isEmpty();
        assertThat(pair.peripheral.bonds.commits).isZero();
        assertThat(pair.peripheral.heard(SecurityEvent.Paired.class))
                .singleElement()
                .satisfies(paired -> assertThat(paired.result().bonding()).isEqualTo(Bonding.NOT_BONDED));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void anIdentityAddressThatCannotBeOneFailsThePairing(Role role) {
        for (var hex : new String[] {"0900000000000000", "0901ffffffffffff", "0901665544332251", "0901665544332201"}) {
            var fresh = new Pair();
            var device = fresh.device(role);
            var wire = fresh.connect();
            fresh.central.security.pair(wire.central);
            device.gate.close();
            while (!device.gate.next().equals("0x09")) {
                fresh.run();
                device.gate.step();
                fresh.run();
            }
            wire.inject(role, java.util.HexFormat.of().parseHex(hex));
            assertThat(device.heard(SecurityEvent.PairingFailed.class)).as(hex).singleElement().satisfies(failed -> assertThat(
                            failed.cause().reason())
                    .isEqualTo(0x0a));
            assertThat(device.bonds.commits).isZero();
        }
    }

    @Test
    void notBondableMeansThatNobodyPairsUnasked() {
        pair.peripheral.security.bondable(false);
        var wire = pair.connect();
        var result = pair.pair(wire);
        assertFails(result, "pairing is not allowed now");
        assertThat(wire.peripheral.sentHex()).containsExactly("0505");
    }

    @Test
    void theWindowForBondingCloses() {
        pair.peripheral.security.bondable(Duration.ofSeconds(10));
        assertThat(pair.peripheral.security.isBondable()).isTrue();
        pair.advance(Duration.ofSeconds(11));
        assertThat(pair.peripheral.security.isBondable()).isFalse();
        assertFails(pair.pair(pair.connect()), "not allowed");
        pair.peripheral.security.bondable(Duration.ofSeconds(10));
        pair.peripheral.security.bondable(true);
        pair.advance(Duration.ofSeconds(11));
        assertThat(pair.peripheral.security.isBondable()).isTrue();
    }

    @Test
    void askingForAPairingAllowsItWithThatPeerOnly() {
        pair.peripheral.security.bondable(false);
        pair.central.security.bondable(false);
        var wire = pair.connect();
        pair.central.security.bondable(true);
        var asked = pair.peripheral.security.pair(wire.peripheral);
        pair.run();
        assertThat(SecureConnectionsTest.now(asked).bonding()).isEqualTo(Bonding.BONDED);
        assertThat(wire.peripheral.sentHex().get(0)).isEqualTo("0b09");
        assertFails(pair.pair(pair.connect()), "not allowed");
    }

    @Test
    void aBondThatMayNotBeReplacedRefusesBeforeAnythingIsExchanged() {
        pair.peripheral.bonds.put(pair.central.identity, NUMERIC, BondKeys.secureConnections(OLD, null));
        var wire = pair.connect();
        assertFails(pair.pair(wire), "cannot agree");
        assertThat(wire.peripheral.sentHex()).containsExactly("0503");
        pair.peripheral.security.options(Device.with(SecurityLevel.ENCRYPTED, JustWorks.ACCEPT, Replace.NEVER));
        assertFails(pair.pair(pair.connect()), "cannot agree");
        assertThat(pair.peripheral.bonds.ltkOf(pair.central.identity)).contains(OLD);
    }

    /** The identity address that comes in phase 3 may belong to another bond than the address on air. */
    @Test
    void aStrongerBondThatThePeerTurnsOutToBeIsNotReplaced() {
        pair.peripheral.bonds.put(pair.central.identity, NUMERIC, BondKeys.secureConnections(OLD, null));
        pair.run();
        var wire = Wire.connect(DeviceAddress.parse("D0:00:00:00:00:01/random"), pair);
        pair.pair(wire);
        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.cause().reason()).isEqualTo(0x0f));
        assertThat(pair.central.heard(SecurityEvent.BondLost.class)).hasSize(1);
        assertThat(pair.peripheral.bonds.ltkOf(pair.central.identity)).contains(OLD);
        assertThat(pair.peripheral.bonds.commits).isZero();
    }

    @Test
    void aReplacedBondKeepsItsPreviousKeyUntilTheNewOneHasEncryptedAnotherConnection() {
        pair.pair(pair.connect());
        var first = pair.central.bonds.ltkOf(pair.peripheral.identity).orElseThrow();
        pair.pair(pair.connect());
        var bond = pair.central.bonds.list().get(0);
        assertThat(pair.central.bonds.previousLtk(bond.id()).orElseThrow().ltk()).isEqualTo(first);

        var wire = pair.connect();
        pair.central.security.encrypt(wire.central);
        pair.run();

        assertThat(pair.central.bonds.previousLtk(bond.id())).isEmpty();
        assertThat(pair.peripheral.bonds.previousLtk(pair.peripheral.bonds.list().get(0).id())).isEmpty();
    }

    @Test
    void aStoreThatTakesNoNewBondPairsNobody() {
        var wire = pair.connect();
        pair.peripheral.bonds.ready(false);
        assertFails(pair.pair(wire), "refused without a reason");
        pair.central.bonds.ready(false);
        assertFails(pair.pair(wire), "the store of bonds takes no new one");
        assertThat(pair.peripheral.bonds.commits).isZero();
    }
}
