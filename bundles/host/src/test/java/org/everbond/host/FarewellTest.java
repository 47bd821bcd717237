package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.everbond.hci.OpCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was sent before the end of a link that we ask for goes first; what must not wait does not. */
class FarewellTest extends ScriptedHost {
    /** Of ATT. */
    private static final int CID = 0x0004;

    private Connection connection;

    @BeforeEach
    void connect() {
        inject(CONNECTED);
        connection = upper.connections.get(0);
    }

    /** Number Of Completed Packets. */
    private void completed(int count) {
        inject(String.format("0413050140 00 %02x00", count));
    }

    private int disconnects() {
        return controller.count(OpCode.DISCONNECT);
    }

    @Test
    void nothing_on_its_way_and_the_link_ends_at_once() {
        connection.disconnect(0x13);

        assertThat(disconnects()).isEqualTo(1);
    }

    @Test
    void what_is_queued_goes_first() {
        connection.send(CID, new byte[150]); // six fragments, of which the controller takes four
        connection.disconnect(0x13);
        assertThat(controller.data).hasSize(4);

        completed(4);
        assertThat(controller.data).hasSize(6);
        assertThat(disconnects()).isZero();
        completed(2);
        assertThat(disconnects()).isEqualTo(1);
    }

    @Test
    void who_waits_for_a_confirmation_has_it_before_the_end() {
        var order = new ArrayList<String>();
        connection.send(CID, new byte[1], () -> order.add("completed before " + disconnects() + " disconnects"));
        connection.disconnect(0x13);
        completed(1);

        assertThat(order).containsExactly("completed before 0 disconnects");
        assertThat(disconnects()).isEqualTo(1);
    }

    @Test
    void nothing_more_is_sent_once_the_end_was_asked_for() {
        connection.send(CID, new byte[1]);
        connection.disconnect(0x13);
        connection.send(CID, new byte[1]);
        completed(1);

        assertThat(controller.data).hasSize(1);
    }

    @Test
    void a_peer_that_takes_nothing_does_not_hold_the_link() {
        connection.send(CID, new byte[1]);
        connection.disconnect(0x13);
        loop.advance(Duration.ofMillis(499));
        assertThat(disconnects()).isZero();

        loop.advance(Duration.ofMillis(1));
        assertThat(disconnects()).isEqualTo(1);
        completed(1);
        assertThat(disconnects()).as("once").isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x05, 0x14, 0x15})
    void an_end_for_want_of_safety_or_memory_waits_for_nothing(int reason) {
        connection.send(CID, new byte[1]);
        connection.disconnect(reason);

        assertThat(disconnects()).isEqualTo(1);
    }

    @Test
    void nor_does_it_when_an_orderly_end_was_asked_for_before() {
        connection.send(CID, new byte[1]);
        connection.disconnect(0x13);
        connection.disconnect(0x05);

        assertThat(disconnects()).isEqualTo(1);
        assertThat(List.copyOf(upper.heard)).noneMatch(heard -> heard.contains("disconnected"));
    }

    @Test
    void an_end_that_the_peer_was_quicker_with_is_not_asked_for_any_more() {
        connection.send(CID, new byte[1]);
        connection.disconnect(0x13);
        inject("040504004000 13");
        loop.advance(Duration.ofSeconds(1));

        assertThat(disconnects()).isZero();
        assertThat(upper.heard("security disconnected")).containsExactly("security disconnected 1 13");
    }
}
