package org.everbond.hci.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.hci.virtual.RawHost.octets;
import static org.everbond.hci.virtual.RawHost.u16;

import java.time.Duration;
import org.everbond.crypto.Key;
import org.everbond.hci.AclPacket;
import org.everbond.hci.HciCommand;
import org.everbond.hci.OpCode;
import org.everbond.hci.virtual.ControllerOptions.Quirk;
import org.everbond.hci.virtual.Faults.Verdict;
import org.junit.jupiter.api.Test;

/** Faults on request, and the quirks of some real controllers. */
class FaultsTest {
    private static final byte[] PDU = {1, 0, 4, 0, 0x0a};

    private final SimulatedLoop loop = new SimulatedLoop();
    private final VirtualAir air = VirtualAir.on(loop);
    private final RawHost central = new RawHost(loop, air.controller()).setUp();
    private final RawHost peripheral = new RawHost(loop, air.controller()).setUp();
    private final Faults faults = central.controller.faults();

    private void connect(RawHost from, RawHost to) {
        to.advertiseLegacy();
        from.connectLegacy(to.controller.address());
        loop.advance(Duration.ofMillis(20));
    }

    private void send(OpCode opCode) {
        central.controller.receive(HciCommand.of(opCode).packet());
        loop.runUntilIdle();
    }

    @Test
    void aCommandMayStayWithoutAnswer() {
        faults.ignore(OpCode.READ_BD_ADDR.value());
        assertThat(central.command(OpCode.READ_BD_ADDR)).isEmpty();
        assertThat(central.command(OpCode.LE_RAND)).hasSize(9);
        faults.clear();
        assertThat(central.command(OpCode.READ_BD_ADDR)).hasSize(7);
    }

    @Test
    void aListedCommandMayBeAnsweredWithAnErrorInItsOwnForm() {
        faults.answer(OpCode.READ_BD_ADDR.value(), 0x01);
        faults.answer(OpCode.LE_CREATE_CONNECTION.value(), 0x1f);
        assertThat(central.command(OpCode.READ_BD_ADDR)).isEqualTo(octets(1, new byte[6]));
        assertThat(central.connectLegacy(peripheral.controller.address())).containsExactly(0x1f);
        assertThat(central.command(OpCode.LE_CREATE_CONNECTION_CANCEL)).containsExactly(0x0c);
    }

    @Test
    void aStatusEventAndThenNothing() {
        faults.answer(OpCode.LE_CREATE_CONNECTION.value(), 0x00);
        peripheral.advertiseLegacy();
        assertThat(central.connectLegacy(peripheral.controller.address())).containsExactly(0);
        loop.advance(Duration.ofSeconds(10));
        assertThat(central.events(RawHost.ENHANCED_CONNECTION_COMPLETE)).isEmpty();
    }

    @Test
    void nonsenseMayTakeThePlaceOfAnAnswer() {
        faults.answerRaw(OpCode.READ_BD_ADDR.value(), new byte[] {4, 0x0e, 1}, new byte[] {4, 0x77, 0});
        central.forget();
        send(OpCode.READ_BD_ADDR);
        assertThat(central.packets).hasSize(2);
        assertThat(central.packets.get(0)).containsExactly(4, 0x0e, 1);
    }

    @Test
    void creditsMayBeWithheldUntilANop() {
        faults.withholdCredits();
        central.forget();
        send(OpCode.READ_BD_ADDR);
        assertThat(central.packets.get(0)).startsWith(4, 0x0e, 10, 0);
        faults.nop(2);
        loop.runUntilIdle();
        assertThat(central.packets.get(1)).containsExactly(4, 0x0e, 3, 2, 0, 0);
        send(OpCode.READ_BD_ADDR);
        assertThat(central.packets.get(2)).startsWith(4, 0x0e, 10, 1);
    }

    @Test
    void dataMayOvertakeAnEvent() {
        connect(central, peripheral);
        faults.eventAfterAcl(RawHost.ENCRYPTION_CHANGE);
        central.ok(OpCode.LE_ENABLE_ENCRYPTION, u16(central.handle()), new byte[8], u16(0), Key.ZERO);
        peripheral.ok(OpCode.LE_LONG_TERM_KEY_REQUEST_REPLY, u16(peripheral.handle()), Key.ZERO);
        assertThat(central.events(RawHost.ENCRYPTION_CHANGE)).isEmpty();
        peripheral.acl(peripheral.handle(), 0, PDU);
        int last = central.packets.size() - 1;
        assertThat(central.packets.get(last - 1)[0]).isEqualTo((byte) AclPacket.INDICATOR);
        assertThat(central.packets.get(last)[1]).isEqualTo((byte) RawHost.ENCRYPTION_CHANGE);
    }

    @Test
    void dataMayComeBeforeItsConnection() {
        peripheral.controller.faults().eventAfterAcl(RawHost.ENHANCED_CONNECTION_COMPLETE);
        connect(central, peripheral);
        assertThat(peripheral.events(RawHost.ENHANCED_CONNECTION_COMPLETE)).isEmpty();
        central.acl(central.handle(), 0, PDU);
        int last = peripheral.packets.size() - 1;
        assertThat(peripheral.packets.get(last - 1)[0]).isEqualTo((byte) AclPacket.INDICATOR);
        assertThat(peripheral.packets.get(last)[3]).isEqualTo((byte) 0x0a);
    }

    @Test
    void packetsMayBeDroppedDelayedOrReplacedInBothDirections() {
        faults.toHost(packet -> packet[1] == RawHost.COMMAND_COMPLETE
                ? Verdict.delay(packet, Duration.ofMillis(50))
                : Verdict.pass(packet));
        assertThat(central.command(OpCode.READ_BD_ADDR)).isEmpty();
        central.forget();
        loop.advance(Duration.ofMillis(50));
        assertThat(central.packets).hasSize(1);
        faults.toHost(packet -> Verdict.replace(packet, packet));
        central.forget();
        send(OpCode.READ_BD_ADDR);
        assertThat(central.packets).hasSize(2);
        faults.clear();
        faults.fromHost(packet -> Verdict.drop());
        assertThat(central.command(OpCode.READ_BD_ADDR)).isEmpty();
    }

    @Test
    void aLinkMayBeCutAtAnyPdu() {
        for (int pdus = 0; pdus < 4; pdus++) {
            connect(central, peripheral);
            peripheral.forget();
            faults.cutAfter(pdus);
            for (int i = 0; i < 4; i++) {
                central.acl(central.handle(), 0, PDU);
            }
            assertThat(peripheral.data()).hasSize(pdus);
            loop.advance(Duration.ofSeconds(1));
            assertThat(central.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x08);
            assertThat(peripheral.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x08);
        }
    }

    @Test
    void completedPacketsMayStayUnreported() {
        connect(central, peripheral);
        faults.withholdCompletedPackets(true);
        central.acl(central.handle(), 0, PDU);
        assertThat(peripheral.data()).hasSize(1);
        assertThat(central.events(RawHost.COMPLETED_PACKETS)).isEmpty();
    }

    @Test
    void afterAHardwareErrorOnlyResetHelps() {
        faults.hardwareError(0x42);
        loop.runUntilIdle();
        assertThat(central.event(RawHost.HARDWARE_ERROR)).containsExactly(0x42);
        assertThat(central.command(OpCode.READ_BD_ADDR)).isEmpty();
        central.ok(OpCode.RESET);
        central.ok(OpCode.READ_BD_ADDR);
    }

    @Test
    void anythingMayBeGivenToTheHost() {
        faults.inject(new byte[] {4, 0x13, 5, 1, (byte) 0xff, 0x0e, 1, 0});
        loop.runUntilIdle();
        assertThat(central.event(RawHost.COMPLETED_PACKETS)).startsWith(1, 0xff, 0x0e);
    }

    @Test
    void linksMayOutliveAReset() {
        var strange = new RawHost(loop, air.controller(ControllerOptions.extended().quirk(Quirk.LINKS_SURVIVE_RESET))).setUp();
        connect(strange, peripheral);
        int handle = strange.handle();
        strange.setUp();
        loop.advance(Duration.ofSeconds(2));
        assertThat(peripheral.events(RawHost.DISCONNECTION_COMPLETE)).isEmpty();
        strange.ok(OpCode.DISCONNECT, u16(handle), 0x13);
        assertThat(peripheral.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x13);
    }

    @Test
    void theDuplicateFilterMayNotWork() {
        var strange = new RawHost(loop, air.controller(ControllerOptions.extended().quirk(Quirk.DUPLICATE_REPORTS))).setUp();
        strange.ok(OpCode.LE_SET_SCAN_ENABLE, 1, 1);
        peripheral.advertiseLegacy();
        loop.advance(Duration.ofMillis(100));
        assertThat(strange.events(RawHost.ADVERTISING_REPORT)).hasSizeGreaterThan(3);
    }
}
