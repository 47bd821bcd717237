package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.LegacyMethod.JUST_WORKS;
import static org.everbond.security.LegacyMethod.PEER_DISPLAYS;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.crypto.Key;
import org.everbond.host.Role;
import org.junit.jupiter.api.Test;

/**
 * Every SMP PDU and every LTK request at every moment of LE legacy pairing, in both roles (THREATS A5, A7, A20). What is legal is
 * written here from the order of the specification (Vol 3, Part H, 2.3.5.5, 3.6.1, C.2.1), not from the code.
 */
class LegacyMatrixTest {
    private static final Set<Integer> KEY_PDUS = Set.of(0x06, 0x07, 0x08, 0x09, 0x0a);
    private static final int NONE = -1;
    private static final int PARKS = -2;
    private static final int REST = -3;

    /**
     * @param next the PDU that has its place now, or one of the constants above
     * @param slow whether the user has not yet answered
     * @param reach gets there
     */
    private record Moment(String name, Role role, LegacyMethod method, int next, boolean slow, Consumer<LegacyTester> reach) {
        LegacyTester tester() {
            var user = method.user();
            user.slow = slow;
            var tester = method.tester(role, user);
            reach.accept(tester);
            return tester;
        }

        @Override
        public String toString() {
            return role + ", " + method + ", " + name;
        }
    }

    private static void features(LegacyTester tester) {
        tester.features(features(tester, JUST_WORKS));
    }

    private static String features(LegacyTester tester, LegacyMethod method) {
        return method.features(tester.role, method.authReq(), 16, 7, 7);
    }

    private static List<Moment> moments() {
        var moments = new ArrayList<Moment>();
        for (var role : Role.values()) {
            moments.add(new Moment("at rest", role, JUST_WORKS, REST, false, tester -> {}));
            moments.add(new Moment("the user is asked", role, JUST_WORKS, NONE, true, LegacyMatrixTest::features));
            moments.add(new Moment("features are exchanged", role, JUST_WORKS, 0x03, false, LegacyMatrixTest::features));
            moments.add(new Moment("the peer has committed", role, JUST_WORKS, 0x04, false, tester -> {
                features(tester);
                if (role == Role.CENTRAL) {
                    tester.takeConfirm();
                }
                tester.raw.send(tester.end(), Tester.value(0x03, tester.confirm(tester.random)));
            }));
            for (int i = 0; i < 5; i++) {
                int sent = i;
                moments.add(new Moment("keys sent: " + i, role, JUST_WORKS, 0x06 + i, false, tester -> {
                    features(tester);
                    tester.authenticate();
                    tester.keyPdus(7).subList(0, sent).forEach(pdu -> tester.raw.send(tester.end(), pdu));
                }));
            }
        }
        moments.add(new Moment("asked for features", Role.CENTRAL, JUST_WORKS, 0x02, false, tester -> {
            tester.device.security.pair(tester.wire.central);
            tester.pair.run();
        }));
        moments.add(new Moment("encrypting", Role.CENTRAL, JUST_WORKS, PARKS, false, tester -> {
            tester.raw.answersKeyRequests = false;
            features(tester);
            tester.authenticate();
        }));
        moments.add(new Moment(
                "typing", Role.CENTRAL, PEER_DISPLAYS, NONE, true, tester -> tester.features(features(tester, PEER_DISPLAYS))));
        moments.add(new Moment("waits for encryption", Role.PERIPHERAL, JUST_WORKS, NONE, false, tester -> {
            features(tester);
            tester.authenticateUpToEncryption();
        }));
        moments.add(new Moment("encrypting", Role.PERIPHERAL, JUST_WORKS, PARKS, false, tester -> {
            features(tester);
            tester.authenticateUpToEncryption();
            tester.device.gate.close();
            tester.end().encrypt(tester.stk, 0, 0);
            tester.pair.run();
            tester.device.gate.step();
            tester.pair.run();
        }));
        moments.add(new Moment(
                "typing", Role.PERIPHERAL, PEER_DISPLAYS, 0x03, true, tester -> tester.features(features(tester, PEER_DISPLAYS))));
        moments.add(new Moment("typing, the peer has committed", Role.PERIPHERAL, PEER_DISPLAYS, NONE, true, tester -> {
            tester.features(features(tester, PEER_DISPLAYS));
            tester.raw.send(tester.end(), Tester.value(0x03, new byte[16]));
        }));
        return moments;
    }

    @Test
    void onlyTheLegalCellsProceed() {
        int cells = 0;
        int legal = 0;
        for (var moment : moments()) {
            for (int code = 1; code <= 0x0e; code++) {
                legal += check(moment, code) ? 1 : 0;
                cells++;
            }
        }
        System.out.println("LE legacy pairing: " + moments().size() + " moments x 14 PDUs, " + cells + " cells, " + legal + " legal");
        assertThat(cells).isEqualTo(25 * 14);
        assertThat(legal).as("each moment that waits for the peer, and what begins a pairing at rest").isEqualTo(16 + 2);
    }

    private static boolean check(Moment moment, int code) {
        var tester = moment.tester();
        var device = tester.device;
        var cell = String.format("%s: 0x%02X", moment, code);
        boolean atRest = moment.next() == REST;
        assertThat(tester.deviceEnd().link().isPairing()).as(cell).isEqualTo(!atRest);
        tester.wire.inject(moment.role(), PairingMatrixTest.sample(code));
        var failed = device.heard(SecurityEvent.PairingFailed.class);
        if (atRest) {
            boolean begins = code == (moment.role() == Role.PERIPHERAL ? 0x01 : 0x0b);
            assertThat(tester.deviceEnd().link().isPairing()).as(cell).isEqualTo(begins);
            assertThat(device.bonds.list()).as(cell).isEmpty();
            return begins;
        }
        if (moment.next() == code) {
            // In its place: goes on, or fails for what it says, not for when it came.
            assertThat(failed).as(cell).allSatisfy(event -> assertThat(event.cause().reason()).isIn(0x03, 0x04, 0x0a, 0x0f));
            return true;
        }
        if (code == 0x0b && moment.role() == Role.CENTRAL || moment.next() == PARKS && KEY_PDUS.contains(code)) {
            assertThat(failed).as(cell).isEmpty();
            assertThat(device.bonds.list()).as(cell).isEmpty();
            return false;
        }
        assertThat(failed).as(cell).singleElement().satisfies(event -> {
            assertThat(event.cause().byPeer()).as(cell).isEqualTo(code == 0x05);
            if (code != 0x05) {
                assertThat(tester.deviceEnd().lastSent()[0]).as(cell).isEqualTo((byte) 0x05);
            }
        });
        device.gate.open();
        tester.pair.advance(java.time.Duration.ofMinutes(6));
        assertThat(device.bonds.list()).as(cell).isEmpty();
        assertThat(device.heard(SecurityEvent.Paired.class)).as(cell).isEmpty();
        assertThat(tester.deviceEnd().link().security()).as(cell).isEmpty();
        return false;
    }

    /** THREATS A7: no key but the STK, and that only once both have shown their randoms, whatever the central names. */
    @Test
    void ltkRequestAtEveryMoment() {
        int cells = 0;
        for (var moment : moments()) {
            if (moment.role() == Role.CENTRAL || moment.next() == PARKS) {
                continue;
            }
            for (var name : List.of(new LegacyName(0, 0), new LegacyName(7, 0x0f), new LegacyName(0, 0xff), new LegacyName(1, 0))) {
                var tester = moment.tester();
                var before = List.copyOf(tester.wire.peripheral.keys);
                var key = tester.stk == null ? Key.ZERO : tester.stk;
                tester.wire.central.encrypt(key, name.rand(), name.ediv());
                tester.pair.run();
                var given = tester.wire.peripheral.keys.subList(before.size(), tester.wire.peripheral.keys.size());
                boolean inPlace = moment.name().equals("waits for encryption") && name.equals(new LegacyName(0, 0));
                // While keys are distributed the link is encrypted: asking again ends the pairing, and so that link.
                assertThat(given).as("%s, %s", moment, name).isEqualTo(inPlace ? List.of(tester.stk) : List.of());
                assertThat(tester.device.bonds.list()).isEmpty();
                cells++;
            }
        }
        assertThat(cells).isEqualTo(12 * 4);
    }
}
