package org.everbond.security;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.everbond.host.Role;

/**
 * Whatever comes over the air, from controllers and from people, in whatever order: what a task throws comes out of the simulated
 * loop, and {@link FuzzedDevices} says what must hold. The first three octets of an input say what the devices and their users can do;
 * then come parts, each with its length in the octet before it. The lower half of a part's first octet says what is done, its
 * bit 4 to whom.
 */
class SmpFuzzTest {
    static final int HEAD = 3;
    static final int PASSKEY = 123_456;

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
            new FuzzedLegacyPeer(input).play();
        }
    }

    static Role role(byte[] part) {
        return (part[0] & 0x10) == 0 ? Role.CENTRAL : Role.PERIPHERAL;
    }

    static int variant(byte[] part) {
        return part[0] >> 5 & 7;
    }

    static int octet(byte[] part, int index) {
        return index < part.length ? part[index] & 0xff : 0;
    }

    static byte[] tail(byte[] part) {
        return Arrays.copyOfRange(part, 1, part.length);
    }

    static User user(int head) {
        var user = new User(IoCapability.values()[(head & 7) % IoCapability.values().length]);
        user.slow = (head & 8) != 0;
        if ((head & 0x10) != 0) {
            user.types = Optional.of(PASSKEY);
        }
        return user;
    }

    static SecurityOptions options(int flags) {
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
            var device = pair.device(role);
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
            var sent = fuzzed.wire.otherEnd(to).sent;
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

    /** The parts of an input. */
    static final class Parts {
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
