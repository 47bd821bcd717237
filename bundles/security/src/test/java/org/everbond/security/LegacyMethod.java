package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.Key;
import org.everbond.host.Role;

/** How a tester and a device come to a TK, and what both say of themselves (Vol 3, Part H, Table 2.8). */
enum LegacyMethod {
    JUST_WORKS(IoCapability.NO_INPUT_NO_OUTPUT, 3, PairingMethod.JUST_WORKS),
    DEVICE_DISPLAYS(IoCapability.DISPLAY_ONLY, 2, PairingMethod.PASSKEY_ENTRY),
    PEER_DISPLAYS(IoCapability.KEYBOARD_ONLY, 0, PairingMethod.PASSKEY_ENTRY),
    BOTH_TYPE(IoCapability.KEYBOARD_ONLY, 2, PairingMethod.PASSKEY_ENTRY),
    OUT_OF_BAND(IoCapability.NO_INPUT_NO_OUTPUT, 3, PairingMethod.OUT_OF_BAND);

    static final int PASSKEY = 123456;
    private static final Key TEMPORARY_KEY = LegacyTester.key(0x77);

    final PairingMethod made;
    private final IoCapability device;
    private final int peer;

    LegacyMethod(IoCapability device, int peer, PairingMethod made) {
        this.device = device;
        this.peer = peer;
        this.made = made;
    }

    /** A user that does what the method needs. */
    User user() {
        var user = new User(device);
        user.other = new User(device);
        user.types = Optional.of(PASSKEY);
        user.oobData = this == OUT_OF_BAND ? temporaryKey(TEMPORARY_KEY) : Optional.empty();
        return user;
    }

    static Optional<OobData> temporaryKey(Key key) {
        return Optional.of(new OobData(Optional.empty(), Optional.of(key), Optional.empty()));
    }

    /** A tester and a device with such a user, connected. */
    LegacyTester tester(Role role, User user) {
        var tester = new LegacyTester(new Pair(), role);
        tester.device.agent = Optional.of(user);
        tester.connect();
        return tester;
    }

    /** Pairing Request or Response of the tester. */
    String features(Role role, int authReq, int keySize, int initiatorKeys, int responderKeys) {
        return String.format(
                "%02x%02x%02x%02x%02x%02x%02x",
                role == Role.CENTRAL ? 2 : 1, peer, this == OUT_OF_BAND ? 1 : 0, authReq, keySize, initiatorKeys, responderKeys);
    }

    int authReq() {
        return this == JUST_WORKS ? 0x01 : 0x05;
    }

    /** Pairs up to where the keys are distributed. */
    void authenticate(LegacyTester tester, User user, String features) {
        assertThat(tester.features(features)).isTrue();
        tester.pair.run();
        tester.tk = switch (this) {
            case JUST_WORKS -> Key.ZERO;
            case DEVICE_DISPLAYS -> passkey(user.shown);
            case PEER_DISPLAYS, BOTH_TYPE -> passkey(PASSKEY);
            case OUT_OF_BAND -> TEMPORARY_KEY;
        };
        assertThat(tester.authenticate()).as("%s as %s", this, tester.role).isTrue();
    }

    static Key passkey(int number) {
        return Key.of(ByteBuffer.allocate(16).putInt(12, number).array());
    }
}
