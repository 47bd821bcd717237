package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.host.HostPair.ADVERTISING;
import static org.everbond.host.HostPair.CENTRAL;
import static org.everbond.host.HostPair.PERIPHERAL;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.OpCode;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.Faults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two hosts, each on every kind of virtual controller. */
class ConnectingTest {
    static Stream<Arguments> kinds() {
        var kinds = List.of(
                ControllerOptions.legacy(),
                ControllerOptions.extended(),
                ControllerOptions.extended().dualMode(true).sharedBuffers(true),
                ControllerOptions.legacy().acl(27, 1));
        return kinds.stream().flatMap(central -> kinds.stream().map(peripheral -> Arguments.of(central, peripheral)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void they_connect_exchange_data_and_part(ControllerOptions one, ControllerOptions other) {
        var pair = new HostPair(one, other).start();
        var connection = pair.connect();
        var answering = pair.peripheral.connection();

        assertThat(connection.role()).isEqualTo(Role.CENTRAL);
        assertThat(connection.peerAddress()).isEqualTo(PERIPHERAL);
        assertThat(connection.ownAddress()).isEqualTo(CENTRAL);
        assertThat(connection.parameters()).isEqualTo(HostOptions.DEFAULT.connecting());
        assertThat(answering.role()).isEqualTo(Role.PERIPHERAL);
        assertThat(answering.peerAddress()).isEqualTo(CENTRAL);
        assertThat(answering.ownAddress()).isEqualTo(PERIPHERAL);

        var completed = new ArrayList<Integer>();
        for (int length = 1; length <= 517; length += 43) {
            int sent = length;
            var sdu = new byte[length];
            sdu[0] = (byte) length;
            connection.send(Connection.CID_ATT, sdu, () -> completed.add(sent));
        }
        answering.send(Connection.CID_SMP, new byte[65]);
        pair.settle();
        assertThat(pair.peripheral.upper.heard("att 1")).hasSize(13);
        assertThat(pair.peripheral.upper.heard("att 1").get(12)).hasSize("att 1 ".length() + 2 * 517);
        assertThat(pair.central.upper.heard("smp 1")).containsExactly("smp 1 " + "00".repeat(65));
        assertThat(completed).hasSize(13).isSorted();
        assertThat(connection.queued()).isZero();

        connection.disconnect(ErrorCode.REMOTE_USER_TERMINATED_CONNECTION.value());
        pair.settle();
        assertThat(connection.isOpen()).isFalse();
        assertThat(answering.isOpen()).isFalse();
        assertThat(pair.central.upper.heard("security disconnected")).containsExactly("security disconnected 1 16");
        assertThat(pair.peripheral.upper.heard("security disconnected")).containsExactly("security disconnected 1 13");
        connection.send(Connection.CID_ATT, new byte[1]);
        connection.disconnect(0x13);
    }

    @Test
    void those_above_hear_in_order() {
        var pair = new HostPair(ControllerOptions.extended(), ControllerOptions.extended()).start();
        pair.connect().disconnect(0x13);
        pair.settle();

        assertThat(pair.central.upper.heard).containsExactly(
                "security connected 1", "att connected 1", "smp connected 1", "listener connected 1",
                "att disconnected 1 16", "smp disconnected 1 16", "security disconnected 1 16", "listener disconnected 1 16");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void advertising_goes_on_after_each_connection_until_it_is_stopped(ControllerOptions one, ControllerOptions other) {
        var pair = new HostPair(one, other).start();
        for (int round = 1; round <= 3; round++) {
            var connection = pair.connect();
            assertThat(connection.epoch()).isEqualTo(round);
            assertThat(pair.peripheral.connection().ownAddress()).isEqualTo(PERIPHERAL);
            connection.disconnect(0x13);
            pair.settle();
            assertThat(pair.peripheral.host.isAdvertising()).isTrue();
        }
        pair.await(pair.peripheral.host.stopAdvertising());

        assertThat(pair.peripheral.host.isAdvertising()).isFalse();
        assertThat(pair.failure(pair.central.host.connect(PERIPHERAL, Duration.ofSeconds(2))))
                .hasMessageContaining(PERIPHERAL.toString())
                .hasMessageContaining("2000 ms");
    }

    @Test
    void advertising_goes_on_after_a_connection_that_the_host_never_heard_of() {
        var pair = new HostPair(ControllerOptions.legacy(), ControllerOptions.legacy()).start();
        pair.await(pair.peripheral.host.advertise(ADVERTISING));
        // 0x3E with subevent 0x01 or 0x0A: LE (Enhanced) Connection Complete.
        pair.peripheral.controller.faults().toHost(packet -> packet[1] == 0x3e && (packet[3] == 0x01 || packet[3] == 0x0a)
                ? Faults.Verdict.drop()
                : Faults.Verdict.pass(packet));
        var connection = pair.await(pair.central.host.connect(PERIPHERAL, Duration.ofSeconds(5)));
        pair.settle();
        assertThat(pair.peripheral.host.connections()).isEmpty();
        pair.peripheral.controller.faults().clear();
        connection.disconnect(0x13);
        pair.settle();

        assertThat(pair.await(pair.central.host.connect(PERIPHERAL, Duration.ofSeconds(5))).isOpen()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_scan_tells_who_advertises(ControllerOptions one, ControllerOptions other) {
        var pair = new HostPair(one, other).start();
        pair.await(pair.peripheral.host.advertise(ADVERTISING));
        var seen = new ArrayList<Advertisement>();
        pair.await(pair.central.host.scan(true, true, seen::add));
        pair.settle();

        assertThat(seen).anySatisfy(advertisement -> {
            assertThat(advertisement.address()).isEqualTo(PERIPHERAL);
            assertThat(advertisement.connectable()).isTrue();
            assertThat(advertisement.name()).isEqualTo("abc");
        });
        assertThat(seen).anySatisfy(advertisement -> {
            assertThat(advertisement.scanResponse()).isTrue();
            assertThat(advertisement.services()).containsExactly(UUID.fromString("0000180f-0000-1000-8000-00805f9b34fb"));
        });

        pair.await(pair.central.host.stopScan());
        seen.clear();
        pair.settle();
        assertThat(seen).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_bonded_peer_is_found_behind_its_private_address(ControllerOptions one, ControllerOptions other) {
        var pair = new HostPair(one, other).start();
        var identity = DeviceAddress.parse("00:11:22:33:44:55/public");
        pair.peripheral.upper.own = DeviceAddress.parse("41:00:00:00:00:01/random");
        pair.central.upper.identities.put(identity, identity);
        pair.central.upper.identities.put(pair.peripheral.upper.own, identity);
        var attempt = pair.central.host.connect(identity, Duration.ofSeconds(10));
        pair.settle();
        pair.await(pair.peripheral.host.advertise(ADVERTISING));
        var connection = pair.await(attempt);

        assertThat(connection.peerAddress()).isEqualTo(pair.peripheral.upper.own);
        assertThat(pair.await(pair.central.host.connect(identity, Duration.ofSeconds(1)))).isSameAs(connection);
    }

    @Test
    void an_application_scans_on_while_a_bonded_peer_is_looked_for() {
        var pair = new HostPair(ControllerOptions.legacy(), ControllerOptions.legacy()).start();
        pair.central.upper.identities.put(PERIPHERAL, PERIPHERAL);
        pair.await(pair.peripheral.host.advertise(ADVERTISING));
        var seen = new ArrayList<Advertisement>();
        pair.await(pair.central.host.scan(false, true, seen::add));
        pair.settle();
        pair.await(pair.central.host.connect(PERIPHERAL, Duration.ofSeconds(10)));
        seen.clear();
        pair.settle();

        assertThat(seen).as("advertising went on after the connection").isNotEmpty();
    }

    @Test
    void a_changed_own_address_is_used_at_once_and_links_keep_theirs() {
        for (var kind : List.of(ControllerOptions.legacy(), ControllerOptions.extended())) {
            var pair = new HostPair(kind, kind).start();
            var connection = pair.connect();
            var seen = new ArrayList<DeviceAddress>();
            pair.await(pair.central.host.scan(false, false, advertisement -> seen.add(advertisement.address())));
            pair.settle();
            assertThat(seen).containsOnly(PERIPHERAL);

            pair.peripheral.upper.own = DeviceAddress.parse("42:00:00:00:00:02/random");
            pair.peripheral.host.ownAddressChanged();
            pair.settle();
            seen.clear();
            pair.settle();
            assertThat(seen).containsOnly(pair.peripheral.upper.own);
            assertThat(pair.peripheral.connection().ownAddress()).isEqualTo(PERIPHERAL);
            assertThat(connection.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_public_identity_is_the_controllers_address(ControllerOptions one, ControllerOptions other) {
        var pair = new HostPair(one, other).start();
        pair.peripheral.upper.own = pair.peripheral.controller.address();
        pair.await(pair.peripheral.host.advertise(ADVERTISING));
        var connection = pair.await(pair.central.host.connect(pair.peripheral.controller.address(), Duration.ofSeconds(5)));
        pair.settle();

        assertThat(connection.peerAddress()).isEqualTo(pair.peripheral.controller.address());
        assertThat(pair.peripheral.connection().ownAddress()).isEqualTo(pair.peripheral.controller.address());
    }

    @Test
    void an_attempt_can_be_cancelled_and_the_next_one_works() {
        var pair = new HostPair(ControllerOptions.legacy(), ControllerOptions.legacy()).start();
        var absent = DeviceAddress.parse("C0:00:00:00:00:99/random");
        var attempt = pair.central.host.connect(absent, Duration.ofSeconds(60));
        pair.settle();
        pair.central.host.cancelConnect(absent);
        assertThat(pair.failure(attempt)).hasMessageContaining("cancelled");

        assertThat(pair.connect().isOpen()).isTrue();
    }

    @Test
    void two_wishes_for_one_peer_are_one_link() {
        var pair = new HostPair(ControllerOptions.extended(), ControllerOptions.extended()).start();
        var one = pair.central.host.connect(PERIPHERAL, Duration.ofSeconds(60));
        var other = pair.central.host.connect(PERIPHERAL, Duration.ofSeconds(60));
        pair.settle();
        pair.await(pair.peripheral.host.advertise(ADVERTISING));

        assertThat(pair.await(one)).isSameAs(pair.await(other));
        pair.settle();
        assertThat(pair.peripheral.host.connections()).hasSize(1);
    }

    @Test
    void bonded_peers_are_looked_for_all_at_once() {
        var pair = new HostPair(ControllerOptions.extended(), ControllerOptions.extended()).start();
        var absent = DeviceAddress.parse("C0:00:00:00:00:99/random");
        pair.central.upper.identities.put(absent, absent);
        pair.central.upper.identities.put(PERIPHERAL, PERIPHERAL);
        var never = pair.central.host.connect(absent, Duration.ofSeconds(60));
        var connection = pair.central.host.connect(PERIPHERAL, Duration.ofSeconds(60));
        pair.settle();
        long before = pair.loop.nanoTime();
        pair.await(pair.peripheral.host.advertise(ADVERTISING));
        pair.await(connection);

        assertThat(pair.loop.nanoTime() - before).isLessThan(Duration.ofMillis(500).toNanos());
        assertThat(never.toCompletableFuture()).isNotDone();
        assertThat(pair.failure(never)).hasMessageContaining("60000 ms");
    }

    @Test
    void an_absent_peer_does_not_keep_others_waiting() {
        var pair = new HostPair(ControllerOptions.extended(), ControllerOptions.extended()).start();
        var absent = pair.central.host.connect(DeviceAddress.parse("C0:00:00:00:00:99/random"), Duration.ofSeconds(60));
        pair.settle();
        pair.await(pair.peripheral.host.advertise(ADVERTISING));
        var connection = pair.central.host.connect(PERIPHERAL, Duration.ofSeconds(10));

        assertThat(pair.await(connection).peerAddress()).isEqualTo(PERIPHERAL);
        assertThat(pair.failure(absent)).hasMessageContaining("60000 ms");
    }

    @Test
    void encryption_goes_down_and_comes_back_in_both_roles() {
        var pair = new HostPair(ControllerOptions.extended(), ControllerOptions.legacy()).start();
        var connection = pair.connect();
        var key = Key.of(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"));
        connection.encrypt(key, 5, 7);
        pair.settle();
        assertThat(pair.peripheral.upper.heard("key requested")).containsExactly("key requested 1 5 7");

        pair.peripheral.connection().replyLongTermKey(key);
        pair.peripheral.connection().refuseLongTermKey();
        pair.settle();
        assertThat(pair.central.upper.heard("encryption")).containsExactly("encryption 1 0 on");
        assertThat(pair.peripheral.upper.heard("encryption")).containsExactly("encryption 1 0 on");
        assertThat(connection.isEncrypted()).isTrue();

        connection.encrypt(key, 5, 7);
        pair.settle();
        pair.peripheral.connection().replyLongTermKey(key);
        pair.settle();
        assertThat(pair.central.upper.heard("encryption")).endsWith("encryption 1 0 on refreshed");

        connection.send(Connection.CID_ATT, new byte[] {1});
        pair.settle();
        assertThat(pair.peripheral.upper.heard("att 1")).hasSize(1);
    }

    @Test
    void a_refused_key_is_error_06_at_the_central() {
        var pair = new HostPair(ControllerOptions.extended(), ControllerOptions.legacy()).start();
        pair.connect().encrypt(Key.ZERO, 0, 0);
        pair.settle();
        pair.peripheral.connection().refuseLongTermKey();
        pair.settle();

        assertThat(pair.central.upper.heard("encryption")).containsExactly("encryption 1 6 off");
    }

    @Test
    void a_peripherals_wish_for_other_parameters_is_carried_out_or_refused_by_range() {
        var pair = new HostPair(ControllerOptions.extended(), ControllerOptions.legacy()).start();
        var connection = pair.connect();
        var wanted = new ConnectionParameters(80, 4, 400);
        pair.peripheral.connection().update(wanted);
        pair.settle();

        assertThat(connection.parameters()).isEqualTo(wanted);
        assertThat(pair.peripheral.connection().parameters()).isEqualTo(wanted);

        // Connection Parameter Update Request with a supervision timeout that latency and interval outlast.
        pair.peripheral.connection().send(
                Connection.CID_SIGNALLING, HexFormat.of().parseHex("1209080020032003f3010a00"));
        pair.settle();
        assertThat(connection.parameters()).isEqualTo(wanted);

        connection.update(new ConnectionParameters(24, 0, 200));
        pair.settle();
        assertThat(pair.peripheral.connection().parameters()).isEqualTo(new ConnectionParameters(24, 0, 200));
    }

    @Test
    void an_orderly_stop_tells_the_peer_and_leaves_a_quiet_controller() {
        var pair = new HostPair(ControllerOptions.extended(), ControllerOptions.extended()).start();
        pair.connect();
        pair.await(pair.peripheral.host.stop(true));
        pair.settle();

        assertThat(pair.central.upper.heard("security disconnected")).containsExactly("security disconnected 1 13");
        assertThat(pair.peripheral.upper.heard("security disconnected")).hasSize(1);
        assertThat(pair.peripheral.host.isAdvertising()).isFalse();
        assertThat(pair.failure(pair.central.host.connect(PERIPHERAL, Duration.ofSeconds(2)))).isNotNull();
    }

    @Test
    void a_transport_that_goes_away_ends_all_links_and_the_same_host_starts_on_another() {
        var pair = new HostPair(ControllerOptions.extended(), ControllerOptions.extended()).start();
        var connection = pair.connect();
        var attempt = pair.central.host.connect(DeviceAddress.parse("C0:00:00:00:00:99/random"), Duration.ofSeconds(60));
        pair.central.controller.unplug();
        pair.settle();

        assertThat(connection.isOpen()).isFalse();
        assertThat(pair.central.upper.heard("security disconnected")).containsExactly("security disconnected 1 3");
        assertThat(pair.failure(attempt)).hasMessageContaining("went away");
        assertThat(pair.failure(pair.central.host.connect(PERIPHERAL, Duration.ofSeconds(1)))).hasMessageContaining("not ready");

        pair.loop.advance(Duration.ofSeconds(10));
        pair.central.start();
        assertThat(pair.connect().epoch()).isEqualTo(2);
    }

    @Test
    void a_hardware_error_is_told_and_a_start_mends_it() {
        var pair = new HostPair(ControllerOptions.extended(), ControllerOptions.extended()).start();
        pair.connect();
        pair.central.controller.faults().hardwareError(0x42);
        pair.settle();

        assertThat(pair.central.upper.lost).contains("0x42");
        assertThat(pair.central.upper.heard("security disconnected")).hasSize(1);
        pair.loop.advance(Duration.ofSeconds(10));
        pair.central.startAgain();
        assertThat(pair.connect().epoch()).isEqualTo(2);
    }

    @Test
    void a_controller_that_falls_silent_is_told() {
        var pair = new HostPair(ControllerOptions.legacy(), ControllerOptions.legacy()).start();
        pair.central.controller.faults().ignore(OpCode.LE_SET_SCAN_PARAMETERS.value());
        assertThat(pair.failure(pair.central.host.scan(true, true, seen -> {})))
                .hasMessageContaining("did not answer LE Set Scan Parameters");
        assertThat(pair.central.upper.lost).isNull();
        assertThat(pair.failure(pair.central.host.scan(true, true, seen -> {}))).isNotNull();
        pair.settle();

        assertThat(pair.central.upper.lost).contains("LE Set Scan Parameters");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void data_that_overtakes_its_connection_complete_waits_for_it(ControllerOptions one, ControllerOptions other) {
        var pair = new HostPair(one, other).start();
        pair.peripheral.controller.faults().eventAfterAcl(0x3e);
        pair.await(pair.peripheral.host.advertise(ADVERTISING));
        var connection = pair.await(pair.central.host.connect(PERIPHERAL, Duration.ofSeconds(5)));
        connection.send(Connection.CID_ATT, new byte[] {2, 23, 0});
        pair.settle();

        assertThat(pair.peripheral.upper.heard).containsSequence("listener connected 1", "att 1 021700");
    }

    /** Vol 4, Part E, 7.8.4: the one random address cannot be changed while it is used for connecting; a set's own address can. */
    @ParameterizedTest
    @MethodSource("families")
    void an_address_that_is_due_while_connecting_is_changed_as_soon_as_it_can_be(ControllerOptions options) {
        var pair = new HostPair(ControllerOptions.extended(), options).start();
        pair.await(pair.peripheral.host.advertise(ADVERTISING));
        var absent = DeviceAddress.parse("C0:00:00:00:00:77/random");
        var connecting = pair.peripheral.host.connect(absent, Duration.ofMinutes(1)).toCompletableFuture();
        pair.settle();
        var due = DeviceAddress.parse("41:00:00:00:00:02/random");
        pair.peripheral.upper.own = due;
        pair.peripheral.host.ownAddressChanged();
        pair.settle();
        boolean itsOwn = options.flavour() == ControllerOptions.Flavour.EXTENDED;
        assertThat(heard(pair)).containsOnly(itsOwn ? due : HostPair.PERIPHERAL);

        pair.peripheral.host.cancelConnect(absent);
        pair.settle();
        assertThat(connecting).isCompletedExceptionally();
        assertThat(heard(pair)).containsOnly(due);
    }

    static Stream<ControllerOptions> families() {
        return Stream.of(ControllerOptions.legacy(), ControllerOptions.extended());
    }

    private static Set<DeviceAddress> heard(HostPair pair) {
        var heard = new HashSet<DeviceAddress>();
        pair.await(pair.central.host.scan(false, false, report -> heard.add(report.address())));
        pair.settle();
        pair.await(pair.central.host.stopScan());
        return heard;
    }
}
