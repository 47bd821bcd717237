package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.assertFails;

import java.util.List;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.crypto.Key;
import org.everbond.host.Role;
import org.everbond.security.SecurityOptions.Rules;
import org.everbond.security.internal.policy.Candidate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is known against LE legacy pairing and its keys, by the row in the threat model. */
class LegacyThreatsTest {
    private static final BondSecurity PASSKEY = new BondSecurity(PairingMethod.PASSKEY_ENTRY, false, true, 16);
    private static final BondSecurity JUST_WORKS = new BondSecurity(PairingMethod.JUST_WORKS, false, false, 16);

    private static String request(Role role) {
        return LegacyMethod.JUST_WORKS.features(role, 1, 16, 7, 7);
    }

    /** A11, too: in Secure Connections Only Mode and where level 4 is asked for, nobody can allow it. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void a17_newLegacyPairingsAreRefusedUnlessAllowed(Role role) {
        var safe = Device.accepting();
        for (var options : List.of(
                safe,
                safe.with(change -> change.legacy(true).secureConnectionsOnly(true)),
                safe.with(change -> change.legacy(true).minimumLevel(SecurityLevel.SECURE)))) {
            var tester = new LegacyTester(new Pair(), role);
            tester.device.security.options(options);
            tester.connect();
            tester.features(request(role));
            assertThat(tester.deviceEnd().lastSent()).asHexString().isEqualTo("0503");
            assertThat(tester.device.bonds.commits).isZero();
            assertThat(tester.device.heard(SecurityEvent.PairingFailed.class)).singleElement().satisfies(failed ->
                    assertThat(failed.cause()).hasMessageContaining("LE legacy pairing").hasMessageContaining("; "));
        }
    }

    @Test
    void a17_aLegacyBondThatIsThereWorksOnAndIsShownAsWhatItIs() {
        var tester = new LegacyTester(new Pair(), Role.PERIPHERAL);
        var local = tester.device.bonds.local().orElseThrow();
        var name = local.legacyName(1, 1, 16, false);
        var bond = tester.device.bonds.put(
                tester.other().identity, JUST_WORKS, new BondKeys(LegacyTester.LTK, 1, 1, null, null, 0, null, 0, name));
        tester.device.security.options(SecurityOptions.DEFAULT);
        tester.connect();
        tester.end().encrypt(local.ltk(name), name.rand(), name.ediv());
        tester.pair.run();
        assertThat(tester.deviceEnd().link().security()).contains(bond.security());
        assertThat(bond.security().secureConnections()).isFalse();
        assertThat(tester.deviceEnd().link().level()).isEqualTo(SecurityLevel.ENCRYPTED);
    }

    @Test
    void a14_bondsAreJudgedByTheRulesOfTodayAndWorkOn() {
        for (var rules : Rules.values()) {
            var tester = new LegacyTester(new Pair(), Role.CENTRAL);
            tester.device.bonds.put(
                    tester.other().identity, PASSKEY, new BondKeys(LegacyTester.LTK, 1, 1, null, null, 0, null, 0));
            tester.device.security.options(Device.accepting().with(options -> options.rules(rules)));
            tester.connect();
            tester.raw.ltk = LegacyTester.LTK;
            tester.device.security.encrypt(tester.wire.central);
            tester.pair.run();
            var level = rules == Rules.CORE_6_2 ? SecurityLevel.ENCRYPTED : SecurityLevel.AUTHENTICATED;
            assertThat(tester.device.bonds.list().get(0).security().level()).isEqualTo(level);
            assertThat(tester.wire.central.link().level()).isEqualTo(level);
        }
    }

    /** Only a passkey counts for less, and nothing ever counts for more. */
    @Test
    void a14_whatCountsByWhichRules() {
        for (var method : PairingMethod.values()) {
            for (int bits = 0; bits < 4; bits++) {
                var made = new BondSecurity(method, (bits & 1) != 0, (bits & 2) != 0, 16);
                assertThat(Rules.CORE_5_4.judge(made)).isEqualTo(made);
                var judged = Rules.CORE_6_2.judge(made);
                boolean sure = made.secureConnections() || method == PairingMethod.OUT_OF_BAND;
                assertThat(judged.authenticated()).isEqualTo(made.authenticated() && sure);
                assertThat(Rules.CORE_6_2.judge(judged)).isEqualTo(judged);
                assertThat(judged.secureConnections()).isEqualTo(made.secureConnections());
            }
        }
    }

    /** SM/PER/KDU/BI-02. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void a19_aRejectedKeyTakesTheHalfBondBackAndLeavesTheOldOne(Role role) {
        for (boolean hadBond : new boolean[] {true, false}) {
            for (int sent = 0; sent < 5; sent++) {
                var tester = LegacyMethod.JUST_WORKS.tester(role, LegacyMethod.JUST_WORKS.user());
                var old = new BondKeys(
                        LegacyTester.key(1), 1, 1, null, null, 0, null, 0,
                        tester.device.bonds.local().orElseThrow().legacyName(1, 1, 16, false));
                if (hadBond) {
                    tester.device.bonds.put(tester.other().identity, JUST_WORKS, old);
                }
                tester.connect();
                assertThat(tester.features(request(role))).isTrue();
                assertThat(tester.authenticate()).isTrue();
                tester.keyPdus(7).subList(0, sent).forEach(pdu -> tester.raw.send(tester.end(), pdu));
                tester.raw.send(tester.end(), "050f");
                assertThat(tester.device.heard(SecurityEvent.Paired.class)).isEmpty();
                assertThat(tester.device.bonds.list()).hasSize(hadBond ? 1 : 0);
                if (hadBond) {
                    assertThat(tester.device.bonds.keys(tester.device.bonds.list().get(0).id())).contains(old);
                }
            }
        }
    }

    /** A legacy pairing never takes the place of a bond by LE Secure Connections. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void b2_noLegacyPairingReplacesASecureConnectionsBond(Role role) {
        for (var made : List.of(Pair.JUST_WORKS, Pair.NUMERIC)) {
            var tester = LegacyMethod.JUST_WORKS.tester(role, LegacyMethod.JUST_WORKS.user());
            tester.device.bonds.put(tester.other().identity, made, BondKeys.secureConnections(LegacyTester.LTK, null));
            tester.connect();
            tester.features(request(role));
            assertThat(tester.deviceEnd().lastSent()).asHexString().isEqualTo("0503");
            assertThat(tester.device.bonds.ltkOf(tester.other().identity)).contains(LegacyTester.LTK);
        }
    }

    /** B5, B7, B8: the one function that says for what a stored key is good. */
    @Test
    void b5_aKeyThatWeDistributedIsGoodForNothingButItsName() {
        var pair = new Pair();
        var local = pair.central.bonds.local().orElseThrow();
        var name = local.legacyName(1, 0x7700, 10, true);
        var bond = pair.central.bonds.put(
                pair.peripheral.identity, JUST_WORKS, new BondKeys(null, 0, 0, null, null, 0, null, 0, name));
        var keys = pair.central.bonds.keys(bond.id()).orElseThrow();
        var key = Candidate.distributed(bond, keys, java.util.Optional.empty(), name, true, local).orElseThrow();
        assertThat(key.isUsable()).isTrue();
        assertThat(key.answers(name.rand(), name.ediv())).isTrue();
        assertThat(key.answers(name.rand(), name.ediv() ^ 1)).isFalse();
        assertThat(key.answers(0, 0)).isFalse();
        assertThat(key.encrypts()).as("it is the peer's to start with").isFalse();
        assertThat(key.security()).isEqualTo(new BondSecurity(PairingMethod.JUST_WORKS, false, true, 10));
        for (var other : List.of(
                new LegacyName(name.ediv() ^ 1, name.rand()),
                new LegacyName(name.ediv(), name.rand() ^ 0x100),
                new LegacyName(0, 0),
                new LegacyName(name.ediv(), 5))) {
            assertThat(Candidate.distributed(bond, keys, java.util.Optional.empty(), other, false, local)).isEmpty();
        }
        assertThat(key.toString()).doesNotContain("Key[");
    }

    @Test
    void b7_oneBondsNameIsNothingToAnother() {
        var tester = new LegacyTester(new Pair(), Role.PERIPHERAL);
        var bonds = tester.device.bonds;
        var local = bonds.local().orElseThrow();
        var others = local.legacyName(2, 2, 16, false);
        bonds.put(tester.other().identity, JUST_WORKS, new BondKeys(null, 0, 0, null, null, 0, null, 0, local.legacyName(1, 1, 16, false)));
        bonds.put(
                org.everbond.crypto.DeviceAddress.parse("C0:FF:EE:00:00:03/random"), JUST_WORKS,
                new BondKeys(null, 0, 0, null, null, 0, null, 0, others));
        tester.connect();
        // The other peer knows its own key, and pretends to be this one.
        tester.end().encrypt(local.ltk(others), others.rand(), others.ediv());
        tester.pair.run();
        assertThat(tester.deviceEnd().keys).isEmpty();
        assertThat(tester.deviceEnd().link().security()).isEmpty();
    }

    @Test
    void b8_eachLtkIsUsedInTheRoleThatItWasDistributedFor() {
        var tester = new LegacyTester(new Pair(), Role.PERIPHERAL);
        var local = tester.device.bonds.local().orElseThrow();
        var ours = local.legacyName(1, 1, 16, false);
        tester.device.bonds.put(
                tester.other().identity, JUST_WORKS,
                new BondKeys(LegacyTester.LTK, LegacyTester.EDIV, LegacyTester.RAND, null, null, 0, null, 0, ours));
        tester.connect(Role.PERIPHERAL);
        tester.wire.central.encrypt(LegacyTester.LTK, LegacyTester.RAND, LegacyTester.EDIV);
        tester.pair.run();
        assertThat(tester.wire.peripheral.keys).as("the peer's key answers nothing").isEmpty();
        tester.connect(Role.CENTRAL);
        tester.raw.ltk = LegacyTester.LTK;
        tester.device.security.encrypt(tester.wire.central);
        tester.pair.run();
        assertThat(tester.wire.central.keys).as("the peer's key, never ours").containsExactly(LegacyTester.LTK);
    }

    @Test
    void aForgottenBondsKeyIsDead() {
        var tester = LegacyMethod.JUST_WORKS.tester(Role.PERIPHERAL, LegacyMethod.JUST_WORKS.user());
        assertThat(tester.features(request(Role.PERIPHERAL))).isTrue();
        assertThat(tester.authenticate()).isTrue();
        tester.distribute(7);
        var bonds = tester.device.bonds;
        var name = bonds.keys(bonds.list().get(0).id()).orElseThrow().legacy();
        Key ltk = bonds.local().orElseThrow().ltk(name);
        bonds.forget(bonds.list().get(0).id());
        tester.wire.central.encrypt(ltk, name.rand(), name.ediv());
        tester.pair.run();
        assertThat(tester.wire.peripheral.refused).as("on the link that it was made on").isTrue();
        tester.connect(Role.PERIPHERAL);
        tester.wire.central.encrypt(ltk, name.rand(), name.ediv());
        tester.pair.run();
        assertThat(tester.wire.peripheral.refused).as("on the next one").isTrue();
        assertThat(tester.wire.peripheral.keys).isEmpty();
        assertThat(bonds.hasDiv(bonds.local().orElseThrow().div(name))).isFalse();
        assertFails(tester.device.security.encrypt(tester.wire.peripheral), "no key is stored");
    }

    @Test
    void noTwoBondsHaveTheSameDiv() {
        var pair = new Pair();
        var local = pair.peripheral.bonds.local().orElseThrow();
        // All keys but one are taken.
        for (int div = 0; div < 1 << 16; div++) {
            if (div != 0xbeef) {
                pair.peripheral.bonds.taken.add(div);
            }
        }
        var tester = new LegacyTester(pair, Role.PERIPHERAL);
        tester.connect();
        assertThat(tester.features(request(Role.PERIPHERAL))).isTrue();
        assertThat(tester.authenticate()).isTrue();
        tester.distribute(7);
        var name = pair.peripheral.bonds.keys(pair.peripheral.bonds.list().get(0).id()).orElseThrow().legacy();
        assertThat(local.div(name)).isEqualTo(0xbeef);
        pair.peripheral.bonds.taken.add(0xbeef);
        var next = new LegacyTester(pair, Role.PERIPHERAL);
        next.connect();
        assertThat(next.features(request(Role.PERIPHERAL))).isTrue();
        next.authenticate();
        assertThat(next.deviceEnd().lastSent()).asHexString().isEqualTo("0508");
        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.cause()).hasMessageContaining("forget some"));
    }
}
