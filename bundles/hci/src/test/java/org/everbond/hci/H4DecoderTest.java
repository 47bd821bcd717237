package org.everbond.hci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class H4DecoderTest {
    private static final String RESET_COMPLETE = "040e0401030c00";
    private static final String ACL = "02402005000100040001";
    private static final String DISCONNECTED = "04050400400013";

    private final List<String> packets = new ArrayList<>();
    private int lost;
    private final H4Decoder decoder = new H4Decoder(
            H4Decoder.Source.CONTROLLER,
            packet -> packets.add(HexFormat.of().formatHex(packet)),
            (octets, reason) -> lost += octets);

    private void feed(String hex) {
        var octets = HexFormat.of().parseHex(hex);
        decoder.feed(octets, 0, octets.length);
    }

    @Test
    void packets_come_out_whole_however_the_stream_is_cut() {
        String stream = RESET_COMPLETE + ACL + "03010003aabbcc" + DISCONNECTED + "05010002000102" + "043e050102030405";
        for (int cut = 1; cut < stream.length() / 2; cut++) {
            packets.clear();
            for (int at = 0; at < stream.length(); at += cut * 2) {
                feed(stream.substring(at, Math.min(stream.length(), at + cut * 2)));
            }
            assertThat(String.join("", packets)).isEqualTo(stream);
            assertThat(packets).hasSize(6);
        }
        assertThat(lost).isZero();
    }

    @Test
    void an_unknown_indicator_is_dropped_and_told_and_the_next_packet_found() {
        feed("0077ff" + DISCONNECTED + "99" + ACL);

        assertThat(packets).containsExactly(DISCONNECTED, ACL);
        assertThat(lost).isEqualTo(4);
        assertThat(decoder.dropped()).isEqualTo(4);
    }

    @Test
    void a_command_does_not_come_from_a_controller_and_an_event_not_from_a_host() {
        feed("01030c00" + DISCONNECTED);
        assertThat(packets).containsExactly(DISCONNECTED);

        var fromHost = new ArrayList<byte[]>();
        var serving = new H4Decoder(H4Decoder.Source.HOST, fromHost::add, (octets, reason) -> {});
        var stream = HexFormat.of().parseHex(DISCONNECTED + "01030c00");
        serving.feed(stream, 0, stream.length);
        assertThat(HciCommand.parse(fromHost.get(fromHost.size() - 1)).opCode()).isEqualTo(OpCode.RESET.value());
    }

    @Test
    void impossible_lengths_and_handles_are_no_packets() {
        feed("0405030040aa" + "02ffff0100aa" + "0200200070" + "040f0500010203aa" + DISCONNECTED);

        assertThat(packets).containsExactly(DISCONNECTED);
        assertThat(lost).isPositive();
    }

    @Test
    void after_a_reset_everything_before_its_answer_is_dropped() {
        feed("02402064");
        decoder.sent(ControllerCommands.reset().packet());
        feed("00040e0401" + "0305");
        feed(DISCONNECTED + RESET_COMPLETE.substring(0, 6));
        feed(RESET_COMPLETE.substring(6) + ACL);

        assertThat(packets).containsExactly(RESET_COMPLETE, ACL);
    }

    @Test
    void a_reset_answered_with_command_status_is_found_too() {
        decoder.sent(ControllerCommands.reset().packet());
        feed("aaaa040f040101030c");

        assertThat(packets).containsExactly("040f040101030c");
    }

    @Test
    void noise_of_any_kind_never_throws_never_hoards_and_a_reset_always_picks_up_the_stream() {
        var random = new Random(4);
        for (int round = 0; round < 500; round++) {
            var noise = new byte[random.nextInt(3000)];
            random.nextBytes(noise);
            decoder.feed(noise, 0, noise.length);
            packets.clear();
            decoder.sent(ControllerCommands.reset().packet());
            feed(RESET_COMPLETE + ACL);
            assertThat(packets).as("round %d", round).containsExactly(RESET_COMPLETE, ACL);
        }
    }
}
