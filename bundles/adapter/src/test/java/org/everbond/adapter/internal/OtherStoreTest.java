package org.everbond.adapter.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.everbond.adapter.internal.Gateway.get;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Optional;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.adapter.BondSource;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.Resolution;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bonds of another store come into a running adapter. */
class OtherStoreTest extends GatewaysOnAir {
    private static final int BONDS = 1000;
    private static final DeviceAddress HEADSET = DeviceAddress.parse("00:1B:DC:07:32:EF");

    private Gateway gateway;
    private Gateway peer;
    private byte[] btstack;

    @BeforeEach
    void twoGatewaysAndAStoreOfBtstack() throws Exception {
        gateway = new Gateway("gateway", air.controller(), folder);
        peer = new Gateway("peer", air.controller(), folder).with("bondable", "on").with("pairing.justWorks", "accept");
        btstack = btstack();
        Files.write(folder.resolve("btstack.tlv"), btstack);
    }

    private static DeviceAddress address(int number) {
        return DeviceAddress.parse(String.format("C0:FF:EE:00:%02X:%02X/random", number >> 8, number & 0xff));
    }

    /** Root keys, a Classic link key, and bonds in more slots than any BTstack has: the rest of them in records of our own. */
    private byte[] btstack() throws Exception {
        var out = ByteBuffer.allocate(1 << 20).put("BTstack\0".getBytes(US_ASCII));
        for (var root : new String[] {"SMER", "SMIR"}) {
            out.put(root.getBytes(US_ASCII)).putInt(16).put((byte) 1).put(root.getBytes(US_ASCII)).put(new byte[11]);
        }
        var linkKey = ByteBuffer.allocate(32).put(new byte[] {1, 0, 0, 0}).put(HEADSET.octets()).put((byte) 0x42).put(28, (byte) 8);
        out.put("BTL".getBytes(US_ASCII)).put((byte) 15).putInt(32).put(linkKey.array());
        for (int i = 0; i < BONDS; i++) {
            var entry = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN).putInt(i + 1).putInt(1).put(address(i).octets());
            entry.putShort(44, (short) (i + 1)).put(56, (byte) 16).put(59, (byte) 1);
            out.putInt(i < 16 ? 0x42544400 | 15 - i : 0xea000000 | i).putInt(60).put(entry.array());
        }
        return java.util.Arrays.copyOf(out.array(), out.position());
    }

    private void bondWithPeer() {
        var link = connected(gateway, peer);
        get(link.pair());
        peer.await(AdapterEvent.Paired.class);
    }

    @Test
    void aThousandBondsComeWhileALinkIsUp() throws Exception {
        try (var a = gateway.startUp(); var b = peer.startUp()) {
            bondWithPeer();
            var identity = gateway.adapter().status().identity();
            assertThatThrownBy(() -> get(gateway.adapter().importBonds(BondSource.of("file:btstack.tlv"))))
                    .hasMessageContaining("the imported bonds know the gateway as an address that is not recorded with other root keys")
                    .hasMessageContaining("--identity keep or --identity take");
            var wish = new BondSource("file:btstack.tlv", false, false, Optional.of(Resolution.CARRY), Optional.empty(), Optional.empty(), true);
            assertThat(get(gateway.adapter().importBonds(wish)).added()).hasSize(BONDS);
            assertThat(gateway.adapter().bonds()).as("a rehearsal").hasSize(1);

            var keep = new BondSource("file:btstack.tlv", false, false, Optional.of(Resolution.CARRY), Optional.empty(), Optional.empty(), false);
            var imported = get(gateway.adapter().importBonds(keep));
            assertThat(imported.added()).hasSize(BONDS);
            assertThat(imported.linkKeys()).isEqualTo(1);
            assertThat(gateway.adapter().bonds()).hasSize(BONDS + 1);
            assertThat(gateway.adapter().classicBonds()).hasSize(1);
            assertThat(gateway.adapter().status().identity()).isEqualTo(identity);
            assertThat(gateway.adapter().links()).as("stays up").singleElement()
                    .satisfies(link -> assertThat(link.status().security()).as("encrypted").isPresent());
            assertThat(folder.resolve("btstack.tlv")).as("stays as it is").hasBinaryContent(btstack);
            assertThat(get(gateway.adapter().importBonds(keep)).left()).hasSize(BONDS);
        }
        try (var a = gateway.startUp()) {
            assertThat(gateway.adapter().bonds()).hasSize(BONDS + 1);
        }
    }

    @Test
    void anAdapterWithoutBondsTakesTheIdentityThatTheyKnow() {
        try (var a = gateway.startUp()) {
            var known = DeviceAddress.parse("00:1B:DC:07:32:10");
            var wish = new BondSource("file:btstack.tlv", false, false, Optional.empty(), Optional.of(known), Optional.empty(), false);
            assertThat(get(gateway.adapter().importBonds(wish)).identity()).contains(known);
            gateway.await(AdapterEvent.StateChanged.class, event -> event.state() == AdapterState.UP
                    && gateway.adapter().status().identity().equals(Optional.of(known)));
            assertThat(gateway.adapter().bonds()).hasSize(BONDS);
        }
    }

    @Test
    void whatIsNoOtherStoreIsRefused() throws Exception {
        Files.writeString(folder.resolve("text"), "hello, this is no store of bonds");
        try (var a = gateway.startUp()) {
            refused("file:gateway.tlv", "is where the bonds of this adapter are");
            refused("file:none.tlv", "none.tlv does not exist");
            refused("file:text", "is no store");
            refused("file:.", "is a folder; name a file in it");
            refused("btstack.tlv", "names no scheme");
            refused("tape:btstack.tlv", "no bundle answers to tape:btstack.tlv");
            refused("file:btstack.tlv?mode=fast", "mode");
            assertThat(folder.resolve("none.tlv")).doesNotExist();
            assertThat(gateway.adapter().bonds()).isEmpty();
        }
    }

    private void refused(String place, String because) {
        assertThatThrownBy(() -> get(gateway.adapter().importBonds(BondSource.of(place)))).hasMessageContaining(because);
    }
}
