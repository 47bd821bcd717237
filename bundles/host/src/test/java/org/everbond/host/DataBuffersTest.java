package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** The buffers of the controller: who may use how many, and when they are free again. */
class DataBuffersTest extends ScriptedHost {
    @Test
    void completed_packets_never_give_more_room_than_there_is() {
        inject(CONNECTED);
        inject("041305014000ffff", "041305014100ffff", "0413050140000400");
        for (int i = 0; i < 10; i++) {
            upper.connections.get(0).send(Connection.CID_ATT, new byte[] {(byte) i});
        }
        assertThat(controller.data).as("four buffers").hasSize(4);

        inject("0413050140000100");
        assertThat(controller.data).hasSize(5);
        inject("041305014000ffff");
        assertThat(controller.data).hasSize(9);
    }

    @Test
    void buffers_are_shared_between_links_and_come_back_when_one_dies() {
        inject(connected(0x40), connected(0x41));
        var one = upper.connections.get(0);
        var other = upper.connections.get(1);
        for (int i = 0; i < 20; i++) {
            one.send(Connection.CID_ATT, new byte[] {1});
        }
        assertThat(controller.data).as("one buffer is kept for the other link").hasSize(3);
        other.send(Connection.CID_ATT, new byte[] {2});
        assertThat(controller.data).hasSize(4);

        other.send(Connection.CID_ATT, new byte[] {2});
        inject("04050400400008");
        assertThat(controller.data).as("what the dead link held is free").hasSize(5);
        for (int i = 0; i < 10; i++) {
            other.send(Connection.CID_ATT, new byte[] {2});
        }
        assertThat(controller.data).as("alone, it may use all four").hasSize(7);
    }

    @Test
    void long_data_is_cut_to_the_controllers_buffers() {
        inject(CONNECTED);
        upper.connections.get(0).send(Connection.CID_ATT, new byte[60]);

        assertThat(controller.data).extracting(packet -> packet.length - 5).containsExactly(27, 27, 10);
        assertThat(controller.data).extracting(packet -> packet[2] >> 4 & 3).containsExactly(0, 1, 1);
        assertThat(sent().get(0)).startsWith("3c000400");
    }

    @Test
    void completed_is_told_once_for_each_sdu_when_its_last_fragment_has_left() {
        inject(CONNECTED);
        var completed = new ArrayList<String>();
        upper.connections.get(0).send(Connection.CID_ATT, new byte[60], () -> completed.add("long"));
        upper.connections.get(0).send(Connection.CID_ATT, new byte[5], () -> completed.add("short"));
        inject("0413050140000200");
        assertThat(completed).isEmpty();

        inject("0413050140000100");
        assertThat(completed).containsExactly("long");
        inject("04050400400013", "0413050140000100");
        assertThat(completed).as("never, once the link is gone").containsExactly("long");
    }
}
