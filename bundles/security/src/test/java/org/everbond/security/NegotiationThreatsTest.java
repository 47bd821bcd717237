package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.OLD;
import static org.everbond.security.Pair.assertFails;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.Key;
import org.everbond.host.Connection;
import org.everbond.host.FixedChannel;
import org.everbond.host.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Attacks on the Pairing Feature Exchange, by their row in the threat model: key sizes, methods, generations, keys to distribute. */
class NegotiationThreatsTest {
    private static final byte[] IRK = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    private final Pair pair = new Pair();
    private Tester attacker;
    private Wire wire;
    private Device device;

    /** Puts the attacker at the other end of a link with the device in this role. */
    private void attack(Role role, SecurityOptions options) {
        device = device(role);
        device.security.options(options);
        attacker = Tester.in(device(role == Role.CENTRAL ? Role.PERIPHERAL : Role.CENTRAL));
        pair.run();
        wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
    }

    private Device device(Role role) {
        return pair.device(role);
    }

    /** The attacker's Pairing Request or Response with these features; gives what the device says next. */
    private byte[] exchange(String features) {
        if (device == pair.central) {
            pair.pair(wire);
            attacker.request = attacker.next();
            attacker.send(wire.peripheral, "02" + features);
        } else {
            attacker.send(wire.central, "01" + features);
        }
        return attacker.next();
    }

    private void assertRefused(byte[] answer, String expected) {
        assertThat(answer).asHexString().isEqualToIgnoringCase(expected);
        assertThat(device.bonds.commits).isZero();
        assertThat(device.heard(SecurityEvent.PairingFailed.class)).hasSize(1);
    }

    private static SecurityOptions anySize() {
        return Device.accepting().with(options -> options.minimumKeySize(7));
    }

    // A8, A9.

    @ParameterizedTest
    @EnumSource(Role.class)
    void a8_onlyKeySizesFrom7To16AreTaken(Role role) {
        for (int size = 0; size < 256; size++) {
            var fresh = new NegotiationThreatsTest();
            fresh.attack(role, anySize());
            var answer = fresh.exchange(String.format("030009%02x0202", size));
            if (size >= 7 && size <= 16) {
                assertThat(answer[0]).as("%d octets", size).isEqualTo((byte) (role == Role.CENTRAL ? 0x0c : 0x02));
            } else {
                fresh.assertRefused(answer, "050a");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a9_aSmallerKeyThanTheMinimumIsRefused(Role role) {
        for (int minimum = 8; minimum <= 16; minimum++) {
            int least = minimum;
            var fresh = new NegotiationThreatsTest();
            fresh.attack(role, Device.accepting().with(options -> options.minimumKeySize(least)));
            fresh.assertRefused(fresh.exchange(String.format("030009%02x0202", minimum - 1)), "0506");
        }
    }

    /** Who changes the features of both on their way gets what both allow, and both say so; the default allows nothing below 16. */
    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true"})
    void a9_aKeySizeThatIsLoweredInFlight(boolean request, boolean response) {
        for (boolean secureConnections : new boolean[] {true, false}) {
            for (int minimum : new int[] {7, 16}) {
                var fresh = new NegotiationThreatsTest();
                var result = fresh.pairLowered(request, response, minimum, secureConnections);
                boolean agreed = secureConnections && request && response && minimum == 7;
                var bonds = fresh.pair.central.bonds.list();
                if (agreed) {
                    // LE Secure Connections protects all features but the key size: the minimum is what protects that.
                    assertThat(SecureConnectionsTest.now(result).security().keySize()).isEqualTo(7);
                    assertThat(bonds).singleElement().satisfies(bond -> assertThat(bond.security().keySize()).isEqualTo(7));
                } else {
                    assertThat(result.toCompletableFuture()).isCompletedExceptionally();
                    assertThat(bonds).isEmpty();
                    assertThat(fresh.pair.peripheral.bonds.list()).isEmpty();
                }
            }
        }
    }

    private CompletionStage<PairingResult> pairLowered(boolean request, boolean response, int minimum, boolean secureConnections) {
        for (var each : new Device[] {pair.central, pair.peripheral}) {
            each.security.options(Device.accepting().with(options -> options.minimumKeySize(minimum).legacy(true)));
        }
        UnaryOperator<byte[]> without = sdu -> {
            if (!secureConnections && (sdu[0] == 1 || sdu[0] == 2)) {
                sdu[3] &= ~0x08;
            }
            return sdu;
        };
        onItsWayTo(pair.peripheral, sdu -> lowered(without.apply(sdu), 1, request));
        onItsWayTo(pair.central, sdu -> lowered(without.apply(sdu), 2, response));
        return pair.pair(pair.connect());
    }

    private static byte[] lowered(byte[] sdu, int code, boolean really) {
        if (really && sdu[0] == code) {
            sdu[4] = 7;
        }
        return sdu;
    }

    /** Somebody between the two changes what the device gets. */
    private static void onItsWayTo(Device to, UnaryOperator<byte[]> change) {
        var channel = to.ports.smp;
        to.ports.smp = new FixedChannel() {
            @Override
            public void connected(Connection connection) {
                channel.connected(connection);
            }

            @Override
            public void received(Connection connection, byte[] sdu) {
                channel.received(connection, change.apply(sdu.clone()));
            }

            @Override
            public void disconnected(Connection connection, int reason) {
                channel.disconnected(connection, reason);
            }
        };
    }

    /** Each size from 7 to 16, against a peer that calculates and shortens by itself (2.3.4). */
    @ParameterizedTest
    @EnumSource(Role.class)
    void keysOfSecureConnectionsHaveTheSizeThatBothCan(Role role) {
        for (int size = 7; size <= 16; size++) {
            var fresh = new NegotiationThreatsTest();
            fresh.attack(role, anySize());
            fresh.pairWithKeysOf(role, size);
            int expected = size;
            assertThat(fresh.device.heard(SecurityEvent.Paired.class)).as("%d octets", size).hasSize(1);
            assertThat(fresh.device.bonds.list()).singleElement()
                    .satisfies(bond -> assertThat(bond.security().keySize()).isEqualTo(expected));
            assertThat(fresh.device.bonds.ltkOf(fresh.device.bonds.list().get(0).identity())).contains(fresh.attacker.ltk);
        }
    }

    private void pairWithKeysOf(Role role, int size) {
        var features = String.format("030009%02x0202", size);
        if (role == Role.PERIPHERAL) {
            assertThat(attacker.authenticateAsCentral(wire, "01" + features)).isTrue();
            attacker.ltk = shortened(attacker.ltk, size);
            wire.central.encrypt(attacker.ltk, 0, 0);
        } else {
            device.security.pair(wire.central);
            attacker.respondUntilRandom(wire, "02" + features);
            attacker.ltk = shortened(attacker.ltk, size);
            attacker.next();
            attacker.send(wire.peripheral, Tester.value(0x0d, attacker.checkAsPeripheral(wire)));
        }
        pair.run();
        var end = wire.end(role == Role.CENTRAL ? Role.PERIPHERAL : Role.CENTRAL);
        attacker.send(end, Tester.value(0x08, IRK));
        attacker.send(end, "09010" + (role == Role.CENTRAL ? 2 : 1) + "0000eeffc0");
    }

    private static Key shortened(Key key, int size) {
        var octets = key.octets();
        Arrays.fill(octets, 0, 16 - size, (byte) 0);
        return Key.of(octets);
    }

    /** A record that says 7 octets of a key that has 16 is one that somebody has changed. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void a9_aStoredKeyOfAnotherSizeThanItsRecordSaysIsNotUsed(Role role) {
        var peer = device(role == Role.CENTRAL ? Role.PERIPHERAL : Role.CENTRAL);
        device(role).bonds.put(
                peer.identity, new BondSecurity(PairingMethod.JUST_WORKS, true, false, 7), BondKeys.secureConnections(OLD, null));
        attack(role, anySize());
        if (role == Role.CENTRAL) {
            var encrypted = device.security.encrypt(wire.central);
            pair.run();
            assertFails(encrypted, "holds no key to encrypt with");
        } else {
            wire.central.encrypt(OLD, 0, 0);
            pair.run();
            assertThat(wire.peripheral.refused).isFalse();
        }
        assertThat(wire.end(role).keys).isEmpty();
        assertThat(device.bonds.list()).hasSize(1);
    }

    // A10.

    /** What the user can do decides which method may run: who can only type is never led to compare numbers, nor the other way round. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void a10_aMethodThatTheUserIsNotThereForNeverRuns(Role role) {
        for (var claimed : IoCapability.values()) {
            for (var own : new IoCapability[] {IoCapability.KEYBOARD_ONLY, IoCapability.DISPLAY_YES_NO}) {
                var fresh = new NegotiationThreatsTest();
                User.give(fresh.pair, role == Role.CENTRAL ? own : claimed, role == Role.CENTRAL ? claimed : own);
                var options = Device.accepting().with(change -> change.minimumLevel(SecurityLevel.AUTHENTICATED));
                fresh.device(role).security.options(options);
                fresh.pair.pair(fresh.pair.connect());

                var heard = User.of(fresh.device(role)).heard;
                assertThat(heard).doesNotContain("just works?").doesNotContain(own == IoCapability.KEYBOARD_ONLY ? "number?" : "passkey?");
                assertThat(fresh.device(role).heard(SecurityEvent.Paired.class))
                        .allMatch(paired -> paired.result().security().method()
                                == (heard.contains("number?") ? PairingMethod.NUMERIC_COMPARISON : PairingMethod.PASSKEY_ENTRY));
            }
        }
    }

    /** Each method against each policy, in both roles and both generations: what is not allowed bothers nobody and makes no bond. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void a10_aMethodThatThePolicyDoesNotAllowIsRefusedBeforeAnybodyIsAsked(Role role) {
        var methods = EnumSet.of(PairingMethod.JUST_WORKS, PairingMethod.NUMERIC_COMPARISON, PairingMethod.PASSKEY_ENTRY);
        for (var runs : methods) {
            for (var allowed : methods) {
                for (boolean legacy : new boolean[] {false, true}) {
                    a10(role, runs, allowed, legacy);
                }
            }
        }
    }

    private static void a10(Role role, PairingMethod runs, PairingMethod allowed, boolean legacy) {
        if (legacy && runs == PairingMethod.NUMERIC_COMPARISON) {
            return;
        }
        var fresh = new NegotiationThreatsTest();
        var io = switch (runs) {
            case NUMERIC_COMPARISON -> IoCapability.DISPLAY_YES_NO;
            case PASSKEY_ENTRY -> IoCapability.KEYBOARD_ONLY;
            default -> IoCapability.NO_INPUT_NO_OUTPUT;
        };
        User.give(fresh.pair, io, io);
        List.of(fresh.pair.central, fresh.pair.peripheral).forEach(each -> {
            User.of(each).types = Optional.of(123_456);
            each.security.options(Device.accepting().with(options -> options.legacy(legacy).secureConnections(!legacy)));
        });
        var device = fresh.device(role);
        device.security.options(Device.accepting().with(
                options -> options.legacy(legacy).secureConnections(!legacy).methods(EnumSet.of(allowed))));
        fresh.pair.pair(fresh.pair.connect());

        if (runs == allowed) {
            assertThat(device.heard(SecurityEvent.Paired.class)).as("%s %s", runs, legacy).hasSize(1);
            return;
        }
        assertThat(device.heard(SecurityEvent.PairingFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.cause().reason()).isEqualTo(0x03);
            assertThat(failed.cause()).hasMessageContaining("pairing.methods");
        });
        assertThat(User.of(device).heard).doesNotContain("just works?", "number?", "passkey?", "shows");
        assertThat(device.bonds.commits).isZero();
    }

    // A11.

    /** The peer does not say Secure Connections, or somebody on the way has taken it out. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void a11_withoutSecureConnectionsOnlyWhatThePolicyAllows(Role role) {
        for (boolean bit : new boolean[] {true, false}) {
            for (boolean legacy : new boolean[] {true, false}) {
                for (boolean only : new boolean[] {true, false}) {
                    for (var level : new SecurityLevel[] {SecurityLevel.ENCRYPTED, SecurityLevel.AUTHENTICATED, SecurityLevel.SECURE}) {
                        a11(role, bit, legacy, only, level);
                    }
                }
            }
        }
    }

    private static void a11(Role role, boolean bit, boolean legacy, boolean only, SecurityLevel level) {
        var fresh = new NegotiationThreatsTest();
        fresh.device(role).agent = Optional.of(new User(IoCapability.DISPLAY_YES_NO));
        User.of(fresh.device(role)).other = new User(IoCapability.KEYBOARD_DISPLAY);
        fresh.attack(role, Device.accepting().with(
                options -> options.legacy(legacy).secureConnectionsOnly(only).minimumLevel(level)));
        // Keyboard and display, MITM, bonding: Numeric Comparison with the bit, a legacy passkey without.
        var answer = fresh.exchange((bit ? "04000d" : "040005") + "100202");

        // A legacy passkey counts as level 2 by the rules of Core 6.2.
        boolean allowed = bit || legacy && !only && level == SecurityLevel.ENCRYPTED;
        if (allowed) {
            assertThat(answer[0]).as("%s %s %s %s %s", role, bit, legacy, only, level).isNotEqualTo((byte) 0x05);
        } else {
            fresh.assertRefused(answer, "0503");
        }
    }

    // A21.

    @Test
    void a21_theLinkKeyBitOfACentralIsIgnored() {
        attack(Role.PERIPHERAL, Device.accepting());
        attacker.pairAsCentral(wire, "01030009100a0a");
        assertThat(attacker.response[5] & 0x08).isZero();
        assertThat(attacker.response[6] & 0x08).isZero();
        attacker.send(wire.central, Tester.value(0x08, IRK));
        attacker.send(wire.central, "0901" + "010000eeffc0");
        assertThat(device.heard(SecurityEvent.Paired.class)).hasSize(1);
        assertThat(device.bonds.list()).hasSize(1);
    }

    /** Bits that may mean something one day (Figure 3.11) are ignored in a request and in a response. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void reservedBitsOfKeyDistributionAreIgnored(Role role) {
        attack(role, Device.accepting());
        if (role == Role.PERIPHERAL) {
            attacker.pairAsCentral(wire, "0103000910f2f2");
            assertThat(attacker.response[5]).isEqualTo((byte) 2);
            assertThat(attacker.response[6]).isEqualTo((byte) 2);
            attacker.send(wire.central, Tester.value(0x08, IRK));
            attacker.send(wire.central, "0901" + "010000eeffc0");
        } else {
            device.security.pair(wire.central);
            assertThat(attacker.respond(wire, "0203000910f2f2")).isTrue();
            attacker.send(wire.peripheral, Tester.value(0x08, IRK));
            attacker.send(wire.peripheral, "0901" + "020000eeffc0");
        }
        assertThat(device.heard(SecurityEvent.PairingFailed.class)).isEmpty();
        assertThat(device.heard(SecurityEvent.Paired.class)).hasSize(1);
        assertThat(device.bonds.list()).hasSize(1);
    }

    /** Our request never has the bit, so a response that has it is none to our request (Vol 3, Part H, 3.5.2). */
    @Test
    void a21_aLinkKeyThatWeDidNotAskForEndsThePairing() {
        attack(Role.CENTRAL, Device.accepting());
        var answer = exchange("03000910" + "0a0a");
        assertThat(attacker.request[5] & 0x08).isZero();
        assertThat(attacker.request[6] & 0x08).isZero();
        assertRefused(answer, "050a");
        assertThat(HexFormat.of().formatHex(wire.central.lastSent())).isEqualTo("050a");
    }
}
