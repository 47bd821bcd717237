package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.crypto.Key;
import org.everbond.host.Role;
import org.everbond.security.SecurityOptions.Rules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** LE legacy pairing of a device with a lower tester: every method, both roles, every distribution of keys, every key size. */
class LegacyPairingTest {
    /** How the tester and the device come to a TK, and what both say of themselves (Vol 3, Part H, Table 2.8). */
    enum Method {
        JUST_WORKS(IoCapability.NO_INPUT_NO_OUTPUT, 3, PairingMethod.JUST_WORKS),
        DEVICE_DISPLAYS(IoCapability.DISPLAY_ONLY, 2, PairingMethod.PASSKEY_ENTRY),
        PEER_DISPLAYS(IoCapability.KEYBOARD_ONLY, 0, PairingMethod.PASSKEY_ENTRY),
        BOTH_TYPE(IoCapability.KEYBOARD_ONLY, 2, PairingMethod.PASSKEY_ENTRY),
        OUT_OF_BAND(IoCapability.NO_INPUT_NO_OUTPUT, 3, PairingMethod.OUT_OF_BAND);

        final IoCapability device;
        final int peer;
        final PairingMethod made;

        Method(IoCapability device, int peer, PairingMethod made) {
            this.device = device;
            this.peer = peer;
            this.made = made;
        }

        boolean authenticates() {
            return this != JUST_WORKS;
        }
    }

    static final int PASSKEY = 123456;
    static final Key TEMPORARY_KEY = LegacyTester.key(0x77);

    /** A user that does what the method needs. */
    static User user(Method method) {
        var user = new User(method.device);
        user.other = new User(method.device);
        user.types = Optional.of(PASSKEY);
        user.oobData = method == Method.OUT_OF_BAND ? temporaryKey(TEMPORARY_KEY) : Optional.empty();
        return user;
    }

    private static Optional<OobData> temporaryKey(Key key) {
        return Optional.of(new OobData(Optional.empty(), Optional.of(key), Optional.empty()));
    }

    /** A tester and a device with such a user, connected. */
    static LegacyTester tester(Method method, Role role, User user) {
        var tester = new LegacyTester(new Pair(), role);
        tester.device.agent = Optional.of(user);
        tester.connect();
        return tester;
    }

    /** Pairing Request or Response of the tester. */
    static String features(Method method, Role role, int authReq, int keySize, int initiatorKeys, int responderKeys) {
        return String.format(
                "%02x%02x%02x%02x%02x%02x%02x",
                role == Role.CENTRAL ? 2 : 1, method.peer, method == Method.OUT_OF_BAND ? 1 : 0, authReq, keySize, initiatorKeys,
                responderKeys);
    }

    static int authReq(Method method) {
        return method.authenticates() ? 0x05 : 0x01;
    }

    /** Pairs up to where the keys are distributed. */
    static void authenticate(LegacyTester tester, Method method, User user, String features) {
        assertThat(tester.features(features)).isTrue();
        tester.pair.run();
        tester.tk = switch (method) {
            case JUST_WORKS -> Key.ZERO;
            case DEVICE_DISPLAYS -> passkey(user.shown);
            case PEER_DISPLAYS, BOTH_TYPE -> passkey(PASSKEY);
            case OUT_OF_BAND -> TEMPORARY_KEY;
        };
        assertThat(tester.authenticate()).as("%s as %s", method, tester.role).isTrue();
    }

    static Key passkey(int number) {
        return Key.of(ByteBuffer.allocate(16).putInt(12, number).array());
    }

    @Test
    void everyMethodInBothRolesWithEveryDistributionOfKeys() {
        int runs = 0;
        int bonds = 0;
        for (var method : Method.values()) {
            for (var role : Role.values()) {
                for (int initiatorKeys = 0; initiatorKeys < 8; initiatorKeys++) {
                    for (int responderKeys = 0; responderKeys < 8; responderKeys++) {
                        bonds += distribution(method, role, initiatorKeys, responderKeys) ? 1 : 0;
                        runs++;
                    }
                }
            }
        }
        System.out.println("LE legacy pairing: " + runs + " distributions of keys, of which " + bonds + " make a bond");
        assertThat(runs).isEqualTo(5 * 2 * 64);
        assertThat(bonds).as("those with an LTK of either side").isEqualTo(5 * 2 * 48);
    }

    private static boolean distribution(Method method, Role role, int initiatorKeys, int responderKeys) {
        var user = user(method);
        var tester = tester(method, role, user);
        var cell = method + " as " + role + ", keys " + initiatorKeys + " and " + responderKeys;
        authenticate(tester, method, user, features(method, role, authReq(method), 16, initiatorKeys, responderKeys));
        assertThat(tester.keysOf(true)).as(cell).isEqualTo(initiatorKeys);
        assertThat(tester.keysOf(false)).as(cell).isEqualTo(responderKeys);
        var sent = new ArrayList<byte[]>();
        if (role == Role.PERIPHERAL) {
            // The responder first (3.6.1).
            sent.addAll(tester.received());
        }
        tester.distribute(tester.ownKeys());
        sent.addAll(tester.received());
        assertThat(sent.stream().map(pdu -> (int) pdu[0]).toList()).as(cell).isEqualTo(codes(tester.deviceKeys()));

        var paired = tester.device.heard(SecurityEvent.Paired.class);
        assertThat(paired).as(cell).hasSize(1);
        var achieved = paired.get(0).result();
        boolean counts = method == Method.OUT_OF_BAND;
        assertThat(achieved.security()).as(cell).isEqualTo(new BondSecurity(method.made, false, counts, 16));
        assertThat(tester.deviceEnd().link().security()).as(cell).contains(achieved.security());
        boolean hasLtk = ((initiatorKeys | responderKeys) & 1) != 0;
        assertThat(tester.device.bonds.list()).as(cell).hasSize(hasLtk ? 1 : 0);
        if (!hasLtk) {
            assertThat(achieved.bonding()).as(cell).isEqualTo(PairingResult.Bonding.NOT_BONDED);
            return false;
        }
        assertThat(achieved.bonding()).as(cell).isEqualTo(PairingResult.Bonding.BONDED);
        var keys = tester.device.bonds.keys(tester.device.bonds.list().get(0).id()).orElseThrow();
        assertReceived(cell, tester.ownKeys(), keys);
        assertDistributed(cell, tester, sent, keys);
        assertEncryptsAgain(cell, tester, keys);
        return true;
    }

    private static List<Integer> codes(int keys) {
        var codes = new ArrayList<Integer>();
        if ((keys & 1) != 0) {
            codes.addAll(List.of(0x06, 0x07));
        }
        if ((keys & 2) != 0) {
            codes.addAll(List.of(0x08, 0x09));
        }
        if ((keys & 4) != 0) {
            codes.add(0x0a);
        }
        return codes;
    }

    private static void assertReceived(String cell, int keys, BondKeys kept) {
        assertThat(kept.ltk()).as(cell).isEqualTo((keys & 1) != 0 ? LegacyTester.LTK : null);
        assertThat(kept.ediv()).as(cell).isEqualTo((keys & 1) != 0 ? LegacyTester.EDIV : 0);
        assertThat(kept.rand()).as(cell).isEqualTo((keys & 1) != 0 ? LegacyTester.RAND : 0);
        assertThat(kept.irk()).as(cell).isEqualTo((keys & 2) != 0 ? LegacyTester.IRK : null);
        assertThat(kept.remoteCsrk()).as(cell).isEqualTo((keys & 4) != 0 ? LegacyTester.CSRK : null);
    }

    private static void assertDistributed(String cell, LegacyTester tester, List<byte[]> sent, BondKeys kept) {
        var local = tester.device.bonds.local().orElseThrow();
        assertThat(kept.legacy() != null).as(cell).isEqualTo((tester.deviceKeys() & 1) != 0);
        assertThat(kept.localCsrk() != null).as(cell).isEqualTo((tester.deviceKeys() & 4) != 0);
        for (var pdu : sent) {
            switch (pdu[0]) {
                case 0x06 -> assertThat(Key.of(Tester.value(pdu))).as(cell).isEqualTo(local.ltk(kept.legacy()));
                case 0x07 -> assertThat(name(pdu)).as(cell).isEqualTo(kept.legacy());
                case 0x08 -> assertThat(Key.of(Tester.value(pdu))).as(cell).isEqualTo(local.irk());
                case 0x0a -> assertThat(Key.of(Tester.value(pdu))).as(cell).isEqualTo(kept.localCsrk());
                default -> assertThat(pdu[0]).as(cell).isEqualTo((byte) 0x09);
            }
        }
        if (kept.legacy() != null && kept.localCsrk() != null) {
            assertThat(kept.localCsrk()).as(cell).isEqualTo(local.csrk(kept.legacy()));
        }
    }

    static LegacyName name(byte[] pdu) {
        var in = ByteBuffer.wrap(pdu).order(ByteOrder.LITTLE_ENDIAN);
        return new LegacyName(in.getShort(1) & 0xffff, in.getLong(3));
    }

    /** Each side's key on a connection of its own: the peripheral's key encrypts, whoever is the peripheral then (2.4.4.2). */
    private static void assertEncryptsAgain(String cell, LegacyTester tester, BondKeys keys) {
        tester.device.start();
        tester.device.security.options(LegacyTester.allowing());
        tester.connect(Role.CENTRAL);
        tester.raw.ltk = LegacyTester.LTK;
        var encrypted = tester.device.security.encrypt(tester.wire.central).toCompletableFuture();
        tester.pair.run();
        assertThat(encrypted.isDone() && !encrypted.isCompletedExceptionally()).as(cell).isEqualTo(keys.ltk() != null);

        tester.connect(Role.PERIPHERAL);
        var local = tester.device.bonds.local().orElseThrow();
        if (keys.legacy() != null) {
            tester.wire.central.encrypt(local.ltk(keys.legacy()), keys.legacy().rand(), keys.legacy().ediv());
        } else {
            // B8: what the peer distributed answers nothing.
            tester.wire.central.encrypt(LegacyTester.LTK, LegacyTester.RAND, LegacyTester.EDIV);
        }
        tester.pair.run();
        assertThat(tester.wire.peripheral.link().security().isPresent()).as(cell).isEqualTo(keys.legacy() != null);
        assertThat(tester.wire.peripheral.refused).as(cell).isFalse();
    }

    @Test
    void keysHaveTheSizeThatBothCan() {
        int runs = 0;
        for (var role : Role.values()) {
            for (int minimum = 7; minimum <= 16; minimum++) {
                for (int size = 7; size <= 16; size++) {
                    keySize(role, minimum, size);
                    runs++;
                }
            }
        }
        assertThat(runs).isEqualTo(200);
    }

    private static void keySize(Role role, int minimum, int size) {
        var user = user(Method.JUST_WORKS);
        var tester = tester(Method.JUST_WORKS, role, user);
        tester.device.security.options(LegacyTester.allowing().with(options -> options.minimumKeySize(minimum)));
        var features = features(Method.JUST_WORKS, role, 1, size, 7, 7);
        if (size < minimum) {
            tester.features(features);
            assertThat(tester.deviceEnd().lastSent()).asHexString().isEqualTo("0506");
            assertThat(tester.device.bonds.commits).isZero();
            return;
        }
        authenticate(tester, Method.JUST_WORKS, user, features);
        assertThat(tester.deviceEnd().keys).containsExactly(tester.stk);
        assertThat(tester.stk).isEqualTo(tester.stk.shortened(size));
        tester.distribute(tester.ownKeys());
        var bond = tester.device.bonds.list().get(0);
        assertThat(bond.security().keySize()).isEqualTo(size);
        var keys = tester.device.bonds.keys(bond.id()).orElseThrow();
        assertThat(keys.ltk()).isEqualTo(LegacyTester.LTK.shortened(size));
        assertThat(keys.legacy().keySize()).isEqualTo(size);
        assertThat(tester.received())
                .filteredOn(pdu -> pdu[0] == 0x06)
                .singleElement()
                .satisfies(pdu -> assertThat(Key.of(Tester.value(pdu)))
                        .isEqualTo(tester.device.bonds.local().orElseThrow().ltk(keys.legacy()))
                        .isEqualTo(Key.of(Tester.value(pdu)).shortened(size)));
    }

    /** Identity and signing keys in every combination with LE Secure Connections, too. */
    @Test
    void secureConnectionsDistributesIdentityAndSigningKeys() {
        int runs = 0;
        for (var role : Role.values()) {
            for (int initiatorKeys = 0; initiatorKeys < 8; initiatorKeys++) {
                for (int responderKeys = 0; responderKeys < 8; responderKeys++) {
                    secureConnections(role, initiatorKeys, responderKeys);
                    runs++;
                }
            }
        }
        System.out.println("LE Secure Connections: " + runs + " distributions of keys");
        assertThat(runs).isEqualTo(2 * 64);
    }

    private static void secureConnections(Role role, int initiatorKeys, int responderKeys) {
        var tester = new LegacyTester(new Pair(), role);
        tester.connect();
        var cell = "SC as " + role + ", keys " + initiatorKeys + " and " + responderKeys;
        var features = String.format("0%d030009 10%02x%02x", role == Role.CENTRAL ? 2 : 1, initiatorKeys, responderKeys)
                .replace(" ", "");
        if (role == Role.CENTRAL) {
            tester.pair.pair(tester.wire);
            assertThat(tester.raw.respond(tester.wire, features)).as(cell).isTrue();
        } else {
            tester.raw.pairAsCentral(tester.wire, features);
        }
        tester.response = tester.raw.response;
        // The LTK is made, not sent (3.6.1).
        int own = tester.ownKeys() & 6;
        int devices = tester.deviceKeys() & 6;
        var sent = new ArrayList<byte[]>();
        if (role == Role.PERIPHERAL) {
            sent.addAll(tester.received());
        }
        tester.distribute(own);
        sent.addAll(tester.received());
        assertThat(sent.stream().map(pdu -> (int) pdu[0]).toList()).as(cell).isEqualTo(codes(devices));
        var bond = tester.device.bonds.list().get(0);
        var keys = tester.device.bonds.keys(bond.id()).orElseThrow();
        assertThat(keys.ltk()).as(cell).isEqualTo(tester.raw.ltk);
        assertThat(keys.legacy()).as(cell).isNull();
        assertThat(keys.irk()).as(cell).isEqualTo((own & 2) != 0 ? LegacyTester.IRK : null);
        assertThat(keys.remoteCsrk()).as(cell).isEqualTo((own & 4) != 0 ? LegacyTester.CSRK : null);
        assertThat(keys.localCsrk() != null).as(cell).isEqualTo((devices & 4) != 0);
        sent.stream()
                .filter(pdu -> pdu[0] == 0x0a)
                .forEach(pdu -> assertThat(Key.of(Tester.value(pdu))).as(cell).isEqualTo(keys.localCsrk()));
    }

    // SM/*/JW/BI-01, BI-02, PKE/BI-01, BI-03, OOB/BI-01, BI-02.

    @ParameterizedTest
    @EnumSource(Role.class)
    void aRandomThatDoesNotMatchItsConfirmFails(Role role) {
        for (var method : Method.values()) {
            var user = user(method);
            var tester = tester(method, role, user);
            assertThat(tester.features(features(method, role, authReq(method), 16, 7, 7))).isTrue();
            tester.pair.run();
            tester.tk = switch (method) {
                case JUST_WORKS -> passkey(1);
                case DEVICE_DISPLAYS -> passkey((user.shown + 1) % 1_000_000);
                default -> passkey(PASSKEY + 1);
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
        for (var method : Method.values()) {
            var tester = tester(method, Role.CENTRAL, user(method));
            tester.features(features(method, Role.CENTRAL, authReq(method), 16, 7, 7));
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
            var user = user(Method.PEER_DISPLAYS);
            user.types = typed;
            user.says = typed.isPresent();
            var tester = tester(Method.PEER_DISPLAYS, role, user);
            tester.features(features(Method.PEER_DISPLAYS, role, 5, 16, 7, 7));
            tester.pair.run();
            assertThat(tester.deviceEnd().lastSent()).asHexString().isEqualTo("0501");
            assertNothing(tester);
        }
    }

    /** The peer's user has typed before ours has: the peer tells of each key, and of the end, while we wait for our user. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void whenBothTypeTheFasterUserIsHeardOf(Role role) {
        var user = user(Method.BOTH_TYPE);
        user.slow = true;
        var tester = tester(Method.BOTH_TYPE, role, user);
        assertThat(tester.features(features(Method.BOTH_TYPE, role, 0x15, 16, 7, 7))).isTrue();
        tester.pair.run();
        for (var keypress : List.of("0e00", "0e01", "0e04")) {
            tester.raw.send(tester.end(), keypress);
        }
        assertThat(user.heard).containsSubsequence("STARTED", "DIGIT_ENTERED", "COMPLETED");
        user.enter();
        tester.pair.run();
        tester.tk = passkey(PASSKEY);
        for (int left = 2; left > 0; left--) {
            assertThat(tester.raw.next()).as("that our user types is told, too").startsWith(0x0e);
        }
        assertThat(tester.authenticate()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aTemporaryKeyOfZerosIsNone(Role role) {
        var user = user(Method.OUT_OF_BAND);
        user.oobData = temporaryKey(Key.ZERO);
        var tester = tester(Method.OUT_OF_BAND, role, user);
        tester.features(features(Method.OUT_OF_BAND, role, 5, 16, 7, 7));
        tester.pair.run();
        assertThat(tester.deviceEnd().lastSent()).asHexString().isEqualTo("0502");
        assertNothing(tester);
    }

    /** SM/CEN+PER/OOB/BV-03..10: data at one side only is not used; the key is as authenticated as the method that ran. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void outOfBandDataAtOneSideOnlyIsNotUsed(Role role) {
        var user = user(Method.OUT_OF_BAND);
        var tester = tester(Method.OUT_OF_BAND, role, user);
        tester.tk = Key.ZERO;
        assertThat(tester.features(features(Method.JUST_WORKS, role, 1, 16, 7, 7))).isTrue();
        assertThat(tester.authenticate()).isTrue();
        tester.distribute(tester.ownKeys());
        assertThat(tester.device.bonds.list().get(0).security())
                .isEqualTo(new BondSecurity(PairingMethod.JUST_WORKS, false, false, 16));
    }

    @Test
    void aPasskeyIsNewEachTime() {
        var shown = new HashSet<Integer>();
        for (int i = 0; i < 20; i++) {
            var user = user(Method.DEVICE_DISPLAYS);
            var tester = tester(Method.DEVICE_DISPLAYS, Role.CENTRAL, user);
            tester.features(features(Method.DEVICE_DISPLAYS, Role.CENTRAL, 5, 16, 7, 7));
            tester.pair.run();
            shown.add(user.shown);
        }
        assertThat(shown).hasSizeGreaterThan(17).allMatch(number -> number >= 0 && number < 1_000_000);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void anLtkOfZerosIsRejected(Role role) {
        var user = user(Method.JUST_WORKS);
        var tester = tester(Method.JUST_WORKS, role, user);
        authenticate(tester, Method.JUST_WORKS, user, features(Method.JUST_WORKS, role, 1, 16, 7, 7));
        tester.raw.send(tester.end(), Tester.value(0x06, new byte[16]));
        assertThat(tester.deviceEnd().lastSent()).asHexString().isEqualTo("050F");
        assertNothing(tester);
    }

    /** By the rules of Core 5.4 a passkey still authenticates, and bonds made then are seen so. */
    @Test
    void whatAPasskeyIsWorthIsAMatterOfTheRules() {
        for (var rules : Rules.values()) {
            var user = user(Method.DEVICE_DISPLAYS);
            var tester = tester(Method.DEVICE_DISPLAYS, Role.PERIPHERAL, user);
            tester.device.security.options(LegacyTester.allowing().with(options -> options.rules(rules)));
            authenticate(
                    tester, Method.DEVICE_DISPLAYS, user, features(Method.DEVICE_DISPLAYS, Role.PERIPHERAL, 5, 16, 7, 7));
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
        var user = user(Method.JUST_WORKS);
        for (int keys : new int[] {1, 7}) {
            var tester = tester(Method.JUST_WORKS, Role.PERIPHERAL, user);
            authenticate(tester, Method.JUST_WORKS, user, features(Method.JUST_WORKS, Role.PERIPHERAL, 1, 16, keys, 7));
            var name = name(tester.received().get(1));
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
        tester.device.agent = Optional.of(user(Method.JUST_WORKS));
        tester.wire = new Wire(
                pair.central, pair.peripheral, org.everbond.crypto.DeviceAddress.parse("40:00:00:00:00:01/random"),
                pair.peripheral.identity);
        pair.run();
        assertThat(tester.features("01030001100101")).isTrue();
        assertThat(tester.authenticate()).isTrue();
        var name = name(tester.received().get(1));
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
