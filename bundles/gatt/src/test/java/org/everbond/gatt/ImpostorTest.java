package org.everbond.gatt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.everbond.bonds.Bond;
import org.everbond.gatt.internal.att.AttUuid;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.security.PairingException;
import org.junit.jupiter.api.Test;

/** B1 (BLESA): who comes under the address of a bonded peer and cannot encrypt learns nothing and tells us nothing. */
class ImpostorTest {
    private static final Bond BOND = Device.bond(2, Device.JUST_WORKS);

    private final SimulatedLoop loop = new SimulatedLoop();
    private final Device device = new Device(loop);
    private final RemoteService.Characteristic characteristic = new RemoteService.Characteristic(
            Lamp.TICK, 0x0f, 0x10, Set.of(Property.NOTIFY, Property.INDICATE),
            List.of(new RemoteService.Descriptor(AttUuid.CLIENT_CONFIGURATION, 0x11)));

    @Test
    void nothingLeavesOurClientAndNothingReachesTheApplication() {
        var impostor = device.connect(BOND);
        var client = device.client(impostor);
        var values = new ArrayList<byte[]>();
        var all = new ArrayList<CompletableFuture<?>>();
        all.add(client.subscribe(characteristic, values::add).toCompletableFuture());
        all.add(client.read(0x10).toCompletableFuture());
        all.add(client.write(0x10, new byte[] {1}).toCompletableFuture());
        all.add(client.writeWithoutResponse(0x10, new byte[] {1}).toCompletableFuture());
        all.add(client.discover().toCompletableFuture());
        loop.runUntilIdle();
        for (var pdu : List.of("1b 1000 01", "1d 1000 02", "0b 03", "03 0001", "13", "11 06 0100 0500 0018")) {
            assertThat(device.exchange(impostor, pdu)).isEmpty();
        }
        assertThat(all).noneMatch(CompletableFuture::isDone);
        assertThat(device.protecting).hasSize(1);

        var refused = new PairingException("the peer holds no key for its bond", 0, true);
        device.onLoop(() -> device.protecting.remove(0).completeExceptionally(refused));
        assertThat(all).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThatThrownBy(() -> all.get(1).join()).hasCause(refused);
        assertThat(impostor.sent).isEmpty();
        assertThat(values).isEmpty();
    }

    @Test
    void theTruePeerGetsWhatWaitedOnceItHasEncrypted() {
        var peer = device.connect(BOND);
        var values = new ArrayList<byte[]>();
        device.client(peer).subscribe(characteristic, values::add);
        loop.runUntilIdle();
        device.exchange(peer, "1b 1000 01");
        assertThat(peer.taken()).isEmpty();
        device.encrypted(peer, Device.JUST_WORKS);
        assertThat(peer.taken()).containsExactly("020502");
        assertThat(device.exchange(peer, "03 1700")).containsExactly("1211000100");
        device.exchange(peer, "1b 1000 02");
        assertThat(values).containsExactly(new byte[] {2});
    }

    @Test
    void protectionThatSucceedsWithoutEncryptionIsNotBelieved() {
        var impostor = device.connect(BOND);
        var read = device.client(impostor).read(0x10).toCompletableFuture();
        loop.runUntilIdle();
        device.onLoop(() -> device.protecting.remove(0).complete(impostor.link));
        assertThat(read).isCompletedExceptionally();
        assertThat(impostor.sent).isEmpty();
    }

    @Test
    void aLinkThatLosesItsEncryptionIsProtectedAgain() {
        var peer = device.connect(BOND);
        device.encrypted(peer, Device.JUST_WORKS);
        device.exchange(peer, "02 1700");
        peer.link.security = Optional.empty();
        device.client(peer).read(0x10);
        loop.runUntilIdle();
        assertThat(peer.taken()).isEmpty();
        assertThat(device.protecting).hasSize(1);
    }

    @Test
    void asServerWeGiveAnImpostorOpenValuesAndErrorsOnly() {
        var lamp = new Lamp();
        device.serve(lamp);
        var impostor = device.connect(BOND);
        assertThat(device.exchange(impostor, "02 1700")).containsExactly("030502");
        assertThat(device.exchange(impostor, "0a 1000")).containsExactly("0b010203");
        assertThat(device.exchange(impostor, "0a 1200")).containsExactly("010a12000f");
        assertThat(device.exchange(impostor, "12 1200 01")).containsExactly("011212000f");
        for (var configuration : List.of("0b00", "1300", "1600", "1900")) {
            assertThat(device.exchange(impostor, "12" + configuration + "0200"))
                    .containsExactly("0112" + configuration + "0f");
        }
        device.serve(new Lamp());
        for (var uuid : List.of(Lamp.SECRET, Lamp.ALARM, Lamp.TICK)) {
            assertThat(device.get(lamp.notifier.send(uuid, new byte[] {1}))).isZero();
        }
        assertThat(impostor.taken()).isEmpty();
    }

    @Test
    void whatWasDiscoveredInClearIsNotUsedOnAnEncryptedLink() {
        var peer = device.connect();
        var client = device.client(peer);
        var discovery = client.discover();
        loop.runUntilIdle();
        device.exchange(peer, "03 1700");
        device.exchange(peer, "01 10 0100 0a");
        assertThat(device.get(discovery)).isEmpty();
        peer.link.pairing = true;
        device.encrypted(peer, Device.JUST_WORKS);
        device.paired(peer, BOND);
        client.discover();
        loop.runUntilIdle();
        assertThat(peer.taken()).containsExactly("100100ffff0028");
    }
}
