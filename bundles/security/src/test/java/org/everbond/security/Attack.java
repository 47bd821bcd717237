package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.OLD;

import java.util.HexFormat;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.PublicKey;
import org.everbond.host.Role;

/** An attacker with raw SMP that a device talks to. */
class Attack {
    /** SC, bonding, identity keys both ways, 16 octets, NoInputNoOutput. */
    static final String REQUEST = "01030009100202";
    static final String RESPONSE = "02030009100202";

    final Pair pair = new Pair();
    Tester attacker;
    Wire wire;
    CompletionStage<PairingResult> asked;

    /** Puts the attacker at the other end of a link with the device in this role. */
    Device device(Role role) {
        attacker = Tester.in(pair.other(role));
        pair.run();
        wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
        return pair.device(role);
    }

    /** Starts a pairing up to the point where the attacker is to send its public key; gives the device's if it came. */
    void untilPublicKey(Role role) {
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

    Wire.End attackersEnd(Role role) {
        return wire.otherEnd(role);
    }

    void assertRefused(Device device, String answer) {
        assertThat(attacker.last()).asHexString().isEqualToIgnoringCase(answer);
        assertThat(device.bonds.commits).isZero();
        assertThat(device.heard(SecurityEvent.PairingFailed.class)).hasSize(1);
        assertThat(device.heard(SecurityEvent.Paired.class)).isEmpty();
        assertThat(attacker.keyRequests).isZero();
    }

    /** As the central of a pairing by Just Works, so many PDUs far. */
    void attackUpTo(int moment) {
        if (moment > 0) {
            attacker.send(wire.central, REQUEST);
            attacker.request = HexFormat.of().parseHex(REQUEST);
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

    /** Has the device in this role hold a bond with the other one. */
    Bond bonded(Role role, BondSecurity security) {
        var device = pair.device(role);
        var peer = pair.other(role);
        return device.bonds.put(peer.identity, security, BondKeys.secureConnections(OLD, null));
    }
}
