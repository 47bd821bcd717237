package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.JUST_WORKS;
import static org.everbond.security.Pair.OLD;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.Key;
import org.everbond.crypto.PublicKey;
import org.everbond.crypto.Toolbox;
import org.everbond.host.Role;
import org.everbond.security.SecurityOptions.JustWorks;
import org.everbond.security.SecurityOptions.Replace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The known attacks on a pairing, by their row in the threat model. */
class ThreatsTest extends Attack {
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

    /** A5 is the whole of {@link PairingMatrixTest}; here the two cells that were attacks. */
    @Test
    void a5_noStepCanBeLeftOut() {
        var device = device(Role.PERIPHERAL);
        untilPublicKey(Role.PERIPHERAL);
        attacker.send(wire.central, Tester.value(0x0d, new byte[16]));
        assertRefused(device, "0508");
        var second = new Attack();
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
            var fresh = new Attack();
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

    /** A7: at no moment of a pairing does an LTK request get a key that no finished phase produced. */
    @Test
    void a7_ltkRequestAtEveryMomentOfAPairing() {
        for (int moment = 0; moment < 6; moment++) {
            for (long rand : new long[] {0, 5}) {
                var fresh = new Attack();
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
        var link = wire.end(role).link();
        assertThat(link.security()).contains(new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16));
        assertThat(device.bonds.list()).allSatisfy(bond -> assertThat(bond.security().authenticated()).isFalse());
        assertThat(device.bonds.list()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a19_pairingFailedInPhaseThreeTakesTheHalfBondBackAndLeavesTheOldOne(Role role) {
        for (boolean hadBond : new boolean[] {false, true}) {
            var fresh = new Pair();
            var device = fresh.device(role);
            var peer = fresh.other(role);
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
                        hadBond ? Optional.of(OLD) : Optional.empty());
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
            var device = pair.device(role);
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
                var fresh = new Attack();
                var device = fresh.device(role);
                fresh.untilPublicKey(role);
                var right = PairingMatrixTest.sample(code);
                fresh.attacker.send(fresh.attackersEnd(role), Arrays.copyOf(right, right.length + more));
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

    /** P9: nothing that a person or a log can see shows a key. */
    @Test
    void p9_nothingThatIsToldShowsAKey() {
        pair.pair(wire = pair.connect());
        var ltk = pair.central.bonds.ltkOf(pair.peripheral.identity).orElseThrow();
        var hex = HexFormat.of();
        for (var device : List.of(pair.central, pair.peripheral)) {
            var local = device.bonds.local().orElseThrow();
            for (var key : List.of(ltk, local.irk(), local.ir())) {
                assertThat(device.events.toString()).doesNotContain(hex.formatHex(key.octets()));
            }
        }
        assertThat(Toolbox.irk(ltk).toString()).isEqualTo("Key[hidden]");
    }
}
