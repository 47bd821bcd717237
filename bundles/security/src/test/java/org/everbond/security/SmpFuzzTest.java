package org.everbond.security;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.host.Role;

/**
 * Whatever comes over the air, from controllers and from people, in whatever order: what a task throws comes out of the simulated
 * loop, and {@link FuzzedDevices} says what must hold. The first three octets of an input say what the devices and their users can do;
 * then come parts, each with its length in the octet before it. The lower half of a part's first octet says what is done, its
 * bit 4 to whom.
 */
class SmpFuzzTest {
    private static final int HEAD = 3;
    private static final int PASSKEY = 123_456;
    private static final Key TEMPORARY_KEY = LegacyTester.key(0x77);

    /** Two devices, and what is between them: delays, loses, repeats, changes, makes up. */
    @FuzzTest(maxDuration = "10m")
    void anyAirBetweenTwoDevicesIsSurvived(byte[] input) {
        if (input.length > HEAD) {
            new Air(input).play();
        }
    }

    /** One device, and a peer without LE Secure Connections that knows how to pair, and what else could be sent. */
    @FuzzTest(maxDuration = "10m")
    void anyLegacyPeerIsSurvived(byte[] input) {
        if (input.length > HEAD) {
            new Legacy(input).play();
        }
    }

    private static Role role(byte[] part) {
        return (part[0] & 0x10) == 0 ? Role.CENTRAL : Role.PERIPHERAL;
    }

    private static int variant(byte[] part) {
        return part[0] >> 5 & 7;
    }

    private static int octet(byte[] part, int index) {
        return index < part.length ? part[index] & 0xff : 0;
    }

    private static byte[] tail(byte[] part) {
        return Arrays.copyOfRange(part, 1, part.length);
    }

    private static User user(int head) {
        var user = new User(IoCapability.values()[(head & 7) % IoCapability.values().length]);
        user.slow = (head & 8) != 0;
        if ((head & 0x10) != 0) {
            user.types = Optional.of(PASSKEY);
        }
        return user;
    }

    private static SecurityOptions options(int flags) {
        return Device.accepting().with(options -> options.legacy((flags & 1) != 0)
                .signing((flags & 2) != 0)
                .minimumKeySize((flags & 4) != 0 ? 7 : 16)
                .secureConnectionsOnly((flags & 0x18) == 0x18)
                .replace((flags & 8) != 0 ? SecurityOptions.Replace.ASK : SecurityOptions.Replace.SAME_OR_STRONGER));
    }

    private static final class Air {
        private final Pair pair = new Pair();
        private final FuzzedDevices fuzzed = new FuzzedDevices(pair, List.of(pair.central, pair.peripheral));
        private final Parts parts;

        /** The third octet: {@link #options}, out of band data for the central (bit 5), for the peripheral (6), an old bond (7). */
        Air(byte[] input) {
            parts = new Parts(input, HEAD);
            var first = user(input[0]);
            var second = user(input[1]);
            first.other = second;
            second.other = first;
            int flags = input[2];
            if ((flags & 0x80) != 0) {
                var wire = pair.connect();
                pair.pair(wire);
                wire.lose(0x13, 0x13);
                pair.run();
            }
            if ((flags & 0x20) != 0) {
                first.oobData = oobDataOf(pair.peripheral);
            }
            if ((flags & 0x40) != 0) {
                second.oobData = oobDataOf(pair.central);
            }
            pair.central.agent = Optional.of(first);
            pair.peripheral.agent = Optional.of(second);
            pair.central.security.options(options(flags));
            pair.peripheral.security.options(options(flags));
            fuzzed.begin(pair.connect());
            pair.central.gate.close();
            pair.peripheral.gate.close();
            fuzzed.apply(pair.central, fuzzed.wire.central, 0);
        }

        private Optional<OobData> oobDataOf(Device device) {
            var data = device.security.createOobData();
            pair.run();
            return Optional.of(SecureConnectionsTest.now(data));
        }

        void play() {
            while (parts.hasNext()) {
                var part = parts.next();
                if (part.length == 0) {
                    settle();
                } else {
                    perform(part);
                }
                fuzzed.check();
            }
            fuzzed.end();
        }

        private void perform(byte[] part) {
            var role = role(part);
            var device = role == Role.CENTRAL ? pair.central : pair.peripheral;
            switch (part[0] & 0x0f) {
                case 0, 1, 2 -> step(device, variant(part) + 1);
                case 3 -> device.gate.dropNext();
                case 4 -> fuzzed.inject(role, tail(part));
                case 5 -> fuzzed.inject(role, changed(role, part));
                case 6 -> fuzzed.nonsense(role, variant(part), octet(part, 1));
                case 7 -> {
                    fuzzed.wire.lose(octet(part, 1), octet(part, 2));
                    settle();
                    fuzzed.on(pair.connect());
                }
                case 8 -> fuzzed.answer(User.of(device), variant(part));
                case 9 -> pair.advance(Duration.ofMillis(500L * octet(part, 1)));
                case 10 -> fuzzed.apply(device, fuzzed.wire.end(role), variant(part));
                case 11 -> fuzzed.store(device, octet(part, 1));
                case 12 -> type(User.of(device), octet(part, 1));
                case 13 -> fuzzed.wire.pauseEncryption();
                default -> settle();
            }
            pair.run();
        }

        private void step(Device device, int times) {
            for (int i = 0; i < times && device.gate.step(); i++) {
                pair.run();
            }
        }

        /** All that is on its way arrives. */
        private void settle() {
            boolean more = true;
            while (more) {
                more = pair.central.gate.step();
                pair.run();
                more |= pair.peripheral.gate.step();
                pair.run();
            }
        }

        /** What the other side sent last, with one octet changed, or none. */
        private byte[] changed(Role to, byte[] part) {
            var sent = fuzzed.wire.other(fuzzed.wire.end(to)).sent;
            if (sent.isEmpty()) {
                return new byte[0];
            }
            var sdu = sent.get(Math.max(0, sent.size() - 1 - variant(part))).clone();
            sdu[octet(part, 1) % sdu.length] ^= (byte) octet(part, 2);
            return sdu;
        }

        private static void type(User user, int key) {
            if (user.typed != null) {
                user.typed.accept(Keypress.values()[key % Keypress.values().length]);
            }
        }
    }

    private static final class Legacy {
        private final Role role;
        private final LegacyTester tester;
        private final FuzzedDevices fuzzed;
        private final Parts parts;
        private final User user;
        private boolean featuresAgreed;

        /** The second octet: our role (bit 0), TK out of band (1), an old bond (2). */
        Legacy(byte[] input) {
            parts = new Parts(input, HEAD);
            role = (input[1] & 1) == 0 ? Role.PERIPHERAL : Role.CENTRAL;
            tester = new LegacyTester(new Pair(), role);
            fuzzed = new FuzzedDevices(tester.pair, List.of(tester.device));
            user = user(input[0]);
            user.other = user;
            if ((input[1] & 2) != 0) {
                user.oobData = Optional.of(new OobData(Optional.empty(), Optional.of(TEMPORARY_KEY), Optional.empty()));
            }
            tester.device.agent = Optional.of(user);
            tester.device.security.options(LegacyTester.allowing());
            if ((input[1] & 4) != 0) {
                tester.connect();
                fullPairing();
            }
            tester.device.security.options(options(input[2] ^ 1));
            tester.connect();
            fuzzed.begin(tester.wire);
        }

        private void fullPairing() {
            if (features(new byte[] {3, 0, 1, 16, 7, 7}) && tester.authenticate()) {
                tester.distribute(tester.ownKeys());
            }
        }

        void play() {
            while (parts.hasNext()) {
                var part = parts.next();
                if (part.length == 0) {
                    fullPairing();
                } else {
                    perform(part);
                }
                tester.received();
                fuzzed.check();
            }
            fuzzed.end();
        }

        private void perform(byte[] part) {
            switch (part[0] & 0x0f) {
                case 0 -> features(Arrays.copyOf(tail(part), 6));
                case 1 -> ifAgreed(() -> {
                    temporaryKey();
                    tester.authenticateUpToEncryption();
                });
                case 2 -> encrypt();
                case 3 -> ifAgreed(() -> tester.distribute(octet(part, 1) & 7));
                case 4 -> ifAgreed(() -> tester.keyPdus(7).stream().skip(variant(part)).limit(1)
                        .forEach(pdu -> tester.raw.send(tester.end(), pdu)));
                case 5 -> tester.raw.send(tester.wire.other(device()), part.length == 1 ? new byte[] {5} : tail(part));
                case 6 -> ifAgreed(() -> tester.raw.send(tester.end(), Tester.value(0x03, tester.confirm(tester.random))));
                case 7 -> ifAgreed(() -> tester.raw.send(tester.end(), Tester.value(0x04, tester.random)));
                case 8 -> fuzzed.nonsense(device().role(), variant(part), octet(part, 1));
                case 9 -> tester.pair.advance(Duration.ofMillis(500L * octet(part, 1)));
                case 10 -> fuzzed.apply(tester.device, device(), variant(part));
                case 11 -> fuzzed.store(tester.device, octet(part, 1));
                case 12 -> fuzzed.answer(user, variant(part));
                case 13 -> {
                    tester.connect(octet(part, 1) % 2 == 0 ? role : role(part));
                    featuresAgreed = false;
                    fuzzed.on(tester.wire);
                }
                case 14 -> tester.wire.pauseEncryption();
                default -> storedKey(octet(part, 1));
            }
            tester.pair.run();
        }

        /** The device's end of the link that there is, on which the roles may be turned. */
        private Wire.End device() {
            return tester.wire.central.device == tester.device ? tester.wire.central : tester.wire.peripheral;
        }

        private boolean canPair() {
            return tester.wire.isOpen() && device().role() == role;
        }

        private void ifAgreed(Runnable move) {
            if (featuresAgreed && canPair()) {
                move.run();
            }
        }

        /** The peer's Pairing Request or Response, without its code. */
        private boolean features(byte[] octets) {
            var hex = new StringBuilder(role == Role.CENTRAL ? "02" : "01");
            for (byte octet : octets) {
                hex.append(String.format("%02x", octet));
            }
            featuresAgreed = false;
            if (canPair()) {
                tester.received();
                featuresAgreed = agreed(hex.toString());
                temporaryKey();
            }
            return featuresAgreed;
        }

        private boolean agreed(String hex) {
            if (role == Role.CENTRAL) {
                tester.device.security.pair(tester.deviceEnd());
                tester.request = tester.raw.next();
                tester.response = java.util.HexFormat.of().parseHex(hex);
                tester.raw.send(tester.end(), tester.response);
                return tester.request.length == 7;
            }
            return tester.features(hex);
        }

        private void temporaryKey() {
            tester.tk = user.oobData.isPresent()
                    ? TEMPORARY_KEY
                    : user.shown != null
                            ? LegacyPairingTest.passkey(user.shown)
                            : user.heard.contains("passkey?") ? LegacyPairingTest.passkey(PASSKEY) : Key.ZERO;
        }

        private void encrypt() {
            if (canPair() && tester.stk != null && role == Role.PERIPHERAL) {
                tester.end().encrypt(tester.stk, 0, 0);
            }
        }

        /** The peer begins encryption as with a key that it has of us. */
        private void storedKey(int value) {
            if (tester.wire.isOpen()) {
                tester.wire.central.encrypt(LegacyTester.LTK, value, value);
            }
        }
    }

    /** The parts of an input. */
    private static final class Parts {
        private final byte[] input;
        private int at;

        Parts(byte[] input, int at) {
            this.input = input;
            this.at = at;
        }

        boolean hasNext() {
            return at < input.length;
        }

        byte[] next() {
            int end = Math.min(input.length, at + 1 + (input[at] & 0xff));
            var part = Arrays.copyOfRange(input, at + 1, end);
            at = end;
            return part;
        }
    }
}
