package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.everbond.hci.OpCode;
import org.junit.jupiter.api.Test;

/** What controllers should never do. */
class HostileControllerTest extends ScriptedHost {
    @Test
    void command_status_instead_of_complete_is_an_answer() {
        controller.on(OpCode.LE_SET_ADVERTISING_PARAMETERS, command -> List.of(controller.commandStatus(command.opCode(), 0x0c)));
        var advertised = host.advertise(HostPair.ADVERTISING).toCompletableFuture();
        loop.runUntilIdle();

        assertThat(advertised).isCompletedExceptionally();
        assertThat((HostException) advertised.handle((ok, failure) -> failure).join())
                .hasMessageContaining("refused LE Set Advertising Parameters")
                .extracting(HostException::status).isEqualTo(0x0c);
    }

    @Test
    void a_status_of_success_and_then_the_complete_is_one_answer() {
        controller.on(OpCode.LE_SET_ADVERTISING_PARAMETERS, command -> List.of(
                controller.commandStatus(command.opCode(), 0), controller.complete(command.opCode(), "00")));
        var advertised = host.advertise(HostPair.ADVERTISING).toCompletableFuture();
        loop.runUntilIdle();

        assertThat(advertised).isCompleted();
        assertThat(controller.count(OpCode.LE_SET_ADVERTISING_ENABLE)).isEqualTo(1);
    }

    @Test
    void answers_to_commands_that_were_not_sent_only_bring_credits() {
        inject("040e04010120 00", "040f0400010d20", "040e0401ffff00", "040e03010000");

        assertThat(upper.lost).isNull();
    }

    @Test
    void what_is_told_of_connections_that_are_not_there_is_nothing_and_counted() {
        inject(CONNECTED);
        int heard = upper.heard("").size();
        inject("0408040041 0001", "043003004100", "043e0d05 4100 0000000000000000 0000", "04080400ffff01");
        assertThat(upper.heard("")).hasSize(heard);
        assertThat(upper.connections.get(0).isEncrypted()).isFalse();
        assertThat(upper.lost).isNull();
        assertThat(upper.troubles).anyMatch(what -> what.contains("a connection that is not there"));
    }

    @Test
    void a_reset_that_nobody_asked_for_is_a_loss() {
        inject(CONNECTED, "040e0401030c00");

        assertThat(upper.lost).contains("reset itself");
        assertThat(upper.heard("security disconnected")).hasSize(1);
    }

    @Test
    void a_handle_that_is_connected_twice_means_that_the_first_link_is_gone() {
        inject(CONNECTED, CONNECTED);

        assertThat(upper.heard("security")).containsExactly("security connected 1", "security disconnected 1 8", "security connected 2");
    }

    @Test
    void a_connection_as_central_that_nobody_asked_for_is_ended() {
        inject(CONNECTED_AS_CENTRAL);

        assertThat(upper.heard).isEmpty();
        assertThat(controller.count(OpCode.DISCONNECT)).isEqualTo(1);
    }

    @Test
    void a_controller_that_cannot_disconnect_does_not_keep_the_link_for_ever() {
        inject(CONNECTED);
        upper.connections.get(0).disconnect(0x13);
        loop.advance(Duration.ofSeconds(30));

        assertThat(upper.heard("security disconnected")).containsExactly("security disconnected 1 16");
    }

    @Test
    void parameters_over_the_link_layer_are_judged_by_range() {
        controller.supported.addAll(List.of(
                OpCode.LE_REMOTE_CONNECTION_PARAMETER_REQUEST_REPLY,
                OpCode.LE_REMOTE_CONNECTION_PARAMETER_REQUEST_NEGATIVE_REPLY));
        inject(CONNECTED, "043e0b06400018002800 0000 c800", "043e0b06400005002800 0000 c800", "043e0b06990018002800 0000 c800");

        assertThat(controller.commands).containsExactly(
                "LE Remote Connection Parameter Request Reply", "LE Remote Connection Parameter Request Negative Reply");
    }

    @Test
    void an_orderly_stop_waits_for_a_silent_controller_no_longer_than_it_must() {
        inject(CONNECTED);
        controller.silent(OpCode.DISCONNECT);
        controller.silent(OpCode.RESET);
        var stopped = host.stop(true).toCompletableFuture();
        loop.runUntil(stopped::isDone, Duration.ofSeconds(30));

        assertThat(stopped).isCompleted();
        assertThat(loop.nanoTime()).isLessThan(Duration.ofSeconds(4).toNanos());
        assertThat(upper.heard("security disconnected")).hasSize(1);
    }

    @Test
    void a_stop_in_the_middle_of_a_start_ends_the_start() {
        controller.silent(OpCode.RESET);
        var started = host.start(controller).toCompletableFuture();
        loop.runUntilIdle();
        var stopped = host.stop(true).toCompletableFuture();
        loop.runUntilIdle();

        assertThat(stopped).isCompleted();
        assertThat(started).isCompletedExceptionally();
        controller.normal(OpCode.RESET);
        startAgain();
    }

    @Test
    void a_new_start_ends_the_links_of_the_one_before() {
        inject(CONNECTED);
        var connection = upper.connections.get(0);
        startAgain();

        assertThat(connection.isOpen()).isFalse();
        inject(CONNECTED);
        assertThat(upper.heard("security")).containsExactly("security connected 1", "security disconnected 1 3", "security connected 2");
    }

    @Test
    void a_host_that_is_stopped_from_within_a_call_above_is_stopped() {
        upper.atConnect = () -> host.stop(false);
        inject(acl(0x40, 2, "0100040007"), CONNECTED, acl(0x40, 2, "0100040007"));

        assertThat(host.connections()).isEmpty();
        assertThat(upper.heard).containsExactly(
                "security connected 1", "att connected 1", "smp connected 1", "listener connected 1",
                "att disconnected 1 3", "smp disconnected 1 3", "security disconnected 1 3", "listener disconnected 1 3");
    }

    /** 100,000 seeded packets: real ones with octets changed, cut and stretched, on a host with links up. */
    @Test
    void no_noise_throws_or_wedges_the_host() {
        var seeds = List.of(
                CONNECTED, connected(0x41), "043e1f0a00400000010100 00eeffc0 000000000000 000000000000 1800 0000 c800 00",
                "04050400400013", "04080400400001", "04300300 4000", "04590500400001 10", "0413050140000100",
                "043e0d05400001020304050607080900", "043e0a03004000180000 00c800", "043e0b06400018002800 0000 c800",
                "043e0f0201000101 0000eeffc0 03020106d0", "043e1d0d01130001 0100 00eeffc0 0100ff7fd0 0000 00 000000000000 03020106",
                "043e0612004000 4000", "040e0401012000", "040f0400010d20", "04100142", "041a0101", "04570240 00",
                acl(0x40, 2, "0300040002f700"), acl(0x40, 1, "0102030405"), acl(0x41, 2, "0c000500120108001800280000002a00"),
                acl(0x40, 2, "41000600" + "0c".repeat(65)), acl(0x42, 2, "0100040001"));
        var packets = seeds.stream().map(seed -> HexFormat.of().parseHex(seed.replace(" ", ""))).toList();
        var random = new Random(20);
        host.advertise(HostPair.ADVERTISING);
        host.scan(true, false, seen -> {});
        for (int i = 0; i < 100_000; i++) {
            if (upper.lost != null) {
                upper.lost = null;
                startAgain();
                host.advertise(HostPair.ADVERTISING);
                host.scan(true, false, seen -> {});
            }
            var packet = mutated(packets.get(random.nextInt(packets.size())), random);
            loop.execute(() -> host.received(packet));
            loop.runUntilIdle();
            if (i % 10 == 0) {
                loop.advance(Duration.ofMillis(50));
                upper.connections.forEach(connection -> connection.send(Connection.CID_ATT, new byte[30]));
            }
            controller.data.clear();
            controller.commands.clear();
            upper.heard.clear();
        }

        startAgain();
        upper.heard.clear();
        inject(CONNECTED, acl(0x40, 2, "0100040007"));
        assertThat(upper.heard).hasSize(5).last().asString().startsWith("att ").endsWith(" 07");
        assertThat(host.connections()).hasSize(1);
    }

    private static byte[] mutated(byte[] packet, Random random) {
        var mutant = packet.clone();
        if (random.nextInt(4) == 0) {
            mutant = Arrays.copyOf(packet, random.nextInt(packet.length + 20));
            if (mutant.length > 2 && mutant[0] == 4 && random.nextBoolean()) {
                mutant[2] = (byte) (mutant.length - 3);
            }
        }
        for (int change : IntStream.range(0, random.nextInt(4)).toArray()) {
            if (mutant.length > 0) {
                mutant[change == 0 ? random.nextInt(mutant.length) : mutant.length - 1 - random.nextInt(Math.min(6, mutant.length))] =
                        (byte) random.nextInt();
            }
        }
        return mutant;
    }
}
