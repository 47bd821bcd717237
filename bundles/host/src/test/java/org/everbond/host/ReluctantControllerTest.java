package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.OpCode;
import org.junit.jupiter.api.Test;

/** Controllers that refuse to connect, to scan, to advertise or to take an address, for once or for ever. */
class ReluctantControllerTest extends ScriptedHost {
    @Test
    void a_peer_that_is_not_there_at_once_is_tried_again_even_where_cancel_is_refused() {
        var attempts = new int[1];
        controller.on(OpCode.LE_CREATE_CONNECTION, command -> ++attempts[0] < 4
                ? List.of(controller.commandStatus(command.opCode(), 0), "043e13013e0000000101 0000eeffc0 0000 0000 0000 00")
                : List.of(controller.commandStatus(command.opCode(), 0),
                        CONNECTED_AS_CENTRAL));
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
                controller.complete(command.opCode(), "00"), CONNECTED_AS_CENTRAL));
        var connection = host.connect(PEER, Duration.ofSeconds(5)).toCompletableFuture();
        loop.runUntilIdle();
        host.cancelConnect(PEER);
        loop.runUntilIdle();

        assertThat(connection).isCompletedExceptionally();
        assertThat(upper.heard).isEmpty();
        assertThat(controller.count(OpCode.DISCONNECT)).isEqualTo(1);
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
                : List.of(controller.commandStatus(command.opCode(), 0), CONNECTED_AS_CENTRAL));
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

    private boolean run(CompletionStage<?> stage) {
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
}
