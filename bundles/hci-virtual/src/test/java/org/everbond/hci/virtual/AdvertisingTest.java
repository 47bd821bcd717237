package org.everbond.hci.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.hci.virtual.RawHost.octets;
import static org.everbond.hci.virtual.RawHost.u16;

import java.time.Duration;
import java.util.Arrays;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.RandomAddress;
import org.everbond.crypto.Toolbox;
import org.everbond.hci.OpCode;
import org.everbond.hci.virtual.ControllerOptions.Quirk;
import org.junit.jupiter.api.Test;

/** Advertising and scanning with both families of commands. */
class AdvertisingTest {
    private static final byte[] FLAGS = {2, 1, 6};
    private static final byte[] NAME = {3, 9, 'e', 'b'};
    private static final Key IRK = Key.of("irk irk irk irk ".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    private static final Key PEER_IRK = Key.of("peer peer peer p".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    private final SimulatedLoop loop = new SimulatedLoop();
    private final VirtualAir air = VirtualAir.on(loop);
    private final RawHost scanner = new RawHost(loop, air.controller()).setUp();
    private final RawHost advertiser = new RawHost(loop, air.controller()).setUp();

    private void scanLegacy(boolean active, boolean filter) {
        scanner.ok(OpCode.LE_SET_SCAN_PARAMETERS, active ? 1 : 0, u16(0x10), u16(0x10), 0, 0);
        scanner.ok(OpCode.LE_SET_SCAN_ENABLE, 1, filter ? 1 : 0);
    }

    private void scanExtended(int duration) {
        scanner.ok(OpCode.LE_SET_EXTENDED_SCAN_PARAMETERS, 0, 0, 1, 1, u16(0x10), u16(0x10));
        scanner.ok(OpCode.LE_SET_EXTENDED_SCAN_ENABLE, 1, 0, u16(duration), u16(0));
    }

    private static byte[] padded(byte[] data, int size) {
        return Arrays.copyOf(data, size);
    }

    private void advertise() {
        advertiser.ok(OpCode.LE_SET_ADVERTISING_DATA, FLAGS.length, padded(FLAGS, 31));
        advertiser.ok(OpCode.LE_SET_SCAN_RESPONSE_DATA, NAME.length, padded(NAME, 31));
        advertiser.advertiseLegacy();
    }

    @Test
    void everyAdvertisingEventIsReportedAtItsTime() {
        scanLegacy(false, false);
        advertise();
        loop.advance(Duration.ofMillis(100));
        assertThat(scanner.events(RawHost.ADVERTISING_REPORT)).hasSize(6);
        assertThat(scanner.event(RawHost.ADVERTISING_REPORT))
                .isEqualTo(octets(1, 0, 0, advertiser.controller.address(), 3, FLAGS, -60));
        advertiser.ok(OpCode.LE_SET_ADVERTISING_ENABLE, 0);
        loop.advance(Duration.ofSeconds(1));
        assertThat(scanner.events(RawHost.ADVERTISING_REPORT)).hasSize(6);
    }

    @Test
    void activeScanningFetchesTheScanResponseAndTheFilterKeepsDuplicatesBack() {
        scanLegacy(true, true);
        advertise();
        loop.advance(Duration.ofSeconds(1));
        assertThat(scanner.events(RawHost.ADVERTISING_REPORT)).hasSize(2);
        assertThat(scanner.event(RawHost.ADVERTISING_REPORT))
                .isEqualTo(octets(1, 4, 0, advertiser.controller.address(), 4, NAME, -60));
    }

    @Test
    void extendedScannersHearLegacyPdusAndStopAfterTheDuration() {
        scanExtended(10);
        advertise();
        loop.advance(Duration.ofMillis(90));
        assertThat(scanner.event(RawHost.EXTENDED_REPORT)).startsWith(octets(1, u16(0x1b), 0, advertiser.controller.address()));
        loop.advance(Duration.ofMillis(10));
        assertThat(scanner.events(RawHost.SCAN_TIMEOUT)).hasSize(1);
        int heard = scanner.events(RawHost.EXTENDED_REPORT).size();
        loop.advance(Duration.ofSeconds(1));
        assertThat(scanner.events(RawHost.EXTENDED_REPORT)).hasSize(heard);
    }

    @Test
    void longExtendedDataComesInPiecesAndLegacyScannersHearNothing() {
        advertiser.extendedSet(1, 0x00, 0);
        var data = new byte[251 + 49];
        Arrays.fill(data, (byte) 7);
        advertiser.ok(OpCode.LE_SET_EXTENDED_ADVERTISING_DATA, 1, 1, 0, 251, padded(data, 251));
        advertiser.ok(OpCode.LE_SET_EXTENDED_ADVERTISING_DATA, 1, 2, 0, 49, new byte[49]);
        advertiser.enableSet(1);
        var legacy = new RawHost(loop, air.controller(ControllerOptions.legacy())).setUp();
        legacy.ok(OpCode.LE_SET_SCAN_ENABLE, 1, 0);
        scanExtended(0);
        loop.advance(Duration.ofMillis(1));
        loop.advance(Duration.ofMillis(20));
        var reports = scanner.events(RawHost.EXTENDED_REPORT);
        assertThat(reports).hasSize(2);
        assertThat(reports.get(0)[1]).isEqualTo((byte) 0x20);
        assertThat(reports.get(1)[1]).isEqualTo((byte) 0x00);
        assertThat((reports.get(0)[24] & 0xff) + (reports.get(1)[24] & 0xff)).isEqualTo(300);
        assertThat(legacy.events(RawHost.ADVERTISING_REPORT)).isEmpty();
    }

    @Test
    void advertisingForATimeOrANumberOfEventsEndsWithItsCause() {
        advertiser.extendedSet(1, 0x13, 0);
        advertiser.ok(OpCode.LE_SET_EXTENDED_ADVERTISING_ENABLE, 1, 1, 1, u16(10), 0);
        loop.advance(Duration.ofMillis(100));
        assertThat(advertiser.event(RawHost.SET_TERMINATED)).startsWith(0x3c, 1);
        advertiser.ok(OpCode.LE_SET_EXTENDED_ADVERTISING_ENABLE, 1, 1, 1, u16(0), 5);
        loop.advance(Duration.ofMillis(100));
        assertThat(advertiser.event(RawHost.SET_TERMINATED)).isEqualTo(octets(0x43, 1, u16(0), 5));
    }

    @Test
    void highDutyDirectedAdvertisingEndsAfter1280Milliseconds() {
        advertiser.ok(
                OpCode.LE_SET_ADVERTISING_PARAMETERS,
                u16(0), u16(0), 1, 0, 0, DeviceAddress.parse("00:00:00:00:00:99"), 7, 0);
        advertiser.ok(OpCode.LE_SET_ADVERTISING_ENABLE, 1);
        loop.advance(Duration.ofMillis(1280));
        assertThat(advertiser.event(RawHost.ENHANCED_CONNECTION_COMPLETE)).startsWith(0x3c);
    }

    @Test
    void directedAdvertisingIsHeardByItsTargetOnly() {
        var other = new RawHost(loop, air.controller()).setUp();
        other.ok(OpCode.LE_SET_SCAN_ENABLE, 1, 0);
        scanLegacy(false, false);
        advertiser.ok(
                OpCode.LE_SET_ADVERTISING_PARAMETERS,
                u16(0x20), u16(0x20), 4, 0, 0, scanner.controller.address(), 7, 0);
        advertiser.ok(OpCode.LE_SET_ADVERTISING_ENABLE, 1);
        loop.advance(Duration.ofMillis(20));
        assertThat(scanner.event(RawHost.ADVERTISING_REPORT)).startsWith(1, 1);
        assertThat(other.events(RawHost.ADVERTISING_REPORT)).isEmpty();
    }

    /** Vol 6, Part B, 4.3.3: only the extended policies tell of directed PDUs to private addresses that the controller cannot resolve. */
    @Test
    void directedAdvertisingToAPrivateAddressIsReportedByTheExtendedPoliciesOnly() {
        var target = RandomAddress.resolvable(IRK, 7);
        advertiser.ok(OpCode.LE_SET_ADVERTISING_PARAMETERS, u16(0x20), u16(0x20), 4, 0, 1, target, 7, 0);
        advertiser.ok(OpCode.LE_SET_ADVERTISING_ENABLE, 1);
        int[] reports = {0, 0, 1, 0};
        for (int policy = 0; policy < reports.length; policy++) {
            scanner.forget();
            scanner.ok(OpCode.LE_SET_SCAN_PARAMETERS, 1, u16(0x10), u16(0x10), 0, policy);
            scanner.ok(OpCode.LE_SET_SCAN_ENABLE, 1, 1);
            loop.advance(Duration.ofMillis(40));
            assertThat(scanner.events(RawHost.ADVERTISING_REPORT)).isEmpty();
            assertThat(scanner.events(RawHost.DIRECTED_REPORT)).as("policy " + policy).hasSize(reports[policy]);
            scanner.ok(OpCode.LE_SET_SCAN_ENABLE, 0, 0);
        }
        scanner.ok(OpCode.LE_ADD_DEVICE_TO_FILTER_ACCEPT_LIST, 0, advertiser.controller.address());
        scanner.ok(OpCode.LE_SET_SCAN_PARAMETERS, 1, u16(0x10), u16(0x10), 0, 3);
        scanner.ok(OpCode.LE_SET_SCAN_ENABLE, 1, 1);
        loop.advance(Duration.ofMillis(40));
        assertThat(scanner.event(RawHost.DIRECTED_REPORT))
                .isEqualTo(octets(1, 1, 0, advertiser.controller.address(), 1, target, -60));

        scanner.ok(OpCode.LE_SET_SCAN_ENABLE, 0, 0);
        scanner.forget();
        scanner.ok(OpCode.LE_SET_RANDOM_ADDRESS, target);
        scanner.ok(OpCode.LE_SET_SCAN_ENABLE, 1, 1);
        loop.advance(Duration.ofMillis(40));
        assertThat(scanner.events(RawHost.DIRECTED_REPORT)).as("the scanner's own address needs no resolving").isEmpty();
        assertThat(scanner.events(RawHost.ADVERTISING_REPORT)).hasSize(1);
    }

    @Test
    void aControllerWithoutTheExtendedPoliciesRefusesThem() {
        var plain = new RawHost(loop, air.controller(ControllerOptions.legacy().quirk(Quirk.NO_EXTENDED_SCANNER_FILTER_POLICIES))).setUp();
        assertThat(plain.command(OpCode.LE_SET_SCAN_PARAMETERS, 1, u16(0x10), u16(0x10), 0, 2)).containsExactly(0x12);
        assertThat(plain.ok(OpCode.LE_READ_LOCAL_SUPPORTED_FEATURES)[1] & 0x80).isZero();
        assertThat(scanner.ok(OpCode.LE_READ_LOCAL_SUPPORTED_FEATURES)[1] & 0x80).isEqualTo(0x80);
    }

    @Test
    void extendedReportsSayThatTheTargetWasNotResolved() {
        var target = RandomAddress.resolvable(IRK, 7);
        advertiser.ok(
                OpCode.LE_SET_EXTENDED_ADVERTISING_PARAMETERS,
                0, u16(0x15), new byte[] {0x20, 0, 0, 0x20, 0, 0}, 7, 0, 1, target, 0, 0x7f, 1, 0, 1, 1, 0);
        advertiser.enableSet(0);
        scanner.ok(OpCode.LE_SET_EXTENDED_SCAN_PARAMETERS, 0, 2, 1, 0, u16(0x10), u16(0x10));
        scanner.ok(OpCode.LE_SET_EXTENDED_SCAN_ENABLE, 1, 0, u16(0), u16(0));
        loop.advance(Duration.ofMillis(40));
        assertThat(Arrays.copyOfRange(scanner.event(RawHost.EXTENDED_REPORT), 17, 24)).isEqualTo(octets(0xfe, target));
    }

    /** Vol 6, Part B, 6.2.2. */
    @Test
    void aControllerThatKnowsTheIrkOfItsTargetNamesItByAPrivateAddress() {
        advertiser.ok(OpCode.LE_ADD_DEVICE_TO_RESOLVING_LIST, 0, scanner.controller.address(), PEER_IRK, IRK);
        advertiser.ok(OpCode.LE_SET_ADDRESS_RESOLUTION_ENABLE, 1);
        advertiser.ok(OpCode.LE_SET_ADVERTISING_PARAMETERS, u16(0x20), u16(0x20), 4, 2, 0, scanner.controller.address(), 7, 0);
        advertiser.ok(OpCode.LE_SET_ADVERTISING_ENABLE, 1);
        scanner.ok(OpCode.LE_SET_SCAN_PARAMETERS, 1, u16(0x10), u16(0x10), 0, 2);
        scanner.ok(OpCode.LE_SET_SCAN_ENABLE, 1, 1);
        loop.advance(Duration.ofMillis(40));
        var report = scanner.event(RawHost.DIRECTED_REPORT);
        assertThat(Toolbox.resolves(IRK, DeviceAddress.ofLittleEndian(AddressType.RANDOM, report, 3))).isTrue();
        var target = DeviceAddress.ofLittleEndian(AddressType.RANDOM, report, 10);
        assertThat(Toolbox.resolves(PEER_IRK, target)).isTrue();
        scanner.ok(OpCode.LE_SET_SCAN_ENABLE, 0, 0);

        scanner.ok(OpCode.LE_SET_RANDOM_ADDRESS, target);
        var onAir = DeviceAddress.ofLittleEndian(AddressType.RANDOM, report, 3);
        assertThat(scanner.command(
                        OpCode.LE_CREATE_CONNECTION, u16(0x60), u16(0x30), 0, 1, onAir, 1, RawHost.connectionParameters()))
                .containsExactly(0);
        loop.advance(Duration.ofMillis(40));
        assertThat(advertiser.event(RawHost.ENHANCED_CONNECTION_COMPLETE))
                .startsWith(octets(0, u16(advertiser.handle()), 1, 2, scanner.controller.address()));
    }

    @Test
    void aListedPeerIsReportedByItsIdentityAndAResolvableAddressOfOursIsMade() {
        var identity = DeviceAddress.parse("C0:11:22:33:44:55/random");
        scanner.ok(OpCode.LE_ADD_DEVICE_TO_RESOLVING_LIST, 1, identity, PEER_IRK, IRK);
        scanner.ok(OpCode.LE_SET_ADDRESS_RESOLUTION_ENABLE, 1);
        advertiser.ok(OpCode.LE_ADD_DEVICE_TO_RESOLVING_LIST, 0, scanner.controller.address(), IRK, PEER_IRK);
        advertiser.ok(OpCode.LE_SET_ADDRESS_RESOLUTION_ENABLE, 1);
        advertiser.ok(OpCode.LE_SET_RANDOM_ADDRESS, identity);
        scanLegacy(false, false);
        advertiser.ok(
                OpCode.LE_SET_ADVERTISING_PARAMETERS,
                RawHost.PARAMETERS_20MS, 0, 3, 0, scanner.controller.address(), 7, 0);
        advertiser.ok(OpCode.LE_SET_ADVERTISING_ENABLE, 1);
        loop.advance(Duration.ofMillis(20));
        assertThat(scanner.event(RawHost.ADVERTISING_REPORT)).startsWith(octets(1, 0, 3, identity));
        var onAir = scanner.ok(OpCode.LE_READ_PEER_RESOLVABLE_ADDRESS, 1, identity);
        var address = DeviceAddress.ofLittleEndian(AddressType.RANDOM, onAir, 1);
        assertThat(Toolbox.resolves(PEER_IRK, address)).isTrue();

        scanner.ok(OpCode.LE_SET_SCAN_ENABLE, 0, 0);
        scanner.ok(
                OpCode.LE_CREATE_CONNECTION,
                u16(0x60), u16(0x30), 0, 1, identity, 2, RawHost.connectionParameters());
        loop.advance(Duration.ofMillis(20));
        var complete = scanner.event(RawHost.ENHANCED_CONNECTION_COMPLETE);
        assertThat(complete).startsWith(octets(0, u16(scanner.handle()), 0, 3, identity));
        var local = DeviceAddress.ofLittleEndian(AddressType.RANDOM, complete, 11);
        assertThat(Toolbox.resolves(IRK, local)).isTrue();
        assertThat(advertiser.event(RawHost.ENHANCED_CONNECTION_COMPLETE))
                .startsWith(octets(0, u16(advertiser.handle()), 1, 2, scanner.controller.address()));
    }

    @Test
    void aPeerWithAnIrkIsNotHeardUnderItsIdentityUnlessInDevicePrivacyMode() {
        scanner.ok(OpCode.LE_ADD_DEVICE_TO_RESOLVING_LIST, 0, advertiser.controller.address(), PEER_IRK, IRK);
        scanner.ok(OpCode.LE_SET_ADDRESS_RESOLUTION_ENABLE, 1);
        scanLegacy(false, false);
        advertise();
        loop.advance(Duration.ofMillis(20));
        assertThat(scanner.events(RawHost.ADVERTISING_REPORT)).isEmpty();
        assertThat(scanner.command(OpCode.LE_SET_PRIVACY_MODE, 0, advertiser.controller.address(), 1)).containsExactly(0x0c);
        scanner.ok(OpCode.LE_SET_SCAN_ENABLE, 0, 0);
        scanner.ok(OpCode.LE_SET_PRIVACY_MODE, 0, advertiser.controller.address(), 1);
        scanLegacy(false, false);
        loop.advance(Duration.ofMillis(20));
        assertThat(scanner.events(RawHost.ADVERTISING_REPORT)).isNotEmpty();
    }

    @Test
    void theFamiliesDoNotMixUntilReset() {
        advertise();
        assertThat(advertiser.command(OpCode.LE_READ_NUMBER_OF_SUPPORTED_ADVERTISING_SETS)).startsWith(0x0c);
        advertiser.setUp();
        advertiser.extendedSet(0, 0x13, 0);
        assertThat(advertiser.command(OpCode.LE_SET_ADVERTISING_ENABLE, 1)).containsExactly(0x0c);
        assertThat(advertiser.command(OpCode.LE_SET_SCAN_ENABLE, 1, 0)).containsExactly(0x0c);
        assertThat(advertiser.connectLegacy(scanner.controller.address())).containsExactly(0x0c);
    }

    @Test
    void anOwnRandomAddressIsNeededBeforeItIsUsed() {
        advertiser.ok(OpCode.LE_SET_ADVERTISING_PARAMETERS, RawHost.PARAMETERS_20MS, 0, 1, 0, new byte[6], 7, 0);
        assertThat(advertiser.command(OpCode.LE_SET_ADVERTISING_ENABLE, 1)).containsExactly(0x12);
        advertiser.ok(OpCode.LE_SET_RANDOM_ADDRESS, DeviceAddress.parse("C0:00:00:00:00:01/random"));
        advertiser.ok(OpCode.LE_SET_ADVERTISING_ENABLE, 1);
        assertThat(advertiser.command(OpCode.LE_SET_RANDOM_ADDRESS, DeviceAddress.parse("C0:00:00:00:00:02/random")))
                .containsExactly(0x0c);
    }

    @Test
    void unknownSetsAndImpossiblePropertiesAreRefused() {
        assertThat(advertiser.command(OpCode.LE_SET_EXTENDED_ADVERTISING_ENABLE, 1, 1, 9, u16(0), 0)).containsExactly(0x42);
        assertThat(advertiser.command(
                        OpCode.LE_SET_EXTENDED_ADVERTISING_PARAMETERS,
                        0, u16(0x03), new byte[] {0x20, 0, 0, 0x20, 0, 0}, 7, 0, 0, new byte[6], 0, 0x7f, 1, 0, 1, 1, 0))
                .startsWith(0x12);
        advertiser.extendedSet(0, 0x13, 0);
        advertiser.enableSet(0);
        assertThat(advertiser.command(OpCode.LE_REMOVE_ADVERTISING_SET, 0)).containsExactly(0x0c);
        assertThat(advertiser.command(OpCode.LE_SET_EXTENDED_ADVERTISING_DATA, 0, 3, 0, 32, new byte[32])).containsExactly(0x12);
    }

    @Test
    void separatedControllersDoNotHearEachOther() {
        air.separate(scanner.controller, advertiser.controller);
        scanLegacy(false, false);
        advertise();
        loop.advance(Duration.ofMillis(100));
        assertThat(scanner.events(RawHost.ADVERTISING_REPORT)).isEmpty();
        air.join(scanner.controller, advertiser.controller);
        loop.advance(Duration.ofMillis(100));
        assertThat(scanner.events(RawHost.ADVERTISING_REPORT)).isNotEmpty();
    }

    @Test
    void anAdvertiserWithAnAcceptListTakesOnlyThoseOnIt() {
        var stranger = new RawHost(loop, air.controller()).setUp();
        advertiser.ok(OpCode.LE_ADD_DEVICE_TO_FILTER_ACCEPT_LIST, 0, scanner.controller.address());
        advertiser.ok(OpCode.LE_SET_ADVERTISING_PARAMETERS, RawHost.PARAMETERS_20MS, 0, 0, 0, new byte[6], 7, 3);
        advertiser.ok(OpCode.LE_SET_ADVERTISING_ENABLE, 1);
        assertThat(advertiser.command(OpCode.LE_CLEAR_FILTER_ACCEPT_LIST)).containsExactly(0x0c);
        stranger.ok(OpCode.LE_SET_SCAN_PARAMETERS, 1, u16(0x10), u16(0x10), 0, 0);
        stranger.ok(OpCode.LE_SET_SCAN_ENABLE, 1, 1);
        stranger.connectLegacy(advertiser.controller.address());
        loop.advance(Duration.ofMillis(100));
        assertThat(stranger.events(RawHost.ENHANCED_CONNECTION_COMPLETE)).isEmpty();
        assertThat(stranger.events(RawHost.ADVERTISING_REPORT)).hasSize(1);
        scanner.connectLegacy(advertiser.controller.address());
        loop.advance(Duration.ofMillis(20));
        assertThat(scanner.events(RawHost.ENHANCED_CONNECTION_COMPLETE)).hasSize(1);
    }

    @Test
    void aScannerWithAnAcceptListReportsOnlyThoseOnIt() {
        var other = new RawHost(loop, air.controller()).setUp();
        other.advertiseLegacy();
        advertise();
        scanner.ok(OpCode.LE_ADD_DEVICE_TO_FILTER_ACCEPT_LIST, 0, other.controller.address());
        scanner.ok(OpCode.LE_SET_SCAN_PARAMETERS, 0, u16(0x10), u16(0x10), 0, 1);
        scanner.ok(OpCode.LE_SET_SCAN_ENABLE, 1, 1);
        loop.advance(Duration.ofMillis(40));
        assertThat(scanner.events(RawHost.ADVERTISING_REPORT)).hasSize(1);
        assertThat(scanner.event(RawHost.ADVERTISING_REPORT)).startsWith(octets(1, 0, 0, other.controller.address()));
    }
}
