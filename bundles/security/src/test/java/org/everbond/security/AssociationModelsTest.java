package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.SecureConnectionsTest.now;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.crypto.DeviceAddress;
import org.everbond.host.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** LE Secure Connections with every association model, between two security managers with people in front of them. */
class AssociationModelsTest {
    private final Pair pair = new Pair();

    private Device device(Role role) {
        return pair.device(role);
    }

    private static Role other(Role role) {
        return role == Role.CENTRAL ? Role.PERIPHERAL : Role.CENTRAL;
    }

    private User user(Role role) {
        return User.of(device(role));
    }

    private void users(IoCapability central, IoCapability peripheral) {
        User.give(pair, central, peripheral);
    }

    private void assertBonded(PairingMethod method) {
        boolean authenticated = method != PairingMethod.JUST_WORKS;
        for (var device : List.of(pair.central, pair.peripheral)) {
            assertThat(device.heard(SecurityEvent.PairingFailed.class)).isEmpty();
            assertThat(device.bonds.list()).singleElement().satisfies(bond ->
                    assertThat(bond.security()).isEqualTo(new BondSecurity(method, true, authenticated, 16)));
        }
        assertThat(pair.central.bonds.ltkOf(pair.peripheral.identity))
                .isPresent()
                .isEqualTo(pair.peripheral.bonds.ltkOf(pair.central.identity));
    }

    private void assertFailed(int reason, Role by) {
        for (var role : Role.values()) {
            assertThat(device(role).heard(SecurityEvent.PairingFailed.class)).singleElement().satisfies(failed -> {
                assertThat(failed.cause().reason()).isEqualTo(reason);
                assertThat(failed.cause().byPeer()).isEqualTo(role != by);
            });
            assertThat(device(role).heard(SecurityEvent.Paired.class)).isEmpty();
            assertThat(device(role).bonds.list()).isEmpty();
        }
    }

    // Which of them runs, and what it achieves (Tables 2.7 and 2.8).

    @ParameterizedTest
    @CsvSource({
        "NO_INPUT_NO_OUTPUT, KEYBOARD_DISPLAY, JUST_WORKS, just works?, just works?",
        "KEYBOARD_DISPLAY, NO_INPUT_NO_OUTPUT, JUST_WORKS, just works?, just works?",
        "DISPLAY_ONLY, DISPLAY_YES_NO, JUST_WORKS, just works?, just works?",
        "DISPLAY_YES_NO, DISPLAY_YES_NO, NUMERIC_COMPARISON, number?, number?",
        "KEYBOARD_DISPLAY, DISPLAY_YES_NO, NUMERIC_COMPARISON, number?, number?",
        "KEYBOARD_DISPLAY, KEYBOARD_DISPLAY, NUMERIC_COMPARISON, number?, number?",
        "DISPLAY_ONLY, KEYBOARD_ONLY, PASSKEY_ENTRY, shows, passkey?",
        "DISPLAY_ONLY, KEYBOARD_DISPLAY, PASSKEY_ENTRY, shows, passkey?",
        "KEYBOARD_DISPLAY, KEYBOARD_ONLY, PASSKEY_ENTRY, shows, passkey?",
        "KEYBOARD_ONLY, DISPLAY_ONLY, PASSKEY_ENTRY, passkey?, shows",
        "KEYBOARD_DISPLAY, DISPLAY_ONLY, PASSKEY_ENTRY, passkey?, shows",
        "KEYBOARD_ONLY, KEYBOARD_DISPLAY, PASSKEY_ENTRY, passkey?, shows"
    })
    void everyModelBondsBothSides(
            IoCapability central, IoCapability peripheral, PairingMethod method, String atCentral, String atPeripheral) {
        users(central, peripheral);
        var wire = pair.connect();

        var result = now(pair.pair(wire));

        assertBonded(method);
        assertThat(user(Role.CENTRAL).heard).startsWith(atCentral).endsWith("finished");
        assertThat(user(Role.PERIPHERAL).heard).startsWith(atPeripheral).endsWith("finished");
        assertThat(result.bonding()).isEqualTo(PairingResult.Bonding.BONDED);
        assertThat(result.security().method()).isEqualTo(method);
        var level = method == PairingMethod.JUST_WORKS ? SecurityLevel.ENCRYPTED : SecurityLevel.SECURE;
        assertThat(wire.central.link().level()).isEqualTo(level);
        assertThat(wire.peripheral.link().level()).isEqualTo(level);
    }

    @Test
    void bothTypeAPasskeyThatTheyAgreedOn() {
        users(IoCapability.KEYBOARD_ONLY, IoCapability.KEYBOARD_ONLY);
        user(Role.CENTRAL).types = Optional.of(42);
        user(Role.PERIPHERAL).types = Optional.of(42);
        pair.pair(pair.connect());
        assertBonded(PairingMethod.PASSKEY_ENTRY);
    }

    // Numeric Comparison.

    @Test
    void bothShowTheSameNumberAndAnotherOneEachTime() {
        users(IoCapability.DISPLAY_YES_NO, IoCapability.DISPLAY_YES_NO);
        var numbers = new HashSet<Integer>();
        for (int i = 0; i < 3; i++) {
            var wire = pair.connect();
            pair.pair(wire);
            assertThat(user(Role.CENTRAL).number).isBetween(0, 999_999).isEqualTo(user(Role.PERIPHERAL).number);
            numbers.add(user(Role.CENTRAL).number);
            wire.lose(0x13, 0x13);
            pair.run();
        }
        assertThat(numbers).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aNumberThatDiffersFailsThePairing(Role role) {
        users(IoCapability.DISPLAY_YES_NO, IoCapability.DISPLAY_YES_NO);
        user(role).says = false;
        pair.pair(pair.connect());
        assertFailed(0x0c, role);
        assertThat(user(role).heard).containsExactly("number?", "cancelled");
        assertThat(user(other(role)).heard).containsExactly("number?", "cancelled");
    }

    /** The central's user is faster: its DHKey Check waits at the peripheral. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void oneUserComparesFasterThanTheOther(Role slow) {
        users(IoCapability.DISPLAY_YES_NO, IoCapability.DISPLAY_YES_NO);
        user(slow).slow = true;
        var wire = pair.connect();
        pair.pair(wire);
        pair.advance(Duration.ofSeconds(20));
        assertThat(wire.end(slow).link().isPairing()).isTrue();
        user(slow).confirmation.complete(true);
        pair.run();
        assertBonded(PairingMethod.NUMERIC_COMPARISON);
    }

    // Passkey Entry.

    @ParameterizedTest
    @EnumSource(Role.class)
    void aUserWhoTypesSlowlyIsWaitedFor(Role typing) {
        users(
                typing == Role.CENTRAL ? IoCapability.KEYBOARD_ONLY : IoCapability.DISPLAY_ONLY,
                typing == Role.CENTRAL ? IoCapability.DISPLAY_ONLY : IoCapability.KEYBOARD_ONLY);
        user(typing).slow = true;
        var wire = pair.connect();
        pair.pair(wire);
        pair.advance(Duration.ofSeconds(20));
        user(typing).enter();
        pair.run();
        assertBonded(PairingMethod.PASSKEY_ENTRY);
        assertThat(wire.central.sentHex().stream().filter(pdu -> pdu.startsWith("03"))).hasSize(20);
        assertThat(wire.peripheral.sentHex().stream().filter(pdu -> pdu.startsWith("04"))).hasSize(20);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aWrongPasskeyFailsInTheRoundOfItsFirstWrongBit(Role typing) {
        users(
                typing == Role.CENTRAL ? IoCapability.KEYBOARD_ONLY : IoCapability.DISPLAY_ONLY,
                typing == Role.CENTRAL ? IoCapability.DISPLAY_ONLY : IoCapability.KEYBOARD_ONLY);
        var fixed = Device.accepting().with(options -> options.fixedPasskey(OptionalInt.of(0b1111)));
        device(other(typing)).security.options(fixed);
        user(typing).types = Optional.of(0b1011);
        var wire = pair.connect();
        pair.pair(wire);
        // The peripheral checks first: the central's Random comes before its own.
        assertFailed(0x04, Role.PERIPHERAL);
        assertThat(wire.peripheral.sentHex().stream().filter(pdu -> pdu.startsWith("04"))).hasSize(2);
        assertThat(user(Role.CENTRAL).heard).endsWith("cancelled");
        assertThat(user(Role.PERIPHERAL).heard).endsWith("cancelled");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aUserWhoDoesNotTypeFailsThePairing(Role typing) {
        users(
                typing == Role.CENTRAL ? IoCapability.KEYBOARD_ONLY : IoCapability.DISPLAY_ONLY,
                typing == Role.CENTRAL ? IoCapability.DISPLAY_ONLY : IoCapability.KEYBOARD_ONLY);
        user(typing).says = false;
        pair.pair(pair.connect());
        assertFailed(0x01, typing);
    }

    @ParameterizedTest
    @CsvSource({"-1", "1000000", "2147483647", "-2147483648"})
    void aPasskeyOutOfRangeIsRefused(int passkey) {
        users(IoCapability.KEYBOARD_ONLY, IoCapability.DISPLAY_ONLY);
        user(Role.CENTRAL).types = Optional.of(passkey);
        pair.pair(pair.connect());
        assertFailed(0x01, Role.CENTRAL);
    }

    /** THREATS A15, A16: a passkey that was shown once is worth nothing afterwards, whatever became of the pairing. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void aPasskeyIsNewForEachAttempt(Role showing) {
        users(
                showing == Role.CENTRAL ? IoCapability.DISPLAY_ONLY : IoCapability.KEYBOARD_ONLY,
                showing == Role.CENTRAL ? IoCapability.KEYBOARD_ONLY : IoCapability.DISPLAY_ONLY);
        var shown = new ArrayList<Integer>();
        for (int i = 0; i < 6; i++) {
            user(other(showing)).says = i % 2 == 0;
            var wire = pair.connect();
            pair.pair(wire);
            shown.add(user(showing).shown);
            wire.lose(0x13, 0x13);
            pair.run();
        }
        assertThat(shown).allSatisfy(passkey -> assertThat(passkey).isBetween(0, 999_999));
        assertThat(new HashSet<>(shown)).hasSize(6);
    }

    @Test
    void aFixedPasskeyIsShownOnlyWhereItIsConfigured() {
        users(IoCapability.KEYBOARD_ONLY, IoCapability.DISPLAY_ONLY);
        pair.peripheral.security.options(
                Device.accepting().with(options -> options.fixedPasskey(OptionalInt.of(123_456))));
        pair.pair(pair.connect());
        assertThat(user(Role.PERIPHERAL).shown).isEqualTo(123_456);
        assertBonded(PairingMethod.PASSKEY_ENTRY);
    }

    /** A gateway that nobody stands beside: the peer's user was given the passkey. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void aPasskeyThatWasAgreedOnIsShownToThatPeer(Role showing) {
        users(
                showing == Role.CENTRAL ? IoCapability.DISPLAY_ONLY : IoCapability.KEYBOARD_ONLY,
                showing == Role.CENTRAL ? IoCapability.KEYBOARD_ONLY : IoCapability.DISPLAY_ONLY);
        user(showing).agreed = Optional.of(271_828);
        user(other(showing)).types = Optional.of(271_828);
        // That of the adapter is for everybody else.
        (showing == Role.CENTRAL ? pair.central : pair.peripheral).security.options(
                Device.accepting().with(options -> options.fixedPasskey(OptionalInt.of(123_456))));
        pair.pair(pair.connect());
        assertThat(user(showing).shown).isEqualTo(271_828);
        assertBonded(PairingMethod.PASSKEY_ENTRY);
    }

    // Keypress Notifications (3.5.8).

    @ParameterizedTest
    @EnumSource(Role.class)
    void keysThatAreTypedAreToldToTheDeviceThatShows(Role typing) {
        users(
                typing == Role.CENTRAL ? IoCapability.KEYBOARD_ONLY : IoCapability.DISPLAY_ONLY,
                typing == Role.CENTRAL ? IoCapability.DISPLAY_ONLY : IoCapability.KEYBOARD_ONLY);
        user(typing).slow = true;
        pair.pair(pair.connect());
        var keys = List.of(
                Keypress.STARTED, Keypress.DIGIT_ENTERED, Keypress.DIGIT_ERASED, Keypress.CLEARED, Keypress.COMPLETED);
        keys.forEach(user(typing).typed);
        pair.run();
        user(typing).enter();
        pair.run();
        assertBonded(PairingMethod.PASSKEY_ENTRY);
        assertThat(user(other(typing)).heard).containsExactly(
                "shows", "STARTED", "DIGIT_ENTERED", "DIGIT_ERASED", "CLEARED", "COMPLETED", "finished");
        // What comes after the answer is told to nobody.
        user(typing).typed.accept(Keypress.DIGIT_ENTERED);
        pair.run();
        assertThat(user(other(typing)).heard).endsWith("finished");
    }

    @Test
    void whenBothTypeBothHearOfIt() {
        users(IoCapability.KEYBOARD_ONLY, IoCapability.KEYBOARD_ONLY);
        for (var role : Role.values()) {
            user(role).slow = true;
            user(role).types = Optional.of(7);
        }
        pair.pair(pair.connect());
        for (var role : Role.values()) {
            user(role).typed.accept(Keypress.DIGIT_ENTERED);
            pair.run();
        }
        user(Role.CENTRAL).enter();
        pair.run();
        user(Role.PERIPHERAL).typed.accept(Keypress.DIGIT_ENTERED);
        user(Role.PERIPHERAL).enter();
        pair.run();
        assertBonded(PairingMethod.PASSKEY_ENTRY);
        assertThat(user(Role.CENTRAL).heard).contains("STARTED", "DIGIT_ENTERED");
        assertThat(user(Role.PERIPHERAL).heard).contains("STARTED", "DIGIT_ENTERED", "COMPLETED");
    }

    // Out of band data.

    /** The data of one device is given to the user of the other, as octets. */
    private void carry(Role from) {
        var made = device(from).security.createOobData();
        pair.run();
        user(other(from)).oobData = Optional.of(OobData.ofAdStructures(now(made).adStructures()));
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    void outOfBandDataOneWayAndBothWays(boolean ofCentral, boolean ofPeripheral) {
        users(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT);
        if (ofCentral) {
            carry(Role.CENTRAL);
        }
        if (ofPeripheral) {
            carry(Role.PERIPHERAL);
        }
        var wire = pair.connect();
        pair.pair(wire);
        assertBonded(PairingMethod.OUT_OF_BAND);
        assertThat(wire.central.link().level()).isEqualTo(SecurityLevel.SECURE);
        // The first octets are code, IO capability and OOB data flag.
        assertThat(wire.central.sentHex().get(0)).startsWith(ofPeripheral ? "010301" : "010300");
        assertThat(wire.peripheral.sentHex().get(0)).startsWith(ofCentral ? "020301" : "020300");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void ourDataIsGoodForOnePeer(Role owner) {
        users(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT);
        carry(owner);
        var wire = pair.connect();
        pair.pair(wire);
        assertBonded(PairingMethod.OUT_OF_BAND);
        wire.lose(0x13, 0x13);
        pair.run();
        pair.central.events.clear();
        pair.peripheral.events.clear();
        pair.pair(pair.connect());
        assertThat(device(owner).heard(SecurityEvent.PairingFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.cause().reason()).isEqualTo(0x02));
        assertThat(device(owner).bonds.list().get(0).security().method()).isEqualTo(PairingMethod.OUT_OF_BAND);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void ourDataSurvivesTwoFailuresAndNotThree(Role owner) {
        users(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT);
        carry(owner);
        for (int failures = 1; failures <= 3; failures++) {
            device(other(owner)).bonds.storage = MemoryBonds.Storage.FULL;
            var wire = pair.connect();
            pair.pair(wire);
            pair.advance(Duration.ofSeconds(1));
            device(owner).bonds.list().forEach(bond -> device(owner).bonds.forget(bond.id()));
            device(owner).events.clear();
            wire.lose(0x13, 0x13);
            pair.run();
        }
        pair.central.events.clear();
        pair.peripheral.events.clear();
        pair.pair(pair.connect());
        assertFailed(0x02, owner);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void dataThatWasForgottenOrReplacedIsGoodForNobody(Role owner) {
        users(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT);
        carry(owner);
        device(owner).security.forgetOobData();
        pair.pair(pair.connect());
        assertFailed(0x02, owner);
        pair.central.events.clear();
        pair.peripheral.events.clear();

        device(owner).security.createOobData();
        pair.run();
        pair.pair(pair.connect());
        // The key pair is another one than the data commits to.
        assertFailed(0x04, other(owner));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void dataOfAnotherDeviceIsNotUsed(Role role) {
        users(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT);
        carry(other(role));
        var data = user(role).oobData.orElseThrow();
        user(role).oobData = Optional.of(new OobData(
                Optional.of(DeviceAddress.parse("C0:FF:EE:00:00:77/random")), Optional.empty(), data.secureConnections()));
        pair.pair(pair.connect());
        assertBonded(PairingMethod.JUST_WORKS);
    }

    /** The level is judged by what runs: data of another device cannot reach what out of band data would have reached. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void dataOfAnotherDeviceReachesNoLevel(Role role) {
        users(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT);
        carry(other(role));
        var data = user(role).oobData.orElseThrow();
        user(role).oobData = Optional.of(new OobData(
                Optional.of(DeviceAddress.parse("C0:FF:EE:00:00:77/random")), Optional.empty(), data.secureConnections()));
        device(role).security.options(Device.with(
                SecurityLevel.AUTHENTICATED, SecurityOptions.JustWorks.ACCEPT, SecurityOptions.Replace.SAME_OR_STRONGER));
        pair.pair(pair.connect());
        assertFailed(0x03, role);
    }

    // Secure Connections Only Mode.

    @ParameterizedTest
    @EnumSource(Role.class)
    void secureConnectionsOnlyModeTakesNothingBelowLevelFour(Role role) {
        device(role).security.options(Device.accepting().with(options -> options.secureConnectionsOnly(true)));
        users(IoCapability.NO_INPUT_NO_OUTPUT, IoCapability.NO_INPUT_NO_OUTPUT);
        pair.pair(pair.connect());
        assertFailed(0x03, role);
        pair.central.events.clear();
        pair.peripheral.events.clear();
        users(IoCapability.DISPLAY_YES_NO, IoCapability.DISPLAY_YES_NO);
        pair.pair(pair.connect());
        assertBonded(PairingMethod.NUMERIC_COMPARISON);
    }
}
