package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HexFormat;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.OpCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Threat C16: floods of connections of peers that nobody knows. */
class FloodTest extends ScriptedHost {
    private static final DeviceAddress BONDED = DeviceAddress.parse("C0:FF:EE:00:00:01/random");
    private static final DeviceAddress BONDED_PRIVATE = DeviceAddress.parse("4A:00:00:00:00:01/random");

    private int strangers;

    @BeforeEach
    void advertise() {
        upper.identities.put(BONDED, BONDED);
        upper.identities.put(BONDED_PRIVATE, BONDED);
        host.advertise(HostPair.ADVERTISING);
        loop.runUntilIdle();
        controller.commands.clear();
    }

    /** A peer connects and goes again. Returns whether anybody above heard of it. */
    private boolean connects(DeviceAddress peer) {
        upper.heard.clear();
        var address = new byte[6];
        peer.writeLittleEndian(address, 0);
        inject("043e1301004000 01" + String.format("%02x", peer.type().value()) + HexFormat.of().formatHex(address) + "18000000c80000");
        boolean heard = !upper.heard("security connected").isEmpty();
        inject("04050400400013");
        assertThat(host.isAdvertising()).as("advertising goes on").isTrue();
        return heard;
    }

    private DeviceAddress stranger(String kind) {
        strangers++;
        return DeviceAddress.parse(String.format(kind, strangers >> 8, strangers & 0xff));
    }

    private int flood(String kind, int connections) {
        int taken = 0;
        for (int i = 0; i < connections; i++) {
            taken += connects(stranger(kind)) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void strangers_that_change_their_address_are_taken_so_many_at_once_and_then_so_many_a_second() {
        assertThat(flood("C0:00:00:01:%02X:%02X/random", 200)).isEqualTo(32);
        assertThat(controller.count(OpCode.DISCONNECT)).isEqualTo(168);

        loop.advance(Duration.ofSeconds(1));
        assertThat(flood("C0:00:00:01:%02X:%02X/random", 60)).isEqualTo(8);
        loop.advance(Duration.ofMinutes(1));
        assertThat(flood("C0:00:00:01:%02X:%02X/random", 60)).as("no more are saved up than at first").isEqualTo(32);
        assertThat(upper.troubles).anyMatch(what -> what.contains("without a bond"));
    }

    @Test
    void each_kind_of_address_has_room_of_its_own() {
        for (var kind : new String[] {"00:00:00:01:%02X:%02X/public", "C0:00:00:01:%02X:%02X/random", "40:00:00:01:%02X:%02X/random",
                "00:00:00:01:%02X:%02X/random"}) {
            assertThat(flood(kind, 60)).as(kind).isEqualTo(32);
        }
    }

    @Test
    void bonded_peers_are_never_refused_and_take_no_room_of_others() {
        for (int i = 0; i < 100; i++) {
            assertThat(connects(BONDED)).isTrue();
            assertThat(connects(BONDED_PRIVATE)).as("behind a private address").isTrue();
        }
        assertThat(flood("C0:00:00:01:%02X:%02X/random", 200)).isEqualTo(32);
        assertThat(flood("40:00:00:01:%02X:%02X/random", 200)).isEqualTo(32);
        assertThat(connects(BONDED)).isTrue();
        assertThat(connects(BONDED_PRIVATE)).isTrue();
    }

    @Test
    void who_bonds_while_connected_was_no_stranger() {
        for (int i = 0; i < 100; i++) {
            var newcomer = stranger("C0:00:00:02:%02X:%02X/random");
            upper.atConnect = () -> upper.identities.put(newcomer, newcomer);
            assertThat(connects(newcomer)).isTrue();
        }
        upper.atConnect = () -> {};
        assertThat(flood("C0:00:00:01:%02X:%02X/random", 200)).isEqualTo(32);
    }

    @Test
    void a_refused_connection_on_the_handle_of_a_link_means_that_the_link_is_gone() {
        flood("C0:00:00:01:%02X:%02X/random", 32);
        inject("043e1301004000 01010100 00eeffc0 18000000c80000");
        assertThat(host.connections()).hasSize(1);

        inject("043e1301004000 01010200 000000c0 18000000c80000");
        assertThat(host.connections()).isEmpty();
    }
}
