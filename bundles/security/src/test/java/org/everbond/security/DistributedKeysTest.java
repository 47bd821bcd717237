package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.Key;
import org.everbond.host.Role;
import org.junit.jupiter.api.Test;

/** Which keys are distributed, by which side and of which size, in either generation; and that each encrypts again. */
class DistributedKeysTest {
    @Test
    void everyMethodInBothRolesWithEveryDistributionOfKeys() {
        int runs = 0;
        int bonds = 0;
        for (var method : LegacyMethod.values()) {
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

    private static boolean distribution(LegacyMethod method, Role role, int initiatorKeys, int responderKeys) {
        var user = method.user();
        var tester = method.tester(role, user);
        var cell = method + " as " + role + ", keys " + initiatorKeys + " and " + responderKeys;
        method.authenticate(tester, user, method.features(role, method.authReq(), 16, initiatorKeys, responderKeys));
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
        boolean counts = method == LegacyMethod.OUT_OF_BAND;
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
                case 0x07 -> assertThat(LegacyTester.name(pdu)).as(cell).isEqualTo(kept.legacy());
                case 0x08 -> assertThat(Key.of(Tester.value(pdu))).as(cell).isEqualTo(local.irk());
                case 0x0a -> assertThat(Key.of(Tester.value(pdu))).as(cell).isEqualTo(kept.localCsrk());
                default -> assertThat(pdu[0]).as(cell).isEqualTo((byte) 0x09);
            }
        }
        if (kept.legacy() != null && kept.localCsrk() != null) {
            assertThat(kept.localCsrk()).as(cell).isEqualTo(local.csrk(kept.legacy()));
        }
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
        var user = LegacyMethod.JUST_WORKS.user();
        var tester = LegacyMethod.JUST_WORKS.tester(role, user);
        tester.device.security.options(LegacyTester.allowing().with(options -> options.minimumKeySize(minimum)));
        var features = LegacyMethod.JUST_WORKS.features(role, 1, size, 7, 7);
        if (size < minimum) {
            tester.features(features);
            assertThat(tester.deviceEnd().lastSent()).asHexString().isEqualTo("0506");
            assertThat(tester.device.bonds.commits).isZero();
            return;
        }
        LegacyMethod.JUST_WORKS.authenticate(tester, user, features);
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
}
