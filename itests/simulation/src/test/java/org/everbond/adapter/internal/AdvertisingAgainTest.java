package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.hci.OpCode;
import org.everbond.hci.virtual.Faults;
import org.everbond.hci.virtual.Faults.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peripheral that was once told to advertise is found again, whatever becomes of the commands; nobody tells it twice. */
class AdvertisingAgainTest {
    private final Neighbours neighbours = new Neighbours();
    private final SimulatedGateway central = neighbours.gateway("central", "file:a.tlv");
    private final SimulatedGateway peripheral = neighbours.gateway("peripheral", "file:a.tlv");

    private static boolean isAdvertising(byte[] packet) {
        int opCode = packet.length < 3 || packet[0] != 1 ? 0 : packet[1] & 0xff | (packet[2] & 0xff) << 8;
        return OpCode.of(opCode).filter(known -> known.text().contains("Advertising")).isPresent();
    }

    /** So many commands of advertising, from now on. */
    private AtomicInteger lose(int count) {
        var left = new AtomicInteger(count);
        peripheral.controller.faults().fromHost(packet ->
                isAdvertising(packet) && left.getAndDecrement() > 0 ? Verdict.drop() : Verdict.pass(packet));
        return left;
    }

    private void bonded() {
        neighbours.up();
        neighbours.bond(central, peripheral);
        neighbours.until(() -> peripheral.adapter().status().advertising(), "does not advertise again");
    }

    private void reconnects() {
        var link = neighbours.of(central.adapter().connect(Neighbours.identity(peripheral), Neighbours.CONNECT));
        assertThat(neighbours.of(link.encrypt()).security()).isPresent();
        neighbours.disconnect(link);
    }

    /** One is made good at once; with two in a row the controller counts as lost, and is started again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void after_a_connection_commands_are_lost(int count) {
        bonded();
        var left = lose(count);
        neighbours.connect(central, peripheral).disconnect();
        neighbours.until(() -> left.get() <= 0 && peripheral.adapter().status().advertising(), "does not advertise again");
        boolean lost = peripheral.events.stream()
                .anyMatch(event -> event instanceof AdapterEvent.StateChanged changed && changed.state() == AdapterState.LOST);
        assertThat(lost).isEqualTo(count > 1);
        reconnects();
    }

    /** The controller starts again, but will not advertise at first. */
    @Test
    void after_a_restart_of_the_controller_advertising_is_refused_for_a_while() {
        bonded();
        Faults faults = peripheral.controller.faults();
        faults.answer(OpCode.LE_SET_EXTENDED_ADVERTISING_PARAMETERS.value(), 0x07);
        faults.inject(new byte[] {4, 0x10, 1, 0x42});
        neighbours.until(() -> peripheral.events.stream().anyMatch(event -> event instanceof AdapterEvent.StateChanged changed
                && changed.state() == AdapterState.LOST), "hears of the hardware error");
        neighbours.until(peripheral::isUp, "comes up again");
        assertThat(peripheral.adapter().status().advertising()).isFalse();

        faults.clear();
        neighbours.until(() -> peripheral.adapter().status().advertising(), "does not advertise again");
        reconnects();
    }
}
