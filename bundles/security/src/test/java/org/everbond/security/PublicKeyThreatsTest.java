package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.assertFails;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.everbond.crypto.PublicKey;
import org.everbond.host.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Public keys that are no points, ours, or known to everybody: A1 to A3 and A18 of the threat model. */
class PublicKeyThreatsTest extends Attack {
    /** A thousand, anywhere or one bit beside a point, one after another on one link. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void a1_pointsThatAreNotOnTheCurveAreRefused(Role role) {
        var random = new Random(1);
        var device = device(role);
        for (int i = 1; i <= 500; i++) {
            untilPublicKey(role);
            var x = attacker.own.publicKey().x();
            var y = attacker.own.publicKey().y();
            if (i % 3 == 0) {
                y[random.nextInt(32)] ^= (byte) (1 << random.nextInt(8));
            } else {
                random.nextBytes(x);
                random.nextBytes(y);
            }
            attacker.send(attackersEnd(role), Tester.publicKey(PublicKey.of(x, y)));
            assertThat(attacker.next()).asHexString().isEqualToIgnoringCase("050b");
            assertThat(device.heard(SecurityEvent.PairingFailed.class)).hasSize(i);
        }
        assertThat(device.heard(SecurityEvent.Paired.class)).isEmpty();
        assertThat(device.bonds.commits).isZero();
        assertThat(attacker.keyRequests).isZero();
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
        var p = new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
        var turned = p.subtract(new BigInteger(1, attacker.peer.y())).toByteArray();
        var y = new byte[32];
        System.arraycopy(turned, Math.max(0, turned.length - 32), y, Math.max(0, 32 - turned.length), Math.min(32, turned.length));
        var reflected = PublicKey.of(attacker.peer.x(), y);
        assertThat(reflected.isValid()).isTrue();
        attacker.send(wire.peripheral, Tester.publicKey(reflected));
        assertRefused(device, "050b");
    }

    /** Bad input of a peer or of a broken P-256: all ones, all zeros (the stand-in for the point at infinity), coordinates beyond the field. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void a1_publicKeysOfAllOnesAndAllZerosAreRefused(Role role) {
        for (var coordinate : List.of("ff".repeat(32), "00".repeat(32),
                "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")) {
            var fresh = new Attack();
            var device = fresh.device(role);
            fresh.untilPublicKey(role);
            var octets = HexFormat.of().parseHex(coordinate);
            fresh.attacker.send(fresh.attackersEnd(role), Tester.publicKey(PublicKey.of(octets, octets)));
            fresh.assertRefused(device, "050b");
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a18_theDebugKeyIsRefused(Role role) {
        var device = device(role);
        untilPublicKey(role);
        attacker.send(attackersEnd(role), Tester.publicKey(PublicKey.DEBUG));
        assertRefused(device, "050b");
    }
}
