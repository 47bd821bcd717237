package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.JUST_WORKS;
import static org.everbond.security.Pair.NUMERIC;
import static org.everbond.security.Pair.OLD;
import static org.everbond.security.Pair.assertFails;

import java.time.Duration;
import java.util.List;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.security.SecurityEvent.BondLost;
import org.everbond.security.SecurityEvent.BondLost.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that differ: lost bonds, bonds that share an IRK (B9), and the key before. */
class KeyTrialsTest extends KeyHolders {
    private static final Key NEW = Key.of(new byte[] {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7});
    private static final Key FOURTH = Key.of(new byte[] {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4});
    private static final Key THIRD = Key.of(new byte[] {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3});

    private void wasReplaced(Device device, Bond bond, Key old) {
        device.bonds.putPrevious(bond.id(), new PreviousLtk(old, 0, 0, JUST_WORKS));
    }

    private boolean encrypts() {
        var wire = encrypt();
        boolean encrypted = wire.central.link().security().isPresent();
        assertThat(wire.peripheral.link().security().isPresent()).isEqualTo(encrypted);
        wire.lose(0x13, 0x13);
        pair.run();
        return encrypted;
    }

    @Test
    void keysThatDifferAreToldByBothEndsAndKept() {
        centralHolds(OLD);
        peripheralHolds(NEW);
        var wire = encrypt();
        assertThat(wire.isOpen()).isFalse();
        assertThat(pair.peripheral.heard(BondLost.class))
                .singleElement()
                .satisfies(lost -> assertThat(lost.cause()).isEqualTo(Cause.KEYS_DIFFER));
        assertThat(pair.central.heard(BondLost.class))
                .singleElement()
                .satisfies(lost -> assertThat(lost.cause()).isEqualTo(Cause.SUSPECTED));
        assertThat(pair.central.bonds.list()).hasSize(1);
        assertThat(pair.peripheral.bonds.list()).hasSize(1);
    }

    @Test
    void keysThatDifferOnBtvirtLeaveTheLinkUpAndUnprotected() {
        centralHolds(OLD);
        peripheralHolds(NEW);
        var wire = pair.connect();
        wire.likeBtvirt = true;
        var encrypted = pair.central.security.encrypt(wire.central);
        pair.run();
        assertFails(encrypted, "another key");
        assertThat(wire.isOpen()).isTrue();
        assertThat(wire.central.link().security()).isEmpty();
        assertThat(pair.central.heard(BondLost.class))
                .singleElement()
                .satisfies(lost -> assertThat(lost.cause()).isEqualTo(Cause.KEYS_DIFFER));
    }

    @Test
    void aLinkThatEndsOrderlyWhileEncryptingLosesNoBond() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.peripheral.bonds.ready(false);
        var wire = pair.connect();
        var encrypted = pair.central.security.encrypt(wire.central);
        pair.run();
        wire.lose(0x13, 0x16);
        pair.run();
        assertFails(encrypted, "remote user terminated");
        assertThat(pair.central.heard(BondLost.class)).isEmpty();
    }

    private static final DeviceAddress TWIN = DeviceAddress.parse("C0:FF:EE:77:77:77/random");

    /** What the device holds of the peer, and of another one with the same IRK, which was paired later. */
    private void holdsTwins(Device device, Device peer, Key ltk, Key ofTwin) {
        peer.security.options(Device.accepting().with(options -> options.privacy(true)));
        var irk = peer.bonds.local().orElseThrow().irk();
        device.bonds.put(peer.identity, JUST_WORKS, BondKeys.secureConnections(ltk, irk));
        device.bonds.put(TWIN, NUMERIC, BondKeys.secureConnections(ofTwin, irk));
    }

    @Test
    void thePeripheralTriesEachBondWithTheIrkAndStaysWithTheOneThatFits() {
        centralHolds(OLD);
        holdsTwins(pair.peripheral, pair.central, OLD, NEW);
        assertThat(encrypts()).as("the one paired last").isFalse();
        assertThat(pair.peripheral.heard(BondLost.class)).isEmpty();

        var wire = encrypt();

        assertThat(wire.peripheral.link().security()).contains(JUST_WORKS);
        assertThat(wire.peripheral.link().bond().orElseThrow().identity()).isEqualTo(pair.central.identity);
        wire.lose(0x13, 0x13);
        pair.run();
        assertThat(encrypts()).as("the same address again").isTrue();
        pair.advance(Duration.ofMinutes(16));
        assertThat(encrypts()).as("another address").isTrue();
    }

    @Test
    void theCentralTriesEachBondWithTheIrkAndStaysWithTheOneThatFits() {
        holdsTwins(pair.central, pair.peripheral, OLD, NEW);
        peripheralHolds(OLD);
        assertThat(encrypts()).isFalse();
        assertThat(pair.central.heard(BondLost.class)).isEmpty();
        var wire = encrypt();
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
        assertThat(wire.central.link().bond().orElseThrow().identity()).isEqualTo(pair.peripheral.identity);
    }

    @Test
    void onlyWhenNoKeyOfThemFitsABondIsLost() {
        holdsTwins(pair.central, pair.peripheral, OLD, NEW);
        wasReplaced(pair.central, pair.central.bonds.byIdentity(TWIN).orElseThrow(), Key.of(new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}));
        peripheralHolds(THIRD);
        // The two bonds take turns, and within the one of them its keys.
        for (int attempt = 0; attempt < 6; attempt++) {
            assertThat(encrypts()).isFalse();
            assertThat(pair.central.heard(BondLost.class)).as("not each key has met each key yet").isEmpty();
        }
        assertThat(encrypts()).isFalse();
        assertThat(pair.central.heard(BondLost.class)).singleElement()
                .satisfies(lost -> assertThat(lost.bond().orElseThrow().identity()).isEqualTo(TWIN));
        assertThat(pair.central.bonds.list()).hasSize(2);
    }

    @Test
    void thePeerThatTakesTurnsWithItsTwinIsFoundEachTime() {
        holdsTwins(pair.peripheral, pair.central, OLD, NEW);
        var atCentral = centralHolds(OLD);
        for (int change = 0; change < 4; change++) {
            var key = change % 2 == 0 ? OLD : NEW;
            pair.central.bonds.forget(atCentral.id());
            atCentral = centralHolds(key);
            pair.advance(Duration.ofMinutes(16));
            assertThat(encrypts() || encrypts()).as("at the second attempt at the latest").isTrue();
            assertThat(pair.peripheral.heard(BondLost.class)).isEmpty();
        }
    }

    @Test
    void theCentralTriesTheKeyBeforeOnTheNextConnection() {
        wasReplaced(pair.central, centralHolds(NEW), OLD);
        peripheralHolds(OLD);
        assertThat(encrypts()).isFalse();
        assertThat(pair.central.heard(BondLost.class)).isEmpty();
        assertThat(encrypts()).isTrue();
    }

    @Test
    void thePeripheralTriesTheKeyBeforeOnTheNextConnection() {
        centralHolds(OLD);
        wasReplaced(pair.peripheral, peripheralHolds(NEW), OLD);
        assertThat(encrypts()).isFalse();
        assertThat(pair.peripheral.heard(BondLost.class)).isEmpty();
        assertThat(encrypts()).isTrue();
        assertThat(encrypts()).isTrue();
    }

    @Test
    void aBondIsLostWhenEachKeyHasMetEachKey() {
        wasReplaced(pair.central, centralHolds(NEW), OLD);
        peripheralHolds(THIRD);
        for (var tried : List.of(NEW, OLD, NEW, OLD)) {
            assertThat(pair.central.heard(BondLost.class)).isEmpty();
            assertThat(encrypt().central.keys).containsExactly(tried);
        }
        assertThat(pair.central.heard(BondLost.class)).hasSize(1);
        assertThat(encrypt().central.keys).as("a copy of the store may be put back").containsExactly(NEW);
        assertThat(pair.central.heard(BondLost.class)).hasSize(2);
    }

    /**
     * One missed the end of the last pairing and the other never knew the one before it: the present key here is the key before there. Both
     * take turns, also where one of them has counted attempts that the other has not.
     */
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "2, 0", "3, 0", "0, 1", "0, 2", "0, 3"})
    void twoThatTakeTurnsMeet(int aheadAtCentral, int aheadAtPeripheral) {
        for (var key : List.of("present, before", "before, present", "before, before")) {
            var meeting = new KeyTrialsTest();
            meeting.haveOnlyInCommon(key, aheadAtCentral, aheadAtPeripheral);
            boolean met = false;
            for (int attempt = 0; attempt < 4 && !met; attempt++) {
                met = meeting.encrypts();
            }
            assertThat(met).as(key).isTrue();
            if (aheadAtCentral + aheadAtPeripheral == 0) {
                assertThat(meeting.pair.central.heard(BondLost.class)).isEmpty();
                assertThat(meeting.pair.peripheral.heard(BondLost.class)).isEmpty();
            }
            // Where only a bad radio may have been in the way the present key has one more chance.
            assertThat(meeting.encrypts() || meeting.encrypts()).as("soon again").isTrue();
            assertThat(meeting.encrypts()).as("from then on").isTrue();
        }
    }

    private void haveOnlyInCommon(String which, int aheadAtCentral, int aheadAtPeripheral) {
        var common = which.split(", ");
        var atCentral = common[0].equals("present") ? centralHolds(OLD) : centralHolds(NEW);
        wasReplaced(pair.central, atCentral, common[0].equals("present") ? NEW : OLD);
        var strangers = peripheralHolds(FOURTH);
        for (int i = 0; i < aheadAtCentral; i++) {
            assertThat(encrypts()).isFalse();
        }
        pair.peripheral.bonds.forget(strangers.id());
        pair.run();
        var atPeripheral = common[1].equals("present") ? peripheralHolds(OLD) : peripheralHolds(THIRD);
        wasReplaced(pair.peripheral, atPeripheral, common[1].equals("present") ? THIRD : OLD);
        for (int i = 0; i < aheadAtPeripheral; i++) {
            var wire = pair.connect();
            wire.peripheral.device.ports.port.longTermKeyRequested(wire.peripheral, 0, 0);
            pair.run();
            wire.lose(0x08, 0x3d);
            pair.run();
        }
    }

    @Test
    void aBadRadioDoesNotBringTheKeyBeforeBack() {
        wasReplaced(pair.central, centralHolds(NEW), OLD);
        wasReplaced(pair.peripheral, peripheralHolds(NEW), OLD);
        var wire = pair.connect();
        pair.peripheral.gate.close();
        pair.central.security.encrypt(wire.central);
        pair.run();
        pair.peripheral.gate.step();
        pair.run();
        pair.peripheral.gate.drop();
        pair.peripheral.gate.open();
        wire.lose(0x08, 0x08);
        pair.run();
        int tries = 0;
        while (pair.central.bonds.previousLtk(pair.central.bonds.list().get(0).id()).isPresent() && tries < 5) {
            encrypts();
            tries++;
        }
        assertThat(tries).isLessThan(5);
        assertThat(encrypt().central.keys).containsExactly(NEW);
    }

    /** A link encrypted with the key before has the level that key was made with. */
    @Test
    void theKeyBeforeClaimsOnlyItsOwnLevel() {
        var bond = pair.central.bonds.put(pair.peripheral.identity, NUMERIC, BondKeys.secureConnections(NEW, null));
        wasReplaced(pair.central, bond, OLD);
        peripheralHolds(OLD);
        assertThat(encrypts()).isFalse();
        var wire = encrypt();
        assertThat(wire.central.link().bond()).contains(bond);
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }
}
