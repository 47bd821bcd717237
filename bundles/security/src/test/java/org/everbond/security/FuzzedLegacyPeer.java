package org.everbond.security;

import static org.everbond.security.SmpFuzzTest.octet;
import static org.everbond.security.SmpFuzzTest.options;
import static org.everbond.security.SmpFuzzTest.role;
import static org.everbond.security.SmpFuzzTest.tail;
import static org.everbond.security.SmpFuzzTest.user;
import static org.everbond.security.SmpFuzzTest.variant;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.everbond.crypto.Key;
import org.everbond.host.Role;

/** One device and a peer that knows LE legacy pairing, moved by the parts of an input; see {@link SmpFuzzTest}. */
final class FuzzedLegacyPeer {
    private static final Key TEMPORARY_KEY = LegacyTester.key(0x77);

    private final Role role;
    private final LegacyTester tester;
    private final FuzzedDevices fuzzed;
    private final SmpFuzzTest.Parts parts;
    private final User user;
    private boolean featuresAgreed;

    /** The second octet: our role (bit 0), TK out of band (1), an old bond (2). */
    FuzzedLegacyPeer(byte[] input) {
        parts = new SmpFuzzTest.Parts(input, SmpFuzzTest.HEAD);
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
            tester.response = HexFormat.of().parseHex(hex);
            tester.raw.send(tester.end(), tester.response);
            return tester.request.length == 7;
        }
        return tester.features(hex);
    }

    private void temporaryKey() {
        tester.tk = user.oobData.isPresent()
                ? TEMPORARY_KEY
                : user.shown != null
                        ? LegacyMethod.passkey(user.shown)
                        : user.heard.contains("passkey?") ? LegacyMethod.passkey(SmpFuzzTest.PASSKEY) : Key.ZERO;
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
