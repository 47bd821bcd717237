package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.Key;
import org.everbond.host.Role;
import org.everbond.security.SecurityOptions.Rules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** LE legacy pairing of a device with a lower tester: what fails, and what the keys are worth. */
class LegacyPairingTest {
    @ParameterizedTest
    @EnumSource(Role.class)
    void aRandomThatDoesNotMatchItsConfirmFails(Role role) {
        for (var method : LegacyMethod.values()) {
            var user = method.user();
            var tester = method.tester(role, user);
            assertThat(tester.features(method.features(role, method.authReq(), 16, 7, 7))).isTrue();
            tester.pair.run();
            tester.tk = switch (method) {
                case JUST_WORKS -> LegacyMethod.passkey(1);
                case DEVICE_DISPLAYS -> LegacyMethod.passkey((user.shown + 1) % 1_000_000);
                default -> LegacyMethod.passkey(LegacyMethod.PASSKEY + 1);
            };
            if (role == Role.CENTRAL) {
                tester.takeConfirm();
                tester.raw.send(tester.end(), Tester.value(0x03, tester.confirm(tester.random)));
                tester.raw.send(tester.end(), Tester.value(0x04, tester.random));
            } else {
                tester.raw.send(tester.end(), Tester.value(0x03, tester.confirm(tester.random)));
                tester.raw.send(tester.end(), Tester.value(0x04, tester.random));
            }
            assertThat(tester.deviceEnd().lastSent()).as("%s", method).asHexString().isEqualTo("0504");
            assertNothing(tester);
        }
    }

    /** THREATS A4; SM/CEN/JW/BI-06, SM/CEN/PKE/BI-03. */
    @Test
    void a4_ourOwnConfirmSentBackIsRefusedBeforeOurRandomIsShown() {
        for (var method : LegacyMethod.values()) {
            var tester = method.tester(Role.CENTRAL, method.user());
            tester.features(method.features(Role.CENTRAL, method.authReq(), 16, 7, 7));
            tester.pair.run();
            assertThat(tester.takeConfirm()).isTrue();
            tester.raw.send(tester.end(), Tester.value(0x03, tester.peerConfirm));
            assertThat(tester.received()).as("%s", method).extracting(pdu -> (int) pdu[0]).containsExactly(0x05);
            assertThat(tester.wire.central.lastSent()).asHexString().isEqualTo("0504");
            assertNothing(tester);
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aUserWhoDoesNotTypeEndsThePairing(Role role) {
        for (var typed : List.of(Optional.<Integer>empty(), Optional.of(-1), Optional.of(1_000_000))) {
            var user = LegacyMethod.PEER_DISPLAYS.user();
            user.types = typed;
            user.says = typed.isPresent();
            var tester = LegacyMethod.PEER_DISPLAYS.tester(role, user);
            tester.features(LegacyMethod.PEER_DISPLAYS.features(role, 5, 16, 7, 7));
            tester.pair.run();
            assertThat(tester.deviceEnd().lastSent()).asHexString().isEqualTo("0501");
            assertNothing(tester);
        }
    }

    /** The peer's user has typed before ours has: the peer tells of each key, and of the end, while we wait for our user. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void whenBothTypeTheFasterUserIsHeardOf(Role role) {
        var user = LegacyMethod.BOTH_TYPE.user();
        user.slow = true;
        var tester = LegacyMethod.BOTH_TYPE.tester(role, user);
        assertThat(tester.features(LegacyMethod.BOTH_TYPE.features(role, 0x15, 16, 7, 7))).isTrue();
        tester.pair.run();
        for (var keypress : List.of("0e00", "0e01", "0e04")) {
            tester.raw.send(tester.end(), keypress);
        }
        assertThat(user.heard).containsSubsequence("STARTED", "DIGIT_ENTERED", "COMPLETED");
        user.enter();
        tester.pair.run();
        tester.tk = LegacyMethod.passkey(LegacyMethod.PASSKEY);
        for (int left = 2; left > 0; left--) {
            assertThat(tester.raw.next()).as("that our user types is told, too").startsWith(0x0e);
        }
        assertThat(tester.authenticate()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aTemporaryKeyOfZerosIsNone(Role role) {
        var user = LegacyMethod.OUT_OF_BAND.user();
        user.oobData = LegacyMethod.temporaryKey(Key.ZERO);
        var tester = LegacyMethod.OUT_OF_BAND.tester(role, user);
        tester.features(LegacyMethod.OUT_OF_BAND.features(role, 5, 16, 7, 7));
        tester.pair.run();
        assertThat(tester.deviceEnd().lastSent()).asHexString().isEqualTo("0502");
        assertNothing(tester);
    }

    /** SM/CEN+PER/OOB/BV-03..10: data at one side only is not used; the key is as authenticated as the method that ran. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void outOfBandDataAtOneSideOnlyIsNotUsed(Role role) {
        var user = LegacyMethod.OUT_OF_BAND.user();
        var tester = LegacyMethod.OUT_OF_BAND.tester(role, user);
        tester.tk = Key.ZERO;
        assertThat(tester.features(LegacyMethod.JUST_WORKS.features(role, 1, 16, 7, 7))).isTrue();
        assertThat(tester.authenticate()).isTrue();
        tester.distribute(tester.ownKeys());
        assertThat(tester.device.bonds.list().get(0).security())
                .isEqualTo(new BondSecurity(PairingMethod.JUST_WORKS, false, false, 16));
    }

    @Test
    void aPasskeyIsNewEachTime() {
        var shown = new HashSet<Integer>();
        for (int i = 0; i < 20; i++) {
            var user = LegacyMethod.DEVICE_DISPLAYS.user();
            var tester = LegacyMethod.DEVICE_DISPLAYS.tester(Role.CENTRAL, user);
            tester.features(LegacyMethod.DEVICE_DISPLAYS.features(Role.CENTRAL, 5, 16, 7, 7));
            tester.pair.run();
            shown.add(user.shown);
        }
        assertThat(shown).hasSizeGreaterThan(17).allMatch(number -> number >= 0 && number < 1_000_000);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void anLtkOfZerosIsRejected(Role role) {
        var user = LegacyMethod.JUST_WORKS.user();
        var tester = LegacyMethod.JUST_WORKS.tester(role, user);
        LegacyMethod.JUST_WORKS.authenticate(tester, user, LegacyMethod.JUST_WORKS.features(role, 1, 16, 7, 7));
        tester.raw.send(tester.end(), Tester.value(0x06, new byte[16]));
        assertThat(tester.deviceEnd().lastSent()).asHexString().isEqualTo("050F");
        assertNothing(tester);
    }

    /** By the rules of Core 5.4 a passkey still authenticates, and bonds made then are seen so. */
    @Test
    void whatAPasskeyIsWorthIsAMatterOfTheRules() {
        for (var rules : Rules.values()) {
            var user = LegacyMethod.DEVICE_DISPLAYS.user();
            var tester = LegacyMethod.DEVICE_DISPLAYS.tester(Role.PERIPHERAL, user);
            tester.device.security.options(LegacyTester.allowing().with(options -> options.rules(rules)));
            LegacyMethod.DEVICE_DISPLAYS.authenticate(tester, user, LegacyMethod.DEVICE_DISPLAYS.features(Role.PERIPHERAL, 5, 16, 7, 7));
            tester.distribute(tester.ownKeys());
            var bond = tester.device.bonds.list().get(0);
            assertThat(bond.security().authenticated()).isEqualTo(rules == Rules.CORE_5_4);
            assertThat(tester.wire.peripheral.link().security()).contains(bond.security());
            tester.device.security.options(LegacyTester.allowing().with(options -> options.rules(Rules.CORE_5_4)));
            assertThat(tester.device.bonds.list().get(0).security().authenticated()).isTrue();
        }
    }

    /** SM/PER/KDU/BV-07: the link is encrypted anew with the key that was just distributed. */
    @Test
    void theCentralEncryptsAnewWithTheKeyThatItHasJustGot() {
        var user = LegacyMethod.JUST_WORKS.user();
        for (int keys : new int[] {1, 7}) {
            var tester = LegacyMethod.JUST_WORKS.tester(Role.PERIPHERAL, user);
            LegacyMethod.JUST_WORKS.authenticate(tester, user, LegacyMethod.JUST_WORKS.features(Role.PERIPHERAL, 1, 16, keys, 7));
            var name = LegacyTester.name(tester.received().get(1));
            tester.distribute(tester.ownKeys());
            var ltk = tester.device.bonds.local().orElseThrow().ltk(name);
            tester.wire.central.encrypt(ltk, name.rand(), name.ediv());
            tester.pair.run();
            assertThat(tester.wire.peripheral.keys).containsExactly(tester.stk, ltk);
            assertThat(tester.wire.isOpen()).isTrue();
            assertThat(tester.wire.peripheral.link().security()).isPresent();
            assertThat(tester.device.bonds.previousLtk(tester.device.bonds.list().get(0).id())).isEmpty();
        }
    }

    @Test
    void aPeerThatCannotBeRecognisedKeepsItsKeysAsLongAsTheLink() {
        var pair = new Pair();
        var tester = new LegacyTester(pair, Role.PERIPHERAL);
        tester.device.agent = Optional.of(LegacyMethod.JUST_WORKS.user());
        tester.wire = new Wire(
                pair.central, pair.peripheral, org.everbond.crypto.DeviceAddress.parse("40:00:00:00:00:01/random"),
                pair.peripheral.identity);
        pair.run();
        assertThat(tester.features("01030001100101")).isTrue();
        assertThat(tester.authenticate()).isTrue();
        var name = LegacyTester.name(tester.received().get(1));
        tester.distribute(1);
        assertThat(tester.device.bonds.list()).isEmpty();
        var ltk = tester.device.bonds.local().orElseThrow().ltk(name);
        tester.wire.central.encrypt(ltk, name.rand(), name.ediv());
        pair.run();
        assertThat(tester.wire.peripheral.keys).containsExactly(tester.stk, ltk);
        tester.wire.lose(0x13, 0x13);
        pair.run();
        tester.connect();
        tester.wire.central.encrypt(ltk, name.rand(), name.ediv());
        pair.run();
        assertThat(tester.wire.peripheral.keys).isEmpty();
        assertThat(tester.wire.peripheral.refused).isTrue();
    }

    private static void assertNothing(LegacyTester tester) {
        assertThat(tester.device.bonds.commits).isZero();
        assertThat(tester.device.heard(SecurityEvent.PairingFailed.class)).hasSize(1);
        assertThat(tester.device.heard(SecurityEvent.Paired.class)).isEmpty();
        assertThat(tester.deviceEnd().link().security()).isEmpty();
    }
}
