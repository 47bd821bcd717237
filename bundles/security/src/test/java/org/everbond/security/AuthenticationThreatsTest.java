package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.SecureConnectionsTest.now;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.crypto.PublicKey;
import org.everbond.crypto.Toolbox;
import org.everbond.host.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Attacks on the authenticated models of LE Secure Connections, by their row in the threat model, with raw SMP. */
class AuthenticationThreatsTest {
    /** The private value of the published debug key (Vol 3, Part H, 2.3.5.6.1). */
    private static final String DEBUG_KEY = "3f49f6d4a3c55f3874c9b3e3d2103f504aff607beb40b7995899b8a6cd3c1abd";

    private final Pair pair = new Pair();
    private final User user = new User(IoCapability.NO_INPUT_NO_OUTPUT);
    private Tester attacker;
    private Wire wire;
    private Device device;

    /** The device in this role has a user who can do this; the attacker is at the other end. */
    private void attack(Role role, IoCapability ioCapability) {
        device = pair.device(role);
        var able = new User(ioCapability);
        able.other = user;
        able.oobData = user.oobData;
        device.agent = Optional.of(able);
        attacker = Tester.in(pair.other(role));
        pair.run();
        wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
    }

    /** A later attempt, on a link of its own, when it is allowed again. */
    private void again() {
        while (attacker.next().length > 0) {
            // What was said in the attempt before.
        }
        wire.lose(0x13, 0x13);
        pair.advance(Duration.ofHours(2));
        wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
    }

    private User able() {
        return User.of(device);
    }

    private Wire.End attackersEnd() {
        return device == pair.central ? wire.peripheral : wire.central;
    }

    private void send(String hex) {
        attacker.send(attackersEnd(), hex);
    }

    private void send(byte[] pdu) {
        attacker.send(attackersEnd(), pdu);
    }

    /** Features with this IO capability and OOB data flag, SC, MITM, bonding and keypress, up to the attacker's public key. */
    private CompletionStage<PairingResult> untilPublicKey(int ioCapability, int oob, int authReq) {
        var features = String.format("%02x%02x%02x100202", ioCapability, oob, authReq);
        CompletionStage<PairingResult> asked = null;
        if (device == pair.central) {
            asked = pair.pair(wire);
            attacker.request = attacker.next();
            attacker.response = HexFormat.of().parseHex("02" + features);
            send(attacker.response);
            attacker.peer = PublicKey.ofLittleEndian(attacker.next(), 1);
        } else {
            attacker.request = HexFormat.of().parseHex("01" + features);
            send(attacker.request);
            attacker.response = attacker.next();
        }
        return asked;
    }

    /** Likewise with the attacker's public key, and the device's taken. */
    private void untilKeysAreExchanged(int ioCapability, int oob, int authReq) {
        untilPublicKey(ioCapability, oob, authReq);
        send(Tester.publicKey(attacker.own.publicKey()));
        if (device == pair.peripheral) {
            attacker.peer = PublicKey.ofLittleEndian(attacker.next(), 1);
        }
    }

    private void assertRefused(String answer) {
        assertThat(attacker.last()).asHexString().isEqualToIgnoringCase(answer);
        assertThat(device.bonds.commits).isZero();
        assertThat(device.heard(SecurityEvent.PairingFailed.class)).hasSize(1);
        assertThat(device.heard(SecurityEvent.Paired.class)).isEmpty();
        assertThat(attacker.keyRequests).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "DISPLAY_YES_NO, 1, 0", "DISPLAY_ONLY, 2, 0", "KEYBOARD_ONLY, 0, 0", "KEYBOARD_ONLY, 2, 0", "NO_INPUT_NO_OUTPUT, 3, 0",
        "NO_INPUT_NO_OUTPUT, 3, 1"
    })
    void a2_ourOwnXIsRefusedInEveryModel(IoCapability ioCapability, int other, int oob) {
        if (oob == 1) {
            pair.central.security.createOobData();
        }
        attack(Role.CENTRAL, ioCapability);
        untilPublicKey(other, oob, 0x0d);
        send(Tester.publicKey(attacker.peer));
        assertRefused("050b");
    }

    /** The key pair of out of band data is used again after a failure, so a central may know it beforehand. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void a3_aCentralThatKnowsThePublicKeyOfOurDataIsRefusedWithItsXAndAnyY(boolean turned) {
        pair.peripheral.security.createOobData();
        attack(Role.PERIPHERAL, IoCapability.NO_INPUT_NO_OUTPUT);
        untilKeysAreExchanged(3, 1, 0x0d);
        var known = attacker.peer;
        send("0508");
        again();
        device.events.clear();
        untilPublicKey(3, 1, 0x0d);
        var p = new java.math.BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
        var y = new byte[32];
        var other = p.subtract(new java.math.BigInteger(1, known.y())).toByteArray();
        int length = Math.min(32, other.length);
        System.arraycopy(other, other.length - length, y, 32 - length, length);
        send(Tester.publicKey(turned ? PublicKey.of(known.x(), y) : known));
        assertRefused("050b");
    }

    @Test
    void a4_ourConfirmSentBackIsRefusedBeforeOurRandom() {
        attack(Role.CENTRAL, IoCapability.DISPLAY_ONLY);
        untilKeysAreExchanged(2, 0, 0x0d);
        var confirm = attacker.next();
        assertThat(confirm[0]).isEqualTo((byte) 0x03);
        send(confirm);
        assertRefused("0504");
        assertThat(wire.central.sentHex()).noneMatch(pdu -> pdu.startsWith("04"));
    }

    @Test
    void a4_ourRandomSentBackIsRefused() {
        var made = pair.central.security.createOobData();
        pair.run();
        assertThat(now(made)).isNotNull();
        attack(Role.CENTRAL, IoCapability.NO_INPUT_NO_OUTPUT);
        untilKeysAreExchanged(3, 1, 0x0d);
        send(attacker.next());
        assertRefused("0504");
    }

    /** A10: what ran is what people see, whatever was asked for. */
    @ParameterizedTest
    @CsvSource({
        "NO_INPUT_NO_OUTPUT, JUST_WORKS", "DISPLAY_YES_NO, NUMERIC_COMPARISON", "KEYBOARD_ONLY, PASSKEY_ENTRY"
    })
    void a10_theEventCarriesTheMethodThatRan(IoCapability central, PairingMethod method) {
        User.give(pair, central, IoCapability.KEYBOARD_DISPLAY);
        pair.pair(pair.connect());
        for (var side : new Device[] {pair.central, pair.peripheral}) {
            assertThat(side.heard(SecurityEvent.Paired.class))
                    .singleElement()
                    .satisfies(paired -> assertThat(paired.result().security().method()).isEqualTo(method));
        }
    }

    @Test
    void a15_passkeysComeFromTheWholeRangeAndNeverFromTheLastOne() {
        attack(Role.PERIPHERAL, IoCapability.DISPLAY_ONLY);
        var shown = new HashSet<Integer>();
        var leading = new HashSet<Integer>();
        var trailing = new HashSet<Integer>();
        for (int i = 0; i < 200; i++) {
            untilKeysAreExchanged(2, 0, 0x0d);
            assertThat(able().shown).isBetween(0, 999_999);
            shown.add(able().shown);
            leading.add(able().shown / 100_000);
            trailing.add(able().shown % 10);
            send("0508");
            again();
        }
        // Missed by chance less than once in ten million runs.
        assertThat(shown).hasSizeGreaterThan(195);
        assertThat(leading).hasSize(10);
        assertThat(trailing).hasSize(10);
    }

    /** A16: each round gives away one bit; the next attempt has another passkey. */
    @Test
    void a16_whatAFailedAttemptGaveAwayIsWorthNothing() {
        attack(Role.PERIPHERAL, IoCapability.DISPLAY_ONLY);
        untilKeysAreExchanged(2, 0, 0x0d);
        int first = able().shown;
        send(Tester.value(0x03, new byte[16]));
        send(Tester.value(0x04, attacker.nonce));
        assertRefused("0504");
        again();
        untilKeysAreExchanged(2, 0, 0x0d);
        assertThat(able().shown).isNotEqualTo(first);
    }

    private static P256 debugKeys() {
        return P256.of(HexFormat.of().parseHex(DEBUG_KEY), PublicKey.DEBUG);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a18_withTheTestSwitchTheDebugKeyPairsAndIsNeverStored(Role role) {
        attack(role, IoCapability.NO_INPUT_NO_OUTPUT);
        device.security.options(Device.accepting().with(options -> options.debugKeys(true)));
        attacker.own = debugKeys();
        if (role == Role.CENTRAL) {
            pair.pair(wire);
            assertThat(attacker.respond(wire, "02030009100202")).isTrue();
        } else {
            attacker.pairAsCentral(wire, "01030009100202");
        }
        send(Tester.value(0x08, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
        send(role == Role.CENTRAL ? "0901020000eeffc0" : "0901010000eeffc0");
        assertThat(device.heard(SecurityEvent.Paired.class))
                .singleElement()
                .satisfies(paired -> assertThat(paired.result().bonding()).isEqualTo(PairingResult.Bonding.NOT_BONDED));
        assertThat(device.bonds.commits).isZero();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a18_notEvenTheTestSwitchLetsTheDebugKeyPassForABondedPeer(Role role) {
        var peer = role == Role.CENTRAL ? pair.peripheral.identity : pair.central.identity;
        var owner = pair.device(role);
        owner.bonds.put(
                peer,
                new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16),
                BondKeys.secureConnections(Key.of(new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}), null));
        attack(role, IoCapability.NO_INPUT_NO_OUTPUT);
        device.security.options(Device.accepting().with(options -> options.debugKeys(true)));
        untilPublicKey(3, 0, 0x09);
        send(Tester.publicKey(PublicKey.DEBUG));
        assertRefused("050b");
        assertThat(device.bonds.list()).hasSize(1);
    }

    /** SM/CEN+PER/KDU/BI-04: points off the curve, in every model, and a new key pair after each. */
    @ParameterizedTest
    @CsvSource({
        "CENTRAL, DISPLAY_YES_NO, 1", "PERIPHERAL, DISPLAY_YES_NO, 1", "CENTRAL, KEYBOARD_ONLY, 0", "PERIPHERAL, KEYBOARD_ONLY, 0",
        "CENTRAL, NO_INPUT_NO_OUTPUT, 3", "PERIPHERAL, NO_INPUT_NO_OUTPUT, 3"
    })
    void a1_invalidKeyRounds(Role role, IoCapability ioCapability, int other) {
        attack(role, ioCapability);
        var seen = new HashSet<PublicKey>();
        var valid = P256.generate().publicKey();
        var flipped = valid.y();
        flipped[31] ^= 1;
        var rounds = new PublicKey[] {
            PublicKey.of(valid.x(), new byte[32]), PublicKey.of(valid.x(), flipped), PublicKey.of(new byte[32], new byte[32]),
            PublicKey.of(repeated(0xff), repeated(0xff))
        };
        for (var key : rounds) {
            untilPublicKey(other, 0, 0x0d);
            if (role == Role.CENTRAL) {
                assertThat(seen.add(attacker.peer)).isTrue();
            }
            send(Tester.publicKey(key));
            assertRefused("050b");
            device.events.clear();
            again();
        }
    }

    private static byte[] repeated(int octet) {
        var octets = new byte[32];
        Arrays.fill(octets, (byte) octet);
        return octets;
    }

    // A23: nobody keeps a pairing open with Keypress Notifications.

    @Test
    void a23_aFloodOfKeypressesEndsThePairing() {
        attack(Role.PERIPHERAL, IoCapability.DISPLAY_ONLY);
        untilKeysAreExchanged(2, 0, 0x1d);
        for (int i = 0; i < 100; i++) {
            send("0e01");
        }
        assertThat(wire.peripheral.link().isPairing()).isTrue();
        send("0e01");
        assertRefused("0501");
        assertThat(device.heard(SecurityEvent.PairingFailed.class).get(0).cause()).hasMessageContaining("never came to an end");
        send("0e01");
        assertRefused("0501");
    }

    /** A central, too, may be the side that shows the passkey; Security Requests do not keep its pairing open. */
    @Test
    void a23_securityRequestsDoNotHoldAPairingOpen() {
        attack(Role.CENTRAL, IoCapability.DISPLAY_ONLY);
        untilKeysAreExchanged(2, 0, 0x1d);
        assertThat(wire.central.link().isPairing()).isTrue();
        pair.advance(Duration.ofSeconds(20));
        send("0b09");
        assertThat(wire.central.link().isPairing()).isTrue();
        pair.advance(Duration.ofSeconds(11));
        assertThat(wire.central.link().isPairing()).isFalse();
        assertThat(device.heard(SecurityEvent.PairingFailed.class)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"0e05", "0eff", "0e", "0e0000"})
    void a20_malformedKeypressesEndThePairing(String pdu) {
        attack(Role.PERIPHERAL, IoCapability.DISPLAY_ONLY);
        untilKeysAreExchanged(2, 0, 0x1d);
        send(pdu);
        assertRefused("050a");
    }

    @Test
    void a5_keypressesThatWereNotAgreedOnEndThePairing() {
        attack(Role.PERIPHERAL, IoCapability.DISPLAY_ONLY);
        untilKeysAreExchanged(2, 0, 0x0d);
        send("0e00");
        assertRefused("0508");
    }

    /** Whoever shows the passkey types nothing. */
    @Test
    void a5_keypressesOfTheSideThatShowsEndThePairing() {
        attack(Role.PERIPHERAL, IoCapability.KEYBOARD_ONLY);
        untilKeysAreExchanged(0, 0, 0x1d);
        send("0e01");
        assertRefused("0508");
    }

    // Out of band data.

    @ParameterizedTest
    @EnumSource(Role.class)
    void oobDataOfAnotherKeyIsAConfirmValueThatFailed(Role role) {
        var stranger = P256.generate().publicKey().x();
        var random = Key.of(new byte[] {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7});
        user.oobData = Optional.of(new OobData(
                Optional.empty(),
                Optional.empty(),
                Optional.of(new OobData.SecureConnections(
                        Key.of(Toolbox.f4(stranger, stranger, random.octets(), 0)), random))));
        attack(role, IoCapability.NO_INPUT_NO_OUTPUT);
        untilKeysAreExchanged(3, 0, 0x0d);
        assertRefused("0504");
    }

    /** The other way: whoever only says that it has our data does not know our random value. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void whoeverClaimsToHaveOurDataHasToProveIt(Role role) {
        pair.device(role).security.createOobData();
        attack(role, IoCapability.NO_INPUT_NO_OUTPUT);
        untilKeysAreExchanged(3, 1, 0x0d);
        if (role == Role.CENTRAL) {
            attacker.peerNonce = Tester.value(attacker.next());
            send(Tester.value(0x04, attacker.nonce));
            attacker.derive(attacker.peerNonce, attacker.nonce, wire.central.ownAddress(), wire.peripheral.ownAddress());
            send(Tester.value(0x0d, attacker.checkAsPeripheral(wire)));
        } else {
            send(Tester.value(0x04, attacker.nonce));
            attacker.peerNonce = Tester.value(attacker.next());
            attacker.derive(attacker.nonce, attacker.peerNonce, wire.central.ownAddress(), wire.peripheral.ownAddress());
            send(Tester.value(0x0d, attacker.checkAsCentral(wire)));
        }
        assertRefused("050b");
    }

    @Test
    void ourCommitmentIsTheOneOfTheSpecification() {
        var made = pair.peripheral.security.createOobData();
        attack(Role.PERIPHERAL, IoCapability.NO_INPUT_NO_OUTPUT);
        untilKeysAreExchanged(3, 1, 0x0d);
        var x = attacker.peer.x();
        var data = now(made).secureConnections().orElseThrow();
        assertThat(data.confirm().octets()).isEqualTo(Toolbox.f4(x, x, data.random().octets(), 0));
    }

    /** Reserved bits are not looked at, and are calculated with as they came (SM/PER/SCPK/BV-03, SM/PER/SCOB/BV-03). */
    @ParameterizedTest
    @EnumSource(Role.class)
    void reservedBitsOfAuthReqAreIgnored(Role role) {
        attack(role, IoCapability.DISPLAY_ONLY);
        untilKeysAreExchanged(2, 0, 0xcd);
        if (role == Role.CENTRAL) {
            assertThat(attacker.next()[0]).isEqualTo((byte) 0x03);
        }
        assertThat(able().heard).contains("shows");
        assertThat(device.heard(SecurityEvent.PairingFailed.class)).isEmpty();
    }
}
