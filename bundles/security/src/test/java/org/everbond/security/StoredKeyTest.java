package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.BondingTest.JUST_WORKS;
import static org.everbond.security.BondingTest.NUMERIC;
import static org.everbond.security.BondingTest.OLD;
import static org.everbond.security.BondingTest.assertFails;

import java.time.Duration;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.host.Role;
import org.everbond.security.SecurityEvent.BondLost;
import org.everbond.security.SecurityEvent.BondLost.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encryption with stored keys in both roles, LTK requests (P11), lost bonds and the key before. */
class StoredKeyTest {
    private static final Key NEW = Key.of(new byte[] {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7});
    private static final Key THIRD = Key.of(new byte[] {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3});

    private final Pair pair = new Pair();

    private Bond centralHolds(Key ltk) {
        return pair.central.bonds.put(pair.peripheral.identity, JUST_WORKS, BondKeys.secureConnections(ltk, null));
    }

    private Bond peripheralHolds(Key ltk) {
        return pair.peripheral.bonds.put(pair.central.identity, JUST_WORKS, BondKeys.secureConnections(ltk, null));
    }

    private void wasReplaced(Device device, Bond bond, Key old) {
        device.bonds.putPrevious(bond.id(), new PreviousLtk(old, 0, 0, JUST_WORKS));
    }

    /** Connects and encrypts from the central; gives the link as it is afterwards. */
    private Wire encrypt() {
        var wire = pair.connect();
        pair.central.security.encrypt(wire.central);
        pair.run();
        return wire;
    }

    private boolean encrypts() {
        var wire = encrypt();
        boolean encrypted = wire.central.link().security().isPresent();
        assertThat(wire.peripheral.link().security().isPresent()).isEqualTo(encrypted);
        wire.lose(0x13, 0x13);
        pair.run();
        return encrypted;
    }

    // P11: LTK request × store.

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
        var device = role == Role.CENTRAL ? pair.central : pair.peripheral;
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

    // Lost bonds.

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

    // Bonds that share an IRK (THREATS B9): the key decides.

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
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThat(encrypts()).isFalse();
            assertThat(pair.central.heard(BondLost.class)).as("the key before of the twin was not tried").isEmpty();
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

    // The key before.

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
    void theKeyBeforeIsTriedOnceOnly() {
        wasReplaced(pair.central, centralHolds(NEW), OLD);
        peripheralHolds(THIRD);
        assertThat(encrypts()).isFalse();
        assertThat(pair.central.heard(BondLost.class)).isEmpty();
        assertThat(encrypts()).isFalse();
        assertThat(pair.central.heard(BondLost.class)).hasSize(1);
        assertThat(encrypts()).isFalse();
        var wire = encrypt();
        assertThat(wire.central.keys).containsExactly(NEW);
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

    // Who asks for what.

    @Test
    void protectWaitsForTheStoreThenEncrypts() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.central.bonds.ready(false);
        var wire = pair.connect();
        var safe = pair.central.security.protect(wire.central);
        pair.run();
        assertThat(safe.toCompletableFuture()).isNotDone();
        pair.central.bonds.ready(true);
        pair.run();
        assertThat(safe.toCompletableFuture()).isCompleted();
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }

    @Test
    void protectLetsNobodyThroughWhenTheStoreStaysAway() {
        pair.central.bonds.ready(false);
        var wire = pair.connect();
        var safe = pair.central.security.protect(wire.central);
        pair.advance(Duration.ofSeconds(21));
        assertFails(safe, "the store of bonds is not ready");
    }

    @Test
    void protectOfAPeerThatWasSetAsideFails() {
        pair.central.bonds.setAside(true);
        var wire = pair.connect();
        assertFails(pair.central.security.protect(wire.central), "set aside");
    }

    @Test
    void protectOfAStrangerIsDoneAtOnce() {
        var wire = pair.connect();
        assertThat(pair.central.security.protect(wire.central).toCompletableFuture()).isCompleted();
        assertThat(wire.central.sent).isEmpty();
    }

    @Test
    void protectWaitsForThePairingThatRuns() {
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        var safe = pair.central.security.protect(wire.central);
        assertThat(safe.toCompletableFuture()).isNotDone();
        pair.run();
        assertThat(safe.toCompletableFuture()).isCompleted();
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }

    @Test
    void aSecurityRequestIsAnsweredByEncryptingNotByPairing() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.central.security.bondable(false);
        var wire = pair.connect();
        wire.inject(org.everbond.host.Role.CENTRAL, new byte[] {0x0b, 0x09});
        pair.run();
        assertThat(wire.central.keys).containsExactly(OLD);
        assertThat(wire.central.sent).isEmpty();
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }

    @Test
    void aSecurityRequestThatComesWhileTheStoreIsNotReadyIsKeptAndThenAnsweredByEncrypting() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.central.security.bondable(false);
        pair.central.bonds.ready(false);
        var wire = pair.connect();
        wire.inject(org.everbond.host.Role.CENTRAL, new byte[] {0x0b, 0x09});
        pair.advance(Duration.ofSeconds(19));
        assertThat(wire.central.keys).isEmpty();
        assertThat(wire.central.sent).as("no answer that would cost the bond").isEmpty();

        pair.central.bonds.ready(true);
        pair.run();
        assertThat(wire.central.keys).containsExactly(OLD);
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }

    @Test
    void aSecurityRequestIsNotKeptForEver() {
        centralHolds(OLD);
        peripheralHolds(OLD);
        pair.central.bonds.ready(false);
        var wire = pair.connect();
        wire.inject(org.everbond.host.Role.CENTRAL, new byte[] {0x0b, 0x09});
        pair.advance(Duration.ofSeconds(21));
        pair.central.bonds.ready(true);
        pair.run();
        assertThat(wire.central.keys).isEmpty();
        assertThat(wire.central.sent).isEmpty();

        wire.inject(org.everbond.host.Role.CENTRAL, new byte[] {0x0b, 0x09});
        pair.run();
        assertThat(wire.central.keys).containsExactly(OLD);
    }

    @Test
    void encryptWithoutABondSaysSo() {
        var wire = pair.connect();
        assertFails(pair.central.security.encrypt(wire.central), "no key is stored");
        assertFails(pair.peripheral.security.encrypt(wire.peripheral), "no key is stored");
    }

    @Test
    void aSecurityRequestThatNobodyAnswersFailsAfterAWhile() {
        peripheralHolds(OLD);
        Tester.in(pair.central);
        pair.run();
        var wire = Wire.connect(pair.central.identity, pair);
        var encrypted = pair.peripheral.security.encrypt(wire.peripheral);
        pair.advance(Duration.ofSeconds(31));
        assertFails(encrypted, "did not answer the Security Request");
    }

    @Test
    void aLegacyBondEncryptsAsCentralWithItsEdivAndRand() {
        var legacy = new BondSecurity(PairingMethod.UNKNOWN, false, false, 16);
        pair.central.bonds.put(pair.peripheral.identity, legacy, new BondKeys(OLD, 0x1234, 99, null, null, 0, null, 0));
        var tester = Tester.in(pair.peripheral);
        tester.ltk = OLD;
        pair.run();
        var wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        var encrypted = pair.central.security.encrypt(wire.central);
        pair.run();
        assertThat(encrypted.toCompletableFuture()).isCompleted();
        assertThat(wire.central.link().security()).contains(legacy);
    }

    @Test
    void theBondIsKnownFromThePrivateAddressOnAir() {
        var irk = Key.of(new byte[] {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4});
        var bond = pair.peripheral.bonds.put(pair.central.identity, JUST_WORKS, BondKeys.secureConnections(OLD, irk));
        pair.run();
        var onAir = org.everbond.crypto.RandomAddress.resolvable(irk, 12345);
        var wire = Wire.connect(onAir, pair);
        assertThat(wire.peripheral.link().bond()).contains(bond);
        assertThat(pair.peripheral.ports.port.resolve(onAir)).contains(pair.central.identity);
        assertThat(pair.peripheral.ports.port.resolve(DeviceAddress.parse("40:00:00:00:00:01/random"))).isEmpty();
        assertThat(pair.peripheral.bonds.connected).containsExactly(bond.id());
        wire.lose(0x13, 0x13);
        pair.run();
        assertThat(pair.peripheral.bonds.connected).isEmpty();
    }

    @Test
    void whatIsAskedOfAnEndedConnectionFailsWithASentence() {
        centralHolds(OLD);
        var wire = pair.connect();
        wire.lose(0x08, 0x08);
        pair.run();
        assertFails(pair.central.security.encrypt(wire.central), "the connection is over");
        assertFails(pair.central.security.protect(wire.central), "the connection is over");
        assertFails(pair.central.security.pair(wire.central), "the connection is over");
        assertThat(wire.central.link().bond()).isEmpty();
        assertThat(wire.central.link().security()).isEmpty();
    }
}
