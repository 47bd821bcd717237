package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.BondingTest.JUST_WORKS;
import static org.everbond.security.BondingTest.NUMERIC;
import static org.everbond.security.BondingTest.OLD;
import static org.everbond.security.BondingTest.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.Key;
import org.everbond.crypto.OctetOrder;
import org.everbond.crypto.P256;
import org.everbond.crypto.PublicKey;
import org.everbond.crypto.Toolbox;
import org.everbond.host.Role;
import org.everbond.security.SecurityEvent.BondLost;
import org.everbond.security.SecurityOptions.JustWorks;
import org.everbond.security.SecurityOptions.Replace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The known attacks, by their row in the threat model, against a device that an attacker with raw SMP talks to. */
class ThreatsTest {
    /** SC, bonding, identity keys both ways, 16 octets, NoInputNoOutput. */
    private static final String REQUEST = "01030009100202";

    private static final String RESPONSE = "02030009100202";

    private final Pair pair = new Pair();
    private Tester attacker;
    private Wire wire;
    private CompletionStage<PairingResult> asked;

    /** Puts the attacker at the other end of a link with the device in this role. */
    private Device device(Role role) {
        attacker = Tester.in(role == Role.CENTRAL ? pair.peripheral : pair.central);
        pair.run();
        wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
        return role == Role.CENTRAL ? pair.central : pair.peripheral;
    }

    /** Starts a pairing up to the point where the attacker is to send its public key; gives the device's if it came. */
    private void untilPublicKey(Role role) {
        if (role == Role.CENTRAL) {
            asked = pair.pair(wire);
            attacker.next();
            attacker.send(wire.peripheral, RESPONSE);
            attacker.peer = PublicKey.ofLittleEndian(attacker.next(), 1);
        } else {
            attacker.send(wire.central, REQUEST);
            attacker.next();
        }
    }

    private Wire.End attackersEnd(Role role) {
        return role == Role.CENTRAL ? wire.peripheral : wire.central;
    }

    private void assertRefused(Device device, String answer) {
        assertThat(attacker.last()).asHexString().isEqualToIgnoringCase(answer);
        assertThat(device.bonds.commits).isZero();
        assertThat(device.heard(SecurityEvent.PairingFailed.class)).hasSize(1);
        assertThat(device.heard(SecurityEvent.Paired.class)).isEmpty();
        assertThat(attacker.keyRequests).isZero();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void theTesterItselfPairs(Role role) {
        var device = device(role);
        if (role == Role.CENTRAL) {
            pair.pair(wire);
            assertThat(attacker.respond(wire, RESPONSE)).isTrue();
            attacker.send(wire.peripheral, Tester.value(0x08, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
            attacker.send(wire.peripheral, "0901" + "020000eeffc0");
        } else {
            attacker.pairAsCentral(wire, REQUEST);
            attacker.send(wire.central, Tester.value(0x08, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
            attacker.send(wire.central, "0901" + "010000eeffc0");
        }
        pair.run();
        assertThat(device.bonds.list()).hasSize(1);
        assertThat(device.bonds.ltkOf(device.bonds.list().get(0).identity())).contains(attacker.ltk);
    }

    @Test
    void a1_pointsThatAreNotOnTheCurveAreRefused() {
        var random = new Random(1);
        for (int i = 0; i < 100; i++) {
            var role = i % 2 == 0 ? Role.CENTRAL : Role.PERIPHERAL;
            var fresh = new ThreatsTest();
            var device = fresh.device(role);
            fresh.untilPublicKey(role);
            var x = new byte[32];
            var y = new byte[32];
            random.nextBytes(x);
            random.nextBytes(y);
            fresh.attacker.send(fresh.attackersEnd(role), Tester.publicKey(PublicKey.of(x, y)));
            fresh.assertRefused(device, "050b");
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a2_ourOwnPublicKeySentBackIsRefused(Role role) {
        var device = device(role);
        if (role == Role.PERIPHERAL) {
            // The peripheral shows its key after the attacker's; only an earlier one could be echoed, and none is used twice.
            untilPublicKey(role);
            attacker.send(wire.central, Tester.publicKey(attacker.own.publicKey()));
            var earlier = PublicKey.ofLittleEndian(attacker.next(), 1);
            attacker.next();
            attacker.send(wire.central, "0508");
            untilPublicKey(role);
            attacker.send(wire.central, Tester.publicKey(earlier));
            assertThat(PublicKey.ofLittleEndian(attacker.next(), 1).sameX(earlier)).isFalse();
            assertThat(device.bonds.commits).isZero();
            return;
        }
        untilPublicKey(role);
        attacker.send(wire.peripheral, Tester.publicKey(attacker.peer));
        assertRefused(device, "050b");
        assertFails(asked, "our own public key");
    }

    @Test
    void a3_ourXWithAnotherYIsRefused() {
        var device = device(Role.CENTRAL);
        untilPublicKey(Role.CENTRAL);
        var p = new java.math.BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
        var turned = p.subtract(new java.math.BigInteger(1, attacker.peer.y())).toByteArray();
        var y = new byte[32];
        System.arraycopy(turned, Math.max(0, turned.length - 32), y, Math.max(0, 32 - turned.length), Math.min(32, turned.length));
        var reflected = PublicKey.of(attacker.peer.x(), y);
        assertThat(reflected.isValid()).isTrue();
        attacker.send(wire.peripheral, Tester.publicKey(reflected));
        assertRefused(device, "050b");
    }

    /** A5 is the whole of {@link PairingMatrixTest}; here the two cells that were attacks. */
    @Test
    void a5_noStepCanBeLeftOut() {
        var device = device(Role.PERIPHERAL);
        untilPublicKey(Role.PERIPHERAL);
        attacker.send(wire.central, Tester.value(0x0d, new byte[16]));
        assertRefused(device, "0508");
        var second = new ThreatsTest();
        var other = second.device(Role.CENTRAL);
        second.untilPublicKey(Role.CENTRAL);
        second.attacker.send(second.wire.peripheral, Tester.value(0x04, new byte[16]));
        second.assertRefused(other, "0508");
    }

    @Test
    void a6_encryptionBeforeTheDhKeyCheckIsRefused() {
        var device = device(Role.PERIPHERAL);
        untilPublicKey(Role.PERIPHERAL);
        attacker.send(wire.central, Tester.publicKey(attacker.own.publicKey()));
        wire.central.encrypt(Key.of(new byte[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}), 0, 0);
        pair.run();
        assertThat(wire.peripheral.keys).isEmpty();
        assertThat(wire.peripheral.refused).as("there is no bond: a negative reply is true").isTrue();
        assertRefused(device, "0508");
        // And an Encryption Change out of nothing means nothing.
        wire.encryptionChanged(Role.PERIPHERAL, 0, true);
        assertThat(wire.peripheral.link().security()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a6b_aWrongDhKeyCheckIsRefused(Role role) {
        for (int bit = 0; bit < 128; bit += 17) {
            var fresh = new ThreatsTest();
            var device = fresh.device(role);
            if (role == Role.CENTRAL) {
                pair.run();
                fresh.pair.pair(fresh.wire);
                fresh.attacker.respondUntilRandom(fresh.wire, RESPONSE);
                var check = fresh.attacker.checkAsPeripheral(fresh.wire);
                check[bit / 8] ^= 1 << bit % 8;
                fresh.attacker.send(fresh.wire.peripheral, Tester.value(0x0d, check));
            } else {
                fresh.untilPublicKey(role);
                fresh.attacker.send(fresh.wire.central, Tester.publicKey(fresh.attacker.own.publicKey()));
                fresh.attacker.peer = PublicKey.ofLittleEndian(fresh.attacker.next(), 1);
                fresh.attacker.send(fresh.wire.central, Tester.value(0x04, fresh.attacker.nonce));
                fresh.attacker.send(fresh.wire.central, Tester.value(0x0d, new byte[16]));
            }
            fresh.assertRefused(device, "050b");
        }
    }

    @Test
    void a6c_aWrongConfirmValueIsRefused() {
        var device = device(Role.CENTRAL);
        untilPublicKey(Role.CENTRAL);
        attacker.send(wire.peripheral, Tester.publicKey(attacker.own.publicKey()));
        attacker.send(wire.peripheral, Tester.value(0x03, new byte[16]));
        attacker.send(wire.peripheral, Tester.value(0x04, attacker.nonce));
        assertRefused(device, "0504");
    }

    /** Bad input of a peer or of a broken P-256: all ones, all zeros (the stand-in for the point at infinity), coordinates beyond the field. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void a1_publicKeysOfAllOnesAndAllZerosAreRefused(Role role) {
        for (var coordinate : List.of("ff".repeat(32), "00".repeat(32),
                "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")) {
            var fresh = new ThreatsTest();
            var device = fresh.device(role);
            fresh.untilPublicKey(role);
            var octets = HexFormat.of().parseHex(coordinate);
            fresh.attacker.send(fresh.attackersEnd(role), Tester.publicKey(PublicKey.of(octets, octets)));
            fresh.assertRefused(device, "050b");
        }
    }

    /** A7: at no moment of a pairing does an LTK request get a key that no finished phase produced. */
    @Test
    void a7_ltkRequestAtEveryMomentOfAPairing() {
        for (int moment = 0; moment < 6; moment++) {
            for (long rand : new long[] {0, 5}) {
                var fresh = new ThreatsTest();
                var device = fresh.device(Role.PERIPHERAL);
                fresh.attackUpTo(moment);
                fresh.wire.central.encrypt(Key.ZERO, rand, (int) rand);
                fresh.pair.run();
                boolean checked = moment == 5;
                if (checked && rand == 0) {
                    assertThat(fresh.wire.peripheral.keys).containsExactly(fresh.attacker.ltk);
                } else {
                    assertThat(fresh.wire.peripheral.keys).as("moment %d", moment).isEmpty();
                    assertThat(device.bonds.commits).isZero();
                }
                assertThat(fresh.wire.peripheral.link().security()).isEmpty();
            }
        }
    }

    private void attackUpTo(int moment) {
        if (moment > 0) {
            attacker.send(wire.central, REQUEST);
            attacker.request = OctetOrder.reversed(OctetOrder.reversed(java.util.HexFormat.of().parseHex(REQUEST)));
            attacker.response = attacker.next();
        }
        if (moment > 1) {
            attacker.send(wire.central, Tester.publicKey(attacker.own.publicKey()));
            attacker.peer = PublicKey.ofLittleEndian(attacker.next(), 1);
            attacker.next();
        }
        if (moment > 2) {
            attacker.send(wire.central, Tester.value(0x04, attacker.nonce));
            attacker.peerNonce = Tester.value(attacker.next());
            attacker.derive(attacker.nonce, attacker.peerNonce, wire.central.ownAddress(), wire.peripheral.ownAddress());
        }
        if (moment == 4) {
            attacker.send(wire.central, Tester.value(0x0d, new byte[16]));
        }
        if (moment == 5) {
            attacker.send(wire.central, Tester.value(0x0d, attacker.checkAsCentral(wire)));
        }
    }

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

        var other = new ThreatsTest();
        other.pair.central.bonds.put(other.pair.peripheral.identity, JUST_WORKS, BondKeys.secureConnections(Key.ZERO, null));
        other.device(Role.CENTRAL);
        var encrypted = other.pair.central.security.encrypt(other.wire.central);
        other.pair.run();
        assertFails(encrypted, "holds no key to encrypt with");
        assertThat(other.wire.central.keys).isEmpty();
    }

    /** A12 for Just Works: what is achieved is compared with what is required; the whole matrix is in DecisionsTest. */
    @ParameterizedTest
    @CsvSource({"CENTRAL,AUTHENTICATED", "CENTRAL,SECURE", "PERIPHERAL,AUTHENTICATED", "PERIPHERAL,SECURE"})
    void a12_lessThanRequiredMakesNoBond(Role role, SecurityLevel level) {
        var device = device(role);
        device.security.options(Device.with(level, JustWorks.ACCEPT, Replace.SAME_OR_STRONGER));
        if (role == Role.CENTRAL) {
            pair.pair(wire);
            attacker.next();
            attacker.send(wire.peripheral, RESPONSE);
        } else {
            attacker.send(wire.central, REQUEST);
        }
        assertRefused(device, "0503");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a13_justWorksUnderAHighRequestIsNotAuthenticated(Role role) {
        var device = device(role);
        if (role == Role.CENTRAL) {
            pair.pair(wire);
            attacker.respond(wire, "0203000d100000");
        } else {
            attacker.pairAsCentral(wire, "0104000d100000");
        }
        pair.run();
        var link = (role == Role.CENTRAL ? wire.central : wire.peripheral).link();
        assertThat(link.security()).contains(new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16));
        assertThat(device.bonds.list()).allSatisfy(bond -> assertThat(bond.security().authenticated()).isFalse());
        assertThat(device.bonds.list()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a18_theDebugKeyIsRefused(Role role) {
        var device = device(role);
        untilPublicKey(role);
        attacker.send(attackersEnd(role), Tester.publicKey(PublicKey.DEBUG));
        assertRefused(device, "050b");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a19_pairingFailedInPhaseThreeTakesTheHalfBondBackAndLeavesTheOldOne(Role role) {
        for (boolean hadBond : new boolean[] {false, true}) {
            var fresh = new Pair();
            var device = role == Role.CENTRAL ? fresh.central : fresh.peripheral;
            var peer = role == Role.CENTRAL ? fresh.peripheral : fresh.central;
            if (hadBond) {
                device.bonds.put(peer.identity, JUST_WORKS, BondKeys.secureConnections(OLD, null));
            }
            var link = fresh.connect();
            fresh.central.security.pair(link.central);
            device.gate.close();
            while (device.bonds.commits == 0 || device.gate.next().equals("commit")) {
                fresh.run();
                device.gate.step();
                fresh.run();
            }
            boolean bonded = !device.heard(SecurityEvent.Paired.class).isEmpty();
            link.inject(role, new byte[] {0x05, 0x0f});
            device.gate.open();
            fresh.run();
            if (!bonded) {
                assertThat(device.bonds.ltkOf(peer.identity)).isEqualTo(
                        hadBond ? java.util.Optional.of(OLD) : java.util.Optional.empty());
                assertThat(device.heard(SecurityEvent.Paired.class)).isEmpty();
            } else {
                assertThat(role).isEqualTo(Role.PERIPHERAL);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a20_noiseNeitherEscapesNorBonds(Role role) {
        var random = new Random(20);
        for (int i = 0; i < 3000; i++) {
            if (i % 100 == 0) {
                device(role);
            }
            var device = role == Role.CENTRAL ? pair.central : pair.peripheral;
            var sdu = new byte[random.nextInt(70)];
            random.nextBytes(sdu);
            if (sdu.length > 0 && i % 3 != 0) {
                sdu[0] = (byte) (1 + random.nextInt(15));
            }
            wire.inject(role, sdu);
            pair.run();
            assertThat(device.bonds.commits).isZero();
            assertThat(device.heard(SecurityEvent.Paired.class)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a20_otherLengthsEndThePairing(Role role) {
        for (int code = 1; code <= 0x0e; code++) {
            for (int more : new int[] {-1, 1}) {
                var fresh = new ThreatsTest();
                var device = fresh.device(role);
                fresh.untilPublicKey(role);
                var right = PairingMatrixTest.sample(code);
                fresh.attacker.send(fresh.attackersEnd(role), java.util.Arrays.copyOf(right, right.length + more));
                fresh.assertRefused(device, "050a");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a22_nobodyPairsUnasked(Role role) {
        var device = device(role);
        device.security.bondable(false);
        attacker.send(attackersEnd(role), role == Role.CENTRAL ? "0b09" : REQUEST);
        assertRefused(device, "0505");
        assertThat(device.heard(SecurityEvent.PairingFailed.class).get(0).cause())
                .hasMessageContaining("not bondable")
                .hasMessageContaining(attackersEnd(role).ownAddress().toString());
        assertThat(device.heard(SecurityEvent.PairingStarted.class)).isEmpty();

        for (int i = 0; i < 100; i++) {
            attacker.send(attackersEnd(role), role == Role.CENTRAL ? "0b09" : REQUEST);
        }
        assertThat(device.heard(SecurityEvent.PairingFailed.class)).as("of what is asked again and again").hasSize(16);
    }

    private Bond bonded(Role role, BondSecurity security) {
        var device = role == Role.CENTRAL ? pair.central : pair.peripheral;
        var peer = role == Role.CENTRAL ? pair.peripheral : pair.central;
        return device.bonds.put(peer.identity, security, BondKeys.secureConnections(OLD, null));
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
            var fresh = new ThreatsTest();
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
        assertThat((role == Role.CENTRAL ? pair.central : pair.peripheral).heard(SecurityEvent.EncryptionChanged.class))
                .extracting(event -> event.security().isPresent())
                .containsExactly(true, false);
    }

    /** P9: nothing that a person or a log can see shows a key. */
    @Test
    void p9_nothingThatIsToldShowsAKey() {
        pair.pair(wire = pair.connect());
        var ltk = pair.central.bonds.ltkOf(pair.peripheral.identity).orElseThrow();
        var hex = java.util.HexFormat.of();
        for (var device : List.of(pair.central, pair.peripheral)) {
            var local = device.bonds.local().orElseThrow();
            for (var key : List.of(ltk, local.irk(), local.ir())) {
                assertThat(device.events.toString()).doesNotContain(hex.formatHex(key.octets()));
            }
        }
        assertThat(Toolbox.irk(ltk).toString()).isEqualTo("Key[hidden]");
    }
}
