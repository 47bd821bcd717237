package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.crypto.P256;
import org.everbond.host.Role;
import org.everbond.security.spi.PairingAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every SMP PDU at every moment of a pairing, in both roles (THREATS A5, A20): a pairing is stopped after each thing that comes to
 * the device, and there each PDU is thrown in. What is legal is read from the transcript of the specification, not from the code.
 */
class PairingMatrixTest {
    /** Vol 3, Part H, 2.3.5.6 and 3.6.1: {@code <} received, {@code >} sent, {@code E} encrypted. */
    private static final String CENTRAL = ">01 <02 >0c <0c <03 >04 <04 >0d <0d E <08 <09 >08 >09";

    private static final String PERIPHERAL = "<01 >02 <0c >0c >03 <04 >04 <0d >0d E >08 >09 <08 <09";

    private static final Set<Integer> KEY_PDUS = Set.of(0x06, 0x07, 0x08, 0x09, 0x0a);

    private int legal;
    private int refused;
    private int parked;
    private int ignored;
    private int following;
    private final Set<String> moments = new HashSet<>();

    @ParameterizedTest
    @EnumSource(Role.class)
    void onlyTheLegalCellsProceed(Role role) {
        int inputs = run(role, Integer.MAX_VALUE).device.gate.passed.size();
        assertThat(inputs).isGreaterThan(15);
        for (int moment = 0; moment < inputs; moment++) {
            for (int code = 1; code <= 0x0e; code++) {
                check(role, moment, code);
            }
        }
        assertThat(legal).as("legal cells").isGreaterThanOrEqualTo(role == Role.CENTRAL ? 7 : 6);
        assertThat(refused).as("refused cells").isGreaterThan(inputs * 8);
        assertThat(parked).as("parked cells").isPositive();
        assertThat(following > 0).as("cells that begin the next pairing").isEqualTo(role == Role.PERIPHERAL);
        assertThat(moments).as("moments between PDUs").hasSizeGreaterThan(8);
    }

    private void check(Role role, int moment, int code) {
        var run = run(role, moment);
        var transcript = (role == Role.CENTRAL ? CENTRAL : PERIPHERAL).split(" ");
        int position = run.position();
        var next = position < transcript.length ? transcript[position] : "";
        moments.add(position + " " + next);
        boolean began = run.device.heard(SecurityEvent.PairingStarted.class).size() == 1;
        boolean over = began && !run.end().link().isPairing();
        String cell = role + " after " + run.device.gate.passed + ": " + String.format("0x%02X", code);

        run.wire.inject(role, sample(code));
        var failed = run.device.heard(SecurityEvent.PairingFailed.class);

        if (!began || over) {
            // At rest only a Pairing Request begins something, at a peripheral; nothing that rests can fail.
            boolean begins = role == Role.PERIPHERAL && code == 0x01;
            assertThat(run.end().link().isPairing()).as(cell).isEqualTo(begins);
            assertThat(failed).as(cell).isEmpty();
            ignored++;
            return;
        }
        if (next.equals(String.format("<%02x", code))) {
            // In its place: goes on, or fails for what it says, not for when it came.
            assertThat(failed).as(cell).allSatisfy(event -> assertThat(event.cause().reason()).isIn(0x04, 0x0a, 0x0b));
            legal++;
            return;
        }
        boolean mayCome = role == Role.CENTRAL && code == 0x0b;
        boolean mayBeParked = next.equals("E") && KEY_PDUS.contains(code) && run.keyWasGiven();
        if (mayCome || mayBeParked) {
            assertThat(failed).as(cell).isEmpty();
            run.goOn();
            if (mayCome) {
                assertThat(run.bonded()).as(cell).isTrue();
                ignored++;
            } else {
                run.assertNothingStored(cell);
                parked++;
            }
            return;
        }
        if (role == Role.PERIPHERAL && code == 0x01 && position == transcript.length) {
            // The central has all and has sent all, and pairs again: this pairing is completed, the next one comes after it.
            assertThat(failed).as(cell).isEmpty();
            run.goOn();
            assertThat(run.device.heard(SecurityEvent.Paired.class)).as(cell).hasSize(1);
            assertThat(run.device.heard(SecurityEvent.PairingStarted.class)).as(cell).hasSize(2);
            assertThat(run.bonded()).as(cell).isTrue();
            following++;
            return;
        }
        assertThat(failed).as(cell).singleElement().satisfies(event -> {
            boolean byPeer = code == 0x05;
            assertThat(event.cause().byPeer()).as(cell).isEqualTo(byPeer);
            if (!byPeer) {
                assertThat(run.end().lastSent()[0]).as(cell).isEqualTo((byte) 0x05);
            }
        });
        assertThat(run.end().link().isPairing()).as(cell).isFalse();
        run.goOn();
        run.assertNothingStored(cell);
        refused++;
    }

    /** A link that is lost at any moment leaves either no bond or a whole one, and says bonded only of what is stored. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void linkLostAtEveryMomentOfAFirstPairing(Role role) {
        int inputs = run(role, Integer.MAX_VALUE).device.gate.passed.size();
        var outcomes = new HashSet<Boolean>();
        for (int moment = 0; moment <= inputs; moment++) {
            var run = run(role, moment);
            run.wire.lose(0x08, 0x08);
            run.goOn();
            for (var device : List.of(run.pair.central, run.pair.peripheral)) {
                assertReportedAsStored(device);
            }
            assertThat(run.end().link().isPairing()).isFalse();
            outcomes.add(run.bonded());
        }
        assertThat(outcomes).containsExactlyInAnyOrder(true, false);
    }

    /** P1: after a second pairing that was cut at any moment, the two still find a key that both have. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void linkLostAtEveryMomentOfAReplacementLeavesAKeyThatBothHave(Role role) {
        int inputs = second(role, Integer.MAX_VALUE).device.gate.passed.size();
        var attempts = new ArrayList<Integer>();
        for (int moment = 0; moment <= inputs; moment++) {
            var run = second(role, moment);
            run.wire.lose(0x08, 0x08);
            run.goOn();
            // Both are restarted: what only memory knew is gone.
            run.pair.central.start();
            run.pair.peripheral.start();
            assertThat(run.pair.central.bonds.list()).hasSize(1);
            assertThat(run.pair.peripheral.bonds.list()).hasSize(1);
            attempts.add(reconnect(run.pair, role + " after " + run.device.gate.passed));
        }
        assertThat(attempts).contains(1);
        if (role == Role.PERIPHERAL) {
            // The central had stored the new key and the peripheral had not: the one before is tried.
            assertThat(attempts).contains(2);
        }
    }

    /** How many connections it takes until the stored key encrypts. */
    private static int reconnect(Pair pair, String cell) {
        for (int attempt = 1; attempt <= 4; attempt++) {
            var wire = pair.connect();
            pair.central.security.encrypt(wire.central);
            pair.run();
            if (wire.central.link().security().isPresent()) {
                assertThat(wire.peripheral.link().security()).as(cell).isPresent();
                return attempt;
            }
            wire.lose(0x13, 0x13);
            pair.run();
        }
        throw new AssertionError("no key that both have, " + cell);
    }

    /** What was reported is what is stored: bonded, failed, or failed with a bond that is kept. */
    private static void assertReportedAsStored(Device device) {
        var paired = device.heard(SecurityEvent.Paired.class);
        var failed = device.heard(SecurityEvent.PairingFailed.class);
        assertThat(paired.size() + failed.size()).isEqualTo(device.heard(SecurityEvent.PairingStarted.class).size());
        paired.forEach(event -> {
            assertThat(event.result().bonding()).isEqualTo(PairingResult.Bonding.BONDED);
            assertThat(device.bonds.list()).contains(event.result().bond().orElseThrow());
        });
        failed.forEach(event -> assertThat(event.cause().getMessage().contains("the bond is kept"))
                .isEqualTo(!device.bonds.list().isEmpty()));
        assertThat(device.bonds.connected).isEmpty();
    }

    @Test
    void theTranscriptIsWhatHappens() {
        for (var role : Role.values()) {
            var run = run(role, Integer.MAX_VALUE);
            var transcript = (role == Role.CENTRAL ? CENTRAL : PERIPHERAL).split(" ");
            assertThat(run.position()).isEqualTo(transcript.length);
            assertThat(run.bonded()).isTrue();
        }
    }

    /** A pairing that has come so far at the device in this role. */
    private static Run run(Role role, int moment) {
        return advance(new Pair(), role, moment);
    }

    private static Run second(Role role, int moment) {
        var pair = new Pair();
        var first = pair.connect();
        pair.pair(first);
        first.lose(0x13, 0x13);
        pair.run();
        pair.central.events.clear();
        pair.peripheral.events.clear();
        pair.central.gate.passed.clear();
        pair.peripheral.gate.passed.clear();
        return advance(pair, role, moment);
    }

    private static Run advance(Pair pair, Role role, int moment) {
        var device = role == Role.CENTRAL ? pair.central : pair.peripheral;
        device.agent = Optional.of(new Agreeing());
        var wire = pair.connect();
        device.gate.passed.clear();
        device.gate.close();
        pair.central.security.pair(wire.central);
        pair.run();
        for (int i = 0; i < moment && device.gate.step(); i++) {
            pair.run();
        }
        return new Run(pair, device, role, wire);
    }

    private record Run(Pair pair, Device device, Role role, Wire wire) {
        Wire.End end() {
            return wire.end(role);
        }

        /** How much of the transcript has happened. */
        int position() {
            long received = device.gate.passed.stream().filter(name -> name.startsWith("0x")).count();
            int encrypted = device.gate.passed.contains("encryption") ? 1 : 0;
            return (int) received + end().sent.size() + encrypted;
        }

        boolean keyWasGiven() {
            return !end().keys.isEmpty();
        }

        void goOn() {
            device.gate.open();
            pair.advance(java.time.Duration.ofMinutes(6));
        }

        boolean bonded() {
            return !device.bonds.list().isEmpty();
        }

        void assertNothingStored(String cell) {
            assertThat(device.bonds.list()).as(cell).isEmpty();
            assertThat(device.heard(SecurityEvent.Paired.class)).as(cell).isEmpty();
            assertThat(end().link().security()).as(cell).isEmpty();
        }
    }

    private record Agreeing() implements PairingAgent {
        @Override
        public IoCapability ioCapability(PairingPeer peer) {
            return IoCapability.NO_INPUT_NO_OUTPUT;
        }

        @Override
        public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
            return CompletableFuture.completedFuture(true);
        }
    }

    private static final P256 STRANGER = P256.generate();

    /** A well-formed PDU with this code. */
    static byte[] sample(int code) {
        var zeros = "00".repeat(16);
        var hex = switch (code) {
            case 0x01, 0x02 -> "030009100202";
            case 0x05 -> "08";
            case 0x07 -> "00".repeat(10);
            case 0x09 -> "01" + "1122334455c0";
            case 0x0b -> "01";
            case 0x0c -> "00".repeat(64);
            case 0x0e -> "00";
            default -> zeros;
        };
        var pdu = HexFormat.of().parseHex(String.format("%02x", code) + hex);
        if (code == 0x0c) {
            STRANGER.publicKey().writeLittleEndian(pdu, 1);
        }
        return pdu;
    }
}
