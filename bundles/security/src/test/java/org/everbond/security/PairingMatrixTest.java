package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.P256;
import org.everbond.host.Role;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every SMP PDU at every moment of a pairing, in both roles (THREATS A5, A20): a pairing is stopped after each thing that comes to
 * the device, and there each PDU is thrown in. What is legal is read from the transcript of the specification, not from the code.
 */
class PairingMatrixTest {
    /**
     * A pairing as the specification draws it (Vol 3, Part H, 2.3.5.6 and 3.6.1, C.2.2.2): {@code <} received, {@code >} sent,
     * {@code E} encrypted.
     *
     * @param keypress where Keypress Notifications may come: up to the first Confirm of whoever types
     */
    private enum Method {
        JUST_WORKS(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT, "<03 >04 <04", ">03 <04 >04"),
        NUMERIC_COMPARISON(IoCapability.DISPLAY_YES_NO, IoCapability.DISPLAY_YES_NO, "<03 >04 <04", ">03 <04 >04"),
        CENTRAL_DISPLAYS(IoCapability.DISPLAY_ONLY, IoCapability.KEYBOARD_ONLY, rounds(">03 <03 >04 <04"), rounds("<03 >03 <04 >04")),
        PERIPHERAL_DISPLAYS(
                IoCapability.KEYBOARD_ONLY, IoCapability.DISPLAY_ONLY, rounds(">03 <03 >04 <04"), rounds("<03 >03 <04 >04")),
        BOTH_TYPE(IoCapability.KEYBOARD_ONLY, IoCapability.KEYBOARD_ONLY, rounds(">03 <03 >04 <04"), rounds("<03 >03 <04 >04")),
        OUT_OF_BAND(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT, ">04 <04", "<04 >04");

        final IoCapability central;
        final IoCapability peripheral;
        private final String atCentral;
        private final String atPeripheral;

        Method(IoCapability central, IoCapability peripheral, String atCentral, String atPeripheral) {
            this.central = central;
            this.peripheral = peripheral;
            this.atCentral = ">01 <02 >0c <0c " + atCentral + " >0d <0d E <08 <09 >08 >09";
            this.atPeripheral = "<01 >02 <0c >0c " + atPeripheral + " <0d >0d E >08 >09 <08 <09";
        }

        private static String rounds(String round) {
            return String.join(" ", java.util.Collections.nCopies(20, round));
        }

        PairingMethod method() {
            return switch (this) {
                case JUST_WORKS -> PairingMethod.JUST_WORKS;
                case NUMERIC_COMPARISON -> PairingMethod.NUMERIC_COMPARISON;
                case CENTRAL_DISPLAYS, PERIPHERAL_DISPLAYS, BOTH_TYPE -> PairingMethod.PASSKEY_ENTRY;
                case OUT_OF_BAND -> PairingMethod.OUT_OF_BAND;
            };
        }

        /** Users who can do this, and nothing else. */
        void prepare(Pair pair) {
            User.give(pair, central, peripheral);
            if (this == BOTH_TYPE) {
                User.of(pair.central).types = Optional.of(123_456);
                User.of(pair.peripheral).types = Optional.of(123_456);
            }
            if (this == OUT_OF_BAND) {
                var ofCentral = pair.central.security.createOobData();
                var ofPeripheral = pair.peripheral.security.createOobData();
                pair.run();
                User.of(pair.central).oobData = Optional.of(SecureConnectionsTest.now(ofPeripheral));
                User.of(pair.peripheral).oobData = Optional.of(SecureConnectionsTest.now(ofCentral));
            }
        }

        /** The last round of a passkey is the same whoever has typed it. */
        boolean comparesEnds() {
            return this != CENTRAL_DISPLAYS && this != PERIPHERAL_DISPLAYS;
        }

        String[] transcript(Role role) {
            return (role == Role.CENTRAL ? atCentral : atPeripheral).split(" ");
        }

        /** Whether the other side types, and has not yet sent its first Confirm: it follows the public keys. */
        boolean takesKeypress(Role role, int position) {
            boolean typesThere = this == BOTH_TYPE || this == (role == Role.CENTRAL ? CENTRAL_DISPLAYS : PERIPHERAL_DISPLAYS);
            var first = java.util.Arrays.asList(transcript(role)).indexOf("<03");
            return typesThere && position >= 4 && position <= first;
        }
    }

    private static final Set<Integer> KEY_PDUS = Set.of(0x06, 0x07, 0x08, 0x09, 0x0a);

    private int legal;
    private int refused;
    private int parked;
    private int ignored;
    private int following;
    private final Set<String> moments = new HashSet<>();

    private long cells() {
        return legal + refused + parked + ignored + following;
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void onlyTheLegalCellsProceed(Role role) {
        int inputs = run(Method.JUST_WORKS, role, Integer.MAX_VALUE).device.gate.passed.size();
        assertThat(inputs).isGreaterThan(15);
        for (int moment = 0; moment < inputs; moment++) {
            for (int code = 1; code <= 0x0e; code++) {
                check(Method.JUST_WORKS, role, moment, code);
            }
        }
        assertThat(legal).as("legal cells").isGreaterThanOrEqualTo(role == Role.CENTRAL ? 7 : 6);
        assertThat(refused).as("refused cells").isGreaterThan(inputs * 8);
        assertThat(parked).as("parked cells").isPositive();
        assertThat(following > 0).as("cells that begin the next pairing").isEqualTo(role == Role.PERIPHERAL);
        assertThat(moments).as("moments between PDUs").hasSizeGreaterThan(8);
        System.out.println("SMP PDUs at every moment of Just Works, " + role + ": " + cells() + " cells");
    }

    /** The other models from the public keys to the encryption, where they differ; of the rounds of a passkey the first and last. */
    @ParameterizedTest
    @EnumSource(value = Method.class, mode = EnumSource.Mode.EXCLUDE, names = "JUST_WORKS")
    void onlyTheLegalCellsOfEveryModelProceed(Method method) {
        for (var role : Role.values()) {
            long before = legal;
            var whole = run(method, role, Integer.MAX_VALUE);
            assertThat(whole.bonded()).isTrue();
            assertThat(whole.device.bonds.list().get(0).security().method()).isEqualTo(method.method());
            for (int moment : moments(method, role)) {
                for (int code = 1; code <= 0x0e; code++) {
                    check(method, role, moment, code);
                }
            }
            assertThat(legal - before).as("legal cells").isGreaterThanOrEqualTo(3);
        }
        assertThat(refused).as("refused cells").isGreaterThan(legal * 8);
        System.out.println("SMP PDUs at every moment of " + method + ": " + cells() + " cells");
    }

    private static List<Integer> moments(Method method, Role role) {
        var chosen = new ArrayList<Integer>();
        var transcript = List.of(method.transcript(role));
        int first = transcript.indexOf("<0c");
        int last = transcript.indexOf("E");
        int secondRound = first + 2 + 4;
        int lastRound = last - 2 - 3;
        var run = run(method, role, 0);
        for (int moment = 0; run.position() < last; moment++) {
            boolean atTheEnd = method.comparesEnds() && run.position() >= lastRound;
            if (run.position() >= first && (run.position() <= secondRound || atTheEnd)) {
                chosen.add(moment);
            }
            assertThat(run.device.gate.step()).isTrue();
            run.pair.run();
        }
        return chosen;
    }

    private void check(Method method, Role role, int moment, int code) {
        var run = run(method, role, moment);
        var transcript = method.transcript(role);
        int position = run.position();
        var next = position < transcript.length ? transcript[position] : "";
        moments.add(position + " " + next);
        boolean began = run.device.heard(SecurityEvent.PairingStarted.class).size() == 1;
        boolean over = began && !run.end().link().isPairing();
        String cell = method + " " + role + " after " + run.device.gate.passed + ": " + String.format("0x%02X", code);

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
        boolean mayCome = role == Role.CENTRAL && code == 0x0b || code == 0x0e && method.takesKeypress(role, position);
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
        int inputs = run(Method.JUST_WORKS, role, Integer.MAX_VALUE).device.gate.passed.size();
        var outcomes = new HashSet<Boolean>();
        for (int moment = 0; moment <= inputs; moment++) {
            var run = run(Method.JUST_WORKS, role, moment);
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

    /** What a controller says of encryption that is not so, or too early, or again, ends in a bond only where the pairing has finished. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void encryptionThatIsNotSoAtEveryMomentOfAPairing(Role role) {
        int inputs = run(Method.JUST_WORKS, role, Integer.MAX_VALUE).device.gate.passed.size();
        int ended = 0;
        for (int moment = 0; moment <= inputs; moment++) {
            for (int status : new int[] {0x00, 0x05, 0x06, 0x0c, 0x3d}) {
                for (boolean on : new boolean[] {true, false}) {
                    var run = run(Method.JUST_WORKS, role, moment);
                    var cell = String.format("%s after %s: 0x%02X, %b", role, run.device.gate.passed, status, on);
                    run.wire.encryptionChanged(role, status, on);
                    run.pair.run();
                    boolean failed = !run.device.heard(SecurityEvent.PairingFailed.class).isEmpty();
                    run.goOn();
                    run.wire.lose(0x13, 0x13);
                    run.goOn();
                    assertThat(run.end().link().isPairing()).as(cell).isFalse();
                    if (failed) {
                        run.assertNothingStored(cell);
                        ended++;
                    }
                    assertReportedAsStored(run.device);
                }
            }
        }
        assertThat(ended).as("pairings that such events ended").isGreaterThan(inputs);
    }

    /** A controller that asks for the key again before it has encrypted the link knows not what it does: no bond is made with it. */
    @ParameterizedTest
    @EnumSource(Method.class)
    void anLtkRequestThatComesTwiceEndsThePairing(Method method) {
        var run = run(method, Role.PERIPHERAL, 0);
        while (!run.device.gate.next().equals("LTK")) {
            assertThat(run.device.gate.step()).isTrue();
            run.pair.run();
        }
        for (int i = 0; i < 2; i++) {
            run.device.ports.port.longTermKeyRequested(run.end(), 0, 0);
            run.pair.run();
        }
        run.goOn();
        assertThat(run.device.heard(SecurityEvent.PairingFailed.class)).singleElement().satisfies(
                event -> assertThat(event.cause()).hasMessageContaining("wants to encrypt"));
        run.assertNothingStored(method.name());
        assertThat(run.pair.central.bonds.list()).isEmpty();
        assertThat(new HashSet<>(run.end().keys)).as("LTKs that were given").hasSizeLessThanOrEqualTo(1);
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

    @ParameterizedTest
    @EnumSource(Method.class)
    void theTranscriptIsWhatHappens(Method method) {
        for (var role : Role.values()) {
            var run = run(method, role, Integer.MAX_VALUE);
            assertThat(run.position()).isEqualTo(method.transcript(role).length);
            assertThat(run.end().sentHex().stream().map(pdu -> pdu.substring(0, 2)).filter(code -> !code.equals("0e")))
                    .containsExactlyElementsOf(java.util.Arrays.stream(method.transcript(role))
                            .filter(step -> step.startsWith(">"))
                            .map(step -> step.substring(1))
                            .toList());
            assertThat(run.bonded()).isTrue();
        }
    }

    /** A pairing that has come so far at the device in this role. */
    private static Run run(Method method, Role role, int moment) {
        return advance(new Pair(), method, role, moment);
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
        return advance(pair, Method.JUST_WORKS, role, moment);
    }

    private static Run advance(Pair pair, Method method, Role role, int moment) {
        var device = pair.device(role);
        method.prepare(pair);
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
            // Keypress Notifications are no steps.
            long received = device.gate.passed.stream()
                    .filter(name -> name.startsWith("0x") && !name.equals("0x0E"))
                    .count();
            long sent = end().sent.stream().filter(pdu -> pdu[0] != 0x0e).count();
            int encrypted = device.gate.passed.contains("encryption") ? 1 : 0;
            return (int) (received + sent) + encrypted;
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
