package org.everbond.gatt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.everbond.gatt.internal.att.AttUuid;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.virtual.SimulatedLoop;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signed Write Commands (Vol 3, Part F, 3.4.5.4; Vol 3, Part G, 4.9.2) as server and as client. */
class SignedWriteTest {
    private static final String GENUINE = Device.FakeSigning.GENUINE;
    private static final String FORGED = "ef".repeat(12);
    private static final int OPEN = 0x10;
    private static final int ENCRYPTED = 0x12;
    private static final int AUTHENTICATED = 0x14;
    private static final int NOT_SIGNED = 0x16;
    private static final int NOT_WRITTEN = 0x18;

    private final Device device = new Device(new SimulatedLoop());
    private final List<String> written = new ArrayList<>();

    private final GattService service = new GattService() {
        @Override
        public UUID uuid() {
            return Lamp.SERVICE;
        }

        @Override
        public List<CharacteristicDefinition> characteristics() {
            return List.of(
                    with(0xFE01, Property.AUTHENTICATED_SIGNED_WRITES, Access.OPEN),
                    with(0xFE02, Property.AUTHENTICATED_SIGNED_WRITES, Access.ENCRYPTED),
                    with(0xFE03, Property.AUTHENTICATED_SIGNED_WRITES, Access.AUTHENTICATED),
                    with(0xFE04, Property.WRITE_WITHOUT_RESPONSE, Access.OPEN),
                    with(0xFE05, Property.AUTHENTICATED_SIGNED_WRITES, Access.NONE));
        }

        private CharacteristicDefinition with(int uuid, Property property, Access write) {
            return new CharacteristicDefinition(AttUuid.of16(uuid), Set.of(property), Access.NONE, write);
        }

        @Override
        public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
            return CompletableFuture.completedFuture(new byte[0]);
        }

        @Override
        public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
            written.add("%s %s".formatted(characteristic.toString().substring(4, 8), HexFormat.of().formatHex(value)));
            return CompletableFuture.completedFuture(null);
        }
    };

    @BeforeEach
    void serve() {
        device.serve(service);
    }

    private static String command(int handle, String value, String signature) {
        return "d2%02x00".formatted(handle) + value + signature;
    }

    @Test
    void theServerDoesWhatIsGenuineAndPermittedAndNeverAnswers() {
        var peer = device.connect(Device.bond(2, Device.JUST_WORKS));
        for (int handle : new int[] {0, OPEN, ENCRYPTED, AUTHENTICATED, NOT_SIGNED, NOT_WRITTEN, 3, 0xff}) {
            for (var signature : List.of(GENUINE, FORGED)) {
                assertThat(device.exchange(peer, command(handle, "2a", signature))).isEmpty();
            }
        }
        // LE security mode 2, level 1: the property permits it, and a bond made by Just Works will do.
        assertThat(written).containsExactly("fe01 2a", "fe02 2a");
        assertThat(device.signing.verified).as("no key is touched for what is not permitted").isEqualTo(4);
    }

    @Test
    void anAuthenticatedBondReachesWhatDemandsOne() {
        var peer = device.connect(Device.bond(2, Device.NUMERIC));
        device.exchange(peer, command(AUTHENTICATED, "", GENUINE));
        assertThat(written).containsExactly("fe03 ");
    }

    @Test
    void strangersAndEncryptedLinksWriteNothingSigned() {
        var stranger = device.connect();
        device.exchange(stranger, command(OPEN, "2a", GENUINE));
        var peer = device.connect(Device.bond(2, Device.NUMERIC));
        device.encrypted(peer, Device.NUMERIC);
        device.exchange(peer, command(OPEN, "2a", GENUINE));
        assertThat(written).isEmpty();
        assertThat(device.signing.verified).isZero();
    }

    @Test
    void theServiceHearsOfItOnlyOnceTheCounterIsOnTheDisk() {
        var peer = device.connect(Device.bond(2, Device.JUST_WORKS));
        device.disk = new CompletableFuture<>();
        device.exchange(peer, command(OPEN, "2a", GENUINE));
        assertThat(written).isEmpty();
        device.disconnect(peer);
        device.onLoop(() -> device.disk.complete(null));
        assertThat(written).as("a sensor that writes and leaves is heard").containsExactly("fe01 2a");
    }

    @Test
    void aWrongLengthIsDroppedWithoutAWord() {
        var peer = device.connect(Device.bond(2, Device.JUST_WORKS));
        for (var pdu : List.of("d2", "d210", "d21000", "d21000" + "ee".repeat(11), command(OPEN, "ee".repeat(600), GENUINE))) {
            assertThat(device.exchange(peer, pdu)).isEmpty();
        }
        assertThat(written).isEmpty();
        assertThat(peer.open).isTrue();
    }

    @Test
    void theClientSignsInClearAndNothingElseLeaves() {
        var peer = device.connect(Device.bond(2, Device.JUST_WORKS));
        device.get(device.client(peer).writeSigned(0x12, new byte[] {0x2a}));
        assertThat(peer.taken()).containsExactly("d212002a" + GENUINE);
        assertThat(device.protecting).as("nobody asked for encryption").isEmpty();
        device.get(device.client(peer).writeSigned(0x12, new byte[8]));
        assertThatThrownBy(() -> device.get(device.client(peer).writeSigned(0x12, new byte[9])))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("1 octets more than fit");
    }

    @Test
    void onAnEncryptedLinkItIsWrittenWithoutResponse() {
        var peer = device.connect(Device.bond(2, Device.JUST_WORKS));
        device.encrypted(peer, Device.JUST_WORKS);
        device.get(device.client(peer).writeSigned(0x12, new byte[] {0x2a}));
        assertThat(peer.taken()).containsExactly("020502", "5212002a");
    }

    @Test
    void whatWasSignedWhileTheLinkGotEncryptedLeavesWithoutTheSignature() {
        var peer = device.connect(Device.bond(2, Device.JUST_WORKS));
        device.disk = new CompletableFuture<>();
        device.client(peer).writeSigned(0x12, new byte[] {0x2a});
        device.encrypted(peer, Device.JUST_WORKS);
        device.onLoop(() -> device.disk.complete(null));
        assertThat(peer.taken()).containsExactly("020502", "5212002a");
    }

    @Test
    void afterTheEndOfTheConnectionItFails() {
        var peer = device.connect(Device.bond(2, Device.JUST_WORKS));
        var client = device.client(peer);
        peer.stalled = true;
        var waiting = client.writeSigned(0x12, new byte[] {0x2a}).toCompletableFuture();
        device.loop.runUntilIdle();
        device.disconnect(peer);
        assertThat(waiting).isCompletedExceptionally();
        assertThatThrownBy(() -> device.get(client.writeSigned(0x12, new byte[1]))).hasMessageContaining("ended");
    }
}
