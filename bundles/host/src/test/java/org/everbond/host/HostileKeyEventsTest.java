package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HexFormat;
import org.everbond.crypto.Key;
import org.everbond.hci.OpCode;
import org.junit.jupiter.api.Test;

/** What a controller tells of encryption and keys that nobody asked for. */
class HostileKeyEventsTest extends ScriptedHost {
    @Test
    void encryption_of_a_handle_that_is_not_connected_is_nobodys() {
        inject(CONNECTED);
        upper.heard.clear();
        inject("04080400420001", "0408040542 0000", "045905004200 0110", "043003004200", "0408040040 0f01");
        assertThat(upper.heard).isEmpty();
        assertThat(upper.connections).singleElement().satisfies(connection -> assertThat(connection.isEncrypted()).isFalse());
        assertThat(controller.commands).isEmpty();
        inject("04080400400001");
        assertThat(upper.heard("encryption")).hasSize(1);
        assertThat(upper.connections.get(0).isEncrypted()).isTrue();
    }

    @Test
    void encryption_that_failed_encrypts_nothing_whatever_else_the_event_says() {
        inject(CONNECTED, "04080405400001");
        assertThat(upper.connections.get(0).isEncrypted()).isFalse();
        assertThat(upper.heard("encryption")).singleElement().asString().endsWith(" 5 off");
    }

    @Test
    void a_key_request_for_a_handle_that_is_not_connected_gets_no_answer() {
        inject(CONNECTED);
        inject("043e0d05 4200 0102030405060708 0900");
        assertThat(upper.heard("key requested")).isEmpty();
        assertThat(controller.commands).isEmpty();
        loop.advance(Duration.ofSeconds(2));
        assertThat(controller.commands).as("its Connection Complete was lost: the link is of no use to anybody").containsExactly("Disconnect");
        for (int handle = 0x100; handle < 0x200; handle++) {
            inject(String.format("043e0d05 %02x01 0102030405060708 0900", handle & 0xff));
        }
        loop.advance(Duration.ofSeconds(2));
        assertThat(controller.count(OpCode.DISCONNECT)).as("bounded").isLessThan(10);
    }

    @Test
    void a_key_request_that_overtakes_its_connection_is_heard_after_it() {
        inject("043e0d05 4000 0102030405060708 0900");
        inject(CONNECTED);
        assertThat(upper.heard("key requested")).hasSize(1);
        loop.advance(Duration.ofSeconds(2));
        assertThat(controller.commands).isEmpty();
    }

    @Test
    void a_key_request_that_comes_twice_gets_one_answer() {
        inject(CONNECTED, "043e0d05 4000 0000000000000000 0000", "043e0d05 4000 0000000000000000 0000");
        assertThat(upper.heard("key requested")).hasSize(2);
        var connection = upper.connections.get(0);
        var key = Key.of(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"));
        loop.execute(() -> {
            connection.replyLongTermKey(key);
            connection.replyLongTermKey(key);
            connection.refuseLongTermKey();
        });
        loop.runUntilIdle();
        assertThat(controller.count(OpCode.LE_LONG_TERM_KEY_REQUEST_REPLY)).isEqualTo(1);
        assertThat(controller.count(OpCode.LE_LONG_TERM_KEY_REQUEST_NEGATIVE_REPLY)).isZero();
    }

    @Test
    void an_answer_without_a_key_request_is_not_sent() {
        inject(CONNECTED);
        loop.execute(() -> upper.connections.get(0).refuseLongTermKey());
        loop.runUntilIdle();
        assertThat(controller.commands).isEmpty();
    }

    /** The host has its own P-256; what a controller says of keys that nobody asked it for is not heard. */
    @Test
    void public_keys_and_dh_keys_of_the_controller_are_not_heard() {
        inject(CONNECTED);
        upper.heard.clear();
        inject("043e4208 00" + "ff".repeat(64), "043e2209 00" + "ff".repeat(32), "043e2209 0c" + "ff".repeat(32));
        assertThat(upper.heard).isEmpty();
        assertThat(controller.commands).isEmpty();
        assertThat(host.connections()).hasSize(1);
        assertThat(upper.lost).isNull();
    }
}
