package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.AclPacket;
import org.everbond.hci.OpCode;
import org.everbond.hci.virtual.SimulatedLoop;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What controllers and peers should never do. */
class HostileControllerTest {
    /** LE Connection Complete: handle 0x40, peripheral, peer C0:FF:EE:00:00:01/random. */
    private static final String CONNECTED = "043e1301004000010101 0000eeffc0 1800 0000 c800 00";

    private static final DeviceAddress PEER = DeviceAddress.parse("C0:FF:EE:00:00:01/random");

    private final SimulatedLoop loop = new SimulatedLoop();
    private final Upper upper = new Upper();
    private final ScriptedController controller = new ScriptedController(loop);
    private final Host host = Host.create(loop, HostOptions.DEFAULT);

    @BeforeEach
    void start() {
        upper.attachTo(host);
        controller.host = host;
        startAgain();
    }

    private void startAgain() {
        var started = host.start(controller).toCompletableFuture();
        loop.runUntil(started::isDone, Duration.ofMinutes(1));
        started.join();
        controller.commands.clear();
    }

    private void inject(String... packets) {
        for (var packet : packets) {
            controller.inject(packet);
        }
        loop.runUntilIdle();
    }

    private static String connected(int handle) {
        return CONNECTED.replace("0040", "00" + String.format("%02x", handle));
    }

    private static String acl(int handle, int boundary, String data) {
        return HexFormat.of().formatHex(
                new AclPacket(handle, boundary, 0, HexFormat.of().parseHex(data.replace(" ", ""))).packet());
    }

    private List<String> sent() {
        return controller.data.stream().map(packet -> HexFormat.of().formatHex(packet, 5, packet.length)).toList();
    }

    // Controller

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

    @Test
    void a_handle_that_is_connected_twice_means_that_the_first_link_is_gone() {
        inject(CONNECTED, CONNECTED);

        assertThat(upper.heard("security")).containsExactly("security connected 1", "security disconnected 1 8", "security connected 2");
    }

    @Test
    void a_connection_as_central_that_nobody_asked_for_is_ended() {
        inject("043e1301004000000101 0000eeffc0 1800 0000 c800 00");

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
    void a_peer_that_is_not_there_at_once_is_tried_again_even_where_cancel_is_refused() {
        var attempts = new int[1];
        controller.on(OpCode.LE_CREATE_CONNECTION, command -> ++attempts[0] < 4
                ? List.of(controller.commandStatus(command.opCode(), 0), "043e13013e0000000101 0000eeffc0 0000 0000 0000 00")
                : List.of(controller.commandStatus(command.opCode(), 0),
                        "043e1301004000000101 0000eeffc0 1800 0000 c800 00"));
        controller.status(OpCode.LE_CREATE_CONNECTION_CANCEL, 0x0c);
        var connection = host.connect(PEER, Duration.ofSeconds(5)).toCompletableFuture();
        loop.runUntil(connection::isDone, Duration.ofSeconds(5));

        assertThat(connection.join().peerAddress()).isEqualTo(PEER);
        assertThat(attempts[0]).isEqualTo(4);
    }

    @Test
    void a_status_and_then_nothing_ends_with_the_time_given_although_cancel_is_refused() {
        controller.status(OpCode.LE_CREATE_CONNECTION_CANCEL, 0x0c);
        var connection = host.connect(PEER, Duration.ofSeconds(5)).toCompletableFuture();
        loop.runUntil(connection::isDone, Duration.ofSeconds(30));

        assertThat(connection).isCompletedExceptionally();
        assertThat(loop.nanoTime()).isLessThan(Duration.ofSeconds(8).toNanos());
    }

    @Test
    void a_connection_that_comes_although_it_was_cancelled_is_ended_unseen() {
        controller.on(OpCode.LE_CREATE_CONNECTION_CANCEL, command -> List.of(
                controller.complete(command.opCode(), "00"), "043e1301004000000101 0000eeffc0 1800 0000 c800 00"));
        var connection = host.connect(PEER, Duration.ofSeconds(5)).toCompletableFuture();
        loop.runUntilIdle();
        host.cancelConnect(PEER);
        loop.runUntilIdle();

        assertThat(connection).isCompletedExceptionally();
        assertThat(upper.heard).isEmpty();
        assertThat(controller.count(OpCode.DISCONNECT)).isEqualTo(1);
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
    void a_scan_that_is_in_the_way_of_connecting_pauses_and_goes_on() {
        var scanning = new boolean[1];
        controller.on(OpCode.LE_SET_SCAN_ENABLE, command -> {
            scanning[0] = command.parameters()[0] == 1;
            return List.of(controller.complete(command.opCode(), "00"));
        });
        controller.on(OpCode.LE_CREATE_CONNECTION, command -> scanning[0]
                ? List.of(controller.commandStatus(command.opCode(), 0x0c))
                : List.of(controller.commandStatus(command.opCode(), 0), "043e1301004000000101 0000eeffc0 1800 0000 c800 00"));
        host.scan(true, true, seen -> {});
        loop.runUntilIdle();
        assertThat(scanning[0]).isTrue();
        var connection = host.connect(PEER, Duration.ofSeconds(5)).toCompletableFuture();
        loop.runUntil(connection::isDone, Duration.ofSeconds(5));
        loop.runUntilIdle();

        assertThat(connection).isCompleted();
        assertThat(scanning[0]).isTrue();
    }

    @Test
    void a_scan_that_the_controller_refuses_is_the_callers_to_know() {
        controller.status(OpCode.LE_SET_SCAN_PARAMETERS, 0x01);
        var scan = host.scan(true, true, seen -> {}).toCompletableFuture();
        loop.runUntilIdle();
        assertThat((HostException) scan.handle((ok, failure) -> failure).join())
                .hasMessageContaining("LE Set Scan Parameters").hasMessageContaining("unknown HCI command");

        controller.normal(OpCode.LE_SET_SCAN_PARAMETERS);
        assertThat(run(host.scan(true, true, seen -> {}))).isTrue();
    }

    @Test
    void a_controller_that_cannot_scan_still_connects_to_a_bonded_peer() {
        upper.identities.put(PEER, PEER);
        controller.status(OpCode.LE_SET_SCAN_ENABLE, 0x01);
        connectAsCentral();
    }

    @Test
    void a_controller_that_cannot_advertise_beside_a_link_does_so_after_it() {
        var connected = new boolean[1];
        controller.on(OpCode.LE_SET_ADVERTISING_ENABLE, command ->
                List.of(controller.complete(command.opCode(), connected[0] ? "0c" : "00")));
        assertThat(run(host.advertise(HostPair.ADVERTISING))).isTrue();
        connected[0] = true;
        inject(CONNECTED);
        assertThat(host.isAdvertising()).isFalse();
        assertThat(upper.troubles).anyMatch(what -> what.contains("advertising pauses"));

        connected[0] = false;
        inject("04050400400013");
        assertThat(host.isAdvertising()).isTrue();
    }

    @Test
    void stopping_and_starting_at_once_ends_with_what_was_wanted_last() {
        for (int i = 0; i < 5; i++) {
            host.advertise(HostPair.ADVERTISING);
            host.stopAdvertising();
            host.scan(true, true, seen -> {});
            host.stopScan();
        }
        var advertised = host.advertise(HostPair.ADVERTISING).toCompletableFuture();
        loop.runUntilIdle();
        assertThat(advertised).isCompleted();
        assertThat(host.isAdvertising()).isTrue();

        host.advertise(HostPair.ADVERTISING);
        assertThat(run(host.stopAdvertising())).isTrue();
        assertThat(host.isAdvertising()).isFalse();
    }

    private boolean run(java.util.concurrent.CompletionStage<?> stage) {
        loop.runUntilIdle();
        return stage.toCompletableFuture().isDone() && !stage.toCompletableFuture().isCompletedExceptionally();
    }

    @Test
    void an_address_that_cannot_be_changed_now_is_used_on() {
        assertThat(run(host.advertise(HostPair.ADVERTISING))).isTrue();
        controller.status(OpCode.LE_SET_RANDOM_ADDRESS, 0x0c);
        var before = upper.own;
        upper.own = DeviceAddress.parse("41:00:00:00:00:01/random");
        host.ownAddressChanged();
        inject(CONNECTED);

        assertThat(host.isAdvertising()).isTrue();
        assertThat(upper.connections.get(0).ownAddress()).isEqualTo(before);
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

    // L2CAP

    @Test
    void fragments_in_every_cut_make_the_same_sdu() {
        inject(CONNECTED);
        String pdu = "0700040001020304050607";
        for (int cut = 1; cut < 11; cut++) {
            inject(acl(0x40, 2, pdu.substring(0, 2 * cut)), acl(0x40, 1, pdu.substring(2 * cut)));
        }
        inject(acl(0x40, 0, pdu));

        assertThat(upper.heard("att 1")).hasSize(11).containsOnly("att 1 01020304050607");
    }

    @Test
    void every_length_lie_is_dropped_and_the_next_pdu_heard() {
        inject(CONNECTED);
        String good = acl(0x40, 2, "0100040009");
        inject(acl(0x40, 1, "0100040001"), good); // a fragment without a beginning
        inject(acl(0x40, 2, "05000400010203"), good); // unfinished
        inject(acl(0x40, 2, "010004000102"), good); // longer than it says
        inject(acl(0x40, 2, "0200040001"), acl(0x40, 1, "0203"), good); // longer with the second fragment
        inject(acl(0x40, 2, "00000400"), good); // empty
        inject(acl(0x40, 2, "ffff0400" + "00".repeat(23)), acl(0x40, 1, "00".repeat(251)), good); // longer than the MTU
        inject(acl(0x40, 2, "4200060001" + "00".repeat(65)), good); // SMP is at most 65
        inject(acl(0x40, 2, ""), acl(0x40, 2, "01"), good); // less than a header
        inject("02402003000100", good); // HCI length lies

        assertThat(upper.heard("att 1")).hasSize(9).containsOnly("att 1 09");
        assertThat(upper.heard("smp 1")).isEmpty();
    }

    @Test
    void a_whole_pdu_longer_than_any_announced_buffer_is_taken() {
        inject(CONNECTED, acl(0x40, 2, "05020400" + "aa".repeat(517)));

        assertThat(upper.heard("att 1")).containsExactly("att 1 " + "aa".repeat(517));
    }

    @Test
    void all_65536_channels_but_three_are_deaf() {
        inject(CONNECTED);
        for (int cid = 0; cid < 65_536; cid++) {
            inject(acl(0x40, 2, String.format("0400%02x%02x", cid & 0xff, cid >> 8) + "01020304"));
        }

        assertThat(upper.heard("att 1")).containsExactly("att 1 01020304");
        assertThat(upper.heard("smp 1")).containsExactly("smp 1 01020304");
        assertThat(controller.data).as("signalling: a Command Reject gets no answer").isEmpty();
    }

    @Test
    void data_for_an_unknown_handle_waits_a_second_and_no_longer() {
        inject(acl(0x40, 2, "0100040007"));
        loop.advance(Duration.ofMillis(999));
        inject(CONNECTED);
        assertThat(upper.heard("att 1")).containsExactly("att 1 07");

        inject(acl(0x41, 2, "0100040007"));
        loop.advance(Duration.ofMillis(1001));
        inject(connected(0x41));
        assertThat(upper.heard("att 2")).isEmpty();
    }

    @Test
    void what_waits_for_unknown_handles_is_bounded() {
        for (int handle = 0; handle < 0xf00; handle++) {
            for (int i = 0; i < 20; i++) {
                controller.inject(acl(handle, 2, "0100040007"));
            }
        }
        loop.runUntilIdle();
        inject(connected(0), connected(8));

        assertThat(upper.heard("att 1")).as("more than sixteen packets: none").isEmpty();
        assertThat(upper.heard("att 2")).as("the ninth handle").isEmpty();
    }

    @Test
    void no_link_inherits_what_was_on_its_way_to_the_one_before() {
        inject(CONNECTED, "04050400400013", acl(0x40, 2, "0100040008"), CONNECTED);
        assertThat(upper.heard("att 2")).isEmpty();

        inject("04050400400013");
        loop.advance(Duration.ofMillis(150));
        inject(acl(0x40, 2, "0100040009"), CONNECTED);
        assertThat(upper.heard("att 3")).as("this is early, not late").containsExactly("att 3 09");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "01010200 0000", // Command Reject
        "13010200 0000", // Connection Parameter Update Response
        "15010a00 00000000000000000000", // LE Credit Based Connection Response
        "18010800 0000000000000000", "07010400 40004100", "1a010200 0000", // other responses
        "16010400 40000100", // Flow Control Credit for a channel that is not there
        "12000800 1800280000002a00", // identifier 0
        "120108" // not even a header
    })
    void signalling_that_needs_no_answer_gets_none(String sdu) {
        signal(sdu);

        assertThat(controller.data).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "02010400 01004000 > 0101020000 00", // BR/EDR Connection Request: not understood
        "08010000 > 0101020000 00", // Echo Request
        "0a010200 0200 > 010102000000", // Information Request
        "7f010000 > 010102000000", // unknown code
        "12010800 1800280000002a00 > 010102000000", // an update request to the peripheral
        "12010700 18002800000000 > 010102000000", // a wrong length
        "12010800 1800280000 > 010102000000", // a length that lies
        "06010400 40004100 > 01010600 0200 4000 4100", // Disconnection Request: invalid CID
        "14010a00 80004000170017000100 > 15010a00 0000 0000 0000 0000 0200", // SPSM not supported
        "14010900 800040001700170001 > 010102000000", // a wrong length
        "17010a00 80004000170001004000 > 18010a00 0000 0000 0000 0200 0000", // one channel
        "17011200 8000400017000100 40004100420043004400 > 18011200 0000 0000 0000 0200 00000000000000000000", // five
        "19010600 400040004000 > 010102000000", // Credit Based Reconfigure
        "12011400 0000000000000000000000000000000000000000 > 010104000100 1700" // longer than the MTU of 23
    })
    void every_other_request_is_refused_by_rule(String exchange) {
        var parts = exchange.replace(" ", "").split(">");
        signal(parts[0]);

        String answer = parts[1].replace(" ", "");
        assertThat(sent()).hasSize(1);
        assertThat(sent().get(0)).isEqualTo(String.format("%02x000500", answer.length() / 2) + answer);
    }

    private void signal(String sdu) {
        String octets = sdu.replace(" ", "");
        inject(CONNECTED, acl(0x40, 2, String.format("%02x000500", octets.length() / 2) + octets));
    }

    @Test
    void six_channels_in_one_request_are_too_many() {
        signal("17011400 8000400017000100 400041004200430044004500");

        assertThat(sent()).as("beyond the MTU of the channel, too").containsExactly("08000500" + "010104000100" + "1700");
    }

    @Test
    void a_flood_of_update_requests_is_not_carried_out() {
        connectAsCentral();
        for (int i = 1; i <= 100; i++) {
            inject(acl(0x40, 2, "0c000500" + String.format("12%02x0800", i) + "180028000000c800"), "0413050140000100");
        }

        assertThat(controller.count(OpCode.LE_CONNECTION_UPDATE)).isEqualTo(4);
        assertThat(sent()).hasSize(100);
        assertThat(sent().get(99)).isEqualTo("06000500" + "1364" + "0200" + "0100");
    }

    private void connectAsCentral() {
        controller.on(OpCode.LE_CREATE_CONNECTION, command -> List.of(
                controller.commandStatus(command.opCode(), 0), "043e1301004000000101 0000eeffc0 1800 0000 c800 00"));
        host.connect(PEER, Duration.ofSeconds(5));
        loop.runUntilIdle();
        assertThat(upper.connections).hasSize(1);
    }

    @Test
    void every_parameter_at_its_edges() {
        connectAsCentral();
        var accepted = new ArrayList<String>();
        var cases = List.of(
                "0600060000000a00 yes", "0500060000000a00 no", "800c800c00008025 no", "800c800c0000800c yes", "0700060000000a00 no",
                "060006000000 0900 no", "06000600f301 800c yes", "06000600f401800c no", "060006000000810c no", "0600810c0000800c no",
                // 100 * 10 ms is not more than (1 + 3) * 100 * 1.25 ms * 2
                "0600640003006400 no", "0600640003006500 yes");
        for (int i = 0; i < cases.size(); i++) {
            loop.advance(Duration.ofSeconds(2));
            controller.data.clear();
            var parts = cases.get(i).replace(" yes", "=yes").replace(" no", "=no").replace(" ", "").split("=");
            inject(acl(0x40, 2, "0c000500" + "12010800" + parts[0]), "0413050140000100");
            accepted.add(parts[1].equals("yes") == sent().get(0).endsWith("0000") ? "" : cases.get(i));
        }
        assertThat(accepted).containsOnly("");
    }

    // Encryption and keys

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

    // Noise

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
            mutant = java.util.Arrays.copyOf(packet, random.nextInt(packet.length + 20));
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
