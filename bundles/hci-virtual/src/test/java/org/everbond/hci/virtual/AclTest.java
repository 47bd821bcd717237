package org.everbond.hci.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.hci.virtual.RawHost.octets;
import static org.everbond.hci.virtual.RawHost.u16;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import org.everbond.hci.AclPacket;
import org.everbond.hci.OpCode;
import org.junit.jupiter.api.Test;

/** ACL data: flow control, fragments, and what a host may not send. */
class AclTest {
    private static final int BUFFERS = 3;

    private final SimulatedLoop loop = new SimulatedLoop();
    private final VirtualAir air = VirtualAir.on(loop);
    private final RawHost central = host(ControllerOptions.extended().acl(64, BUFFERS));
    private final RawHost peripheral = host(ControllerOptions.extended());

    private RawHost host(ControllerOptions options) {
        return new RawHost(loop, air.controller(options)).setUp();
    }

    private void connect(RawHost from, RawHost to) {
        to.advertiseLegacy();
        from.connectLegacy(to.controller.address());
        loop.advance(Duration.ofMillis(20));
    }

    private static byte[] pdu(int length) {
        var pdu = new byte[4 + length];
        pdu[0] = (byte) length;
        pdu[1] = (byte) (length >>> 8);
        pdu[2] = 4;
        for (int i = 4; i < pdu.length; i++) {
            pdu[i] = (byte) i;
        }
        return pdu;
    }

    private static byte[] joined(RawHost host) {
        var all = new ByteArrayOutputStream();
        host.data().forEach(packet -> all.writeBytes(packet.data()));
        return all.toByteArray();
    }

    @Test
    void aPduComesInFragmentsOfTheDataLengthTheFirstOneMarked() {
        connect(central, peripheral);
        central.acl(central.handle(), AclPacket.FIRST_NON_FLUSHABLE, pdu(60));
        assertThat(peripheral.data()).extracting(AclPacket::boundary).containsExactly(2, 1, 1);
        assertThat(peripheral.data()).extracting(packet -> packet.data().length).containsExactly(27, 27, 10);
        assertThat(peripheral.data()).allMatch(packet -> packet.handle() == peripheral.handle());
        assertThat(joined(peripheral)).isEqualTo(pdu(60));
    }

    @Test
    void fragmentsOfTheHostGoOnAsContinuations() {
        connect(central, peripheral);
        var pdu = pdu(20);
        central.acl(central.handle(), AclPacket.FIRST_NON_FLUSHABLE, Arrays.copyOf(pdu, 10));
        central.acl(central.handle(), AclPacket.CONTINUING, Arrays.copyOfRange(pdu, 10, 24));
        assertThat(peripheral.data()).extracting(AclPacket::boundary).containsExactly(2, 1);
        assertThat(joined(peripheral)).isEqualTo(pdu);
    }

    @Test
    void aLongerDataLengthIsToldToBothAndMakesLongerFragments() {
        connect(central, peripheral);
        central.ok(OpCode.LE_SET_DATA_LENGTH, u16(central.handle()), u16(251), u16(2120));
        assertThat(central.event(RawHost.DATA_LENGTH_CHANGE))
                .isEqualTo(octets(u16(central.handle()), u16(251), u16(2120), u16(27), u16(328)));
        assertThat(peripheral.event(RawHost.DATA_LENGTH_CHANGE))
                .isEqualTo(octets(u16(peripheral.handle()), u16(27), u16(328), u16(251), u16(2120)));
        central.acl(central.handle(), AclPacket.FIRST_NON_FLUSHABLE, pdu(60));
        assertThat(peripheral.data()).hasSize(1);
    }

    @Test
    void everyPacketIsReportedCompletedOnce() {
        connect(central, peripheral);
        for (int i = 0; i < 10; i++) {
            central.acl(central.handle(), AclPacket.FIRST_NON_FLUSHABLE, pdu(40));
        }
        assertThat(central.events(RawHost.COMPLETED_PACKETS))
                .hasSize(10)
                .allMatch(event -> Arrays.equals(event, octets(1, u16(central.handle()), u16(1))));
    }

    @Test
    void whatThePeerDoesNotHearFillsTheBuffersAndMoreIsAnOverflow() {
        connect(central, peripheral);
        air.separate(central.controller, peripheral.controller);
        loop.runUntilIdle();
        for (int i = 0; i < BUFFERS; i++) {
            central.acl(central.handle(), AclPacket.FIRST_NON_FLUSHABLE, pdu(40));
        }
        assertThat(central.events(RawHost.DATA_BUFFER_OVERFLOW)).isEmpty();
        central.acl(central.handle(), AclPacket.FIRST_NON_FLUSHABLE, pdu(40));
        assertThat(central.events(RawHost.DATA_BUFFER_OVERFLOW)).hasSize(1);
        assertThat(central.events(RawHost.COMPLETED_PACKETS)).isEmpty();
        air.join(central.controller, peripheral.controller);
        loop.runUntilIdle();
        assertThat(central.events(RawHost.COMPLETED_PACKETS)).hasSize(BUFFERS);
    }

    @Test
    void packetsOfALinkThatDiedAreNotReportedCompletedAndTheirBuffersAreFree() {
        connect(central, peripheral);
        air.separate(central.controller, peripheral.controller);
        loop.runUntilIdle();
        for (int i = 0; i < BUFFERS; i++) {
            central.acl(central.handle(), AclPacket.FIRST_NON_FLUSHABLE, pdu(40));
        }
        loop.advance(Duration.ofSeconds(1));
        assertThat(central.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x08);
        assertThat(central.events(RawHost.COMPLETED_PACKETS)).isEmpty();
        air.join(central.controller, peripheral.controller);
        connect(central, peripheral);
        central.acl(central.handle(), AclPacket.FIRST_NON_FLUSHABLE, pdu(40));
        assertThat(central.events(RawHost.COMPLETED_PACKETS)).hasSize(1);
    }

    @Test
    void theBuffersAreSharedByAllLinks() {
        var third = host(ControllerOptions.legacy());
        connect(central, peripheral);
        int first = central.handle();
        connect(central, third);
        air.separate(central.controller, peripheral.controller);
        loop.runUntilIdle();
        for (int i = 0; i < BUFFERS; i++) {
            central.acl(first, AclPacket.FIRST_NON_FLUSHABLE, pdu(1));
        }
        central.acl(central.handle(), AclPacket.FIRST_NON_FLUSHABLE, pdu(1));
        assertThat(central.events(RawHost.DATA_BUFFER_OVERFLOW)).hasSize(1);
        assertThat(third.data()).isEmpty();
    }

    @Test
    void tooLongPacketsAndUnknownHandlesAreDropped() {
        connect(central, peripheral);
        central.acl(central.handle(), AclPacket.FIRST_NON_FLUSHABLE, new byte[65]);
        assertThat(central.events(RawHost.DATA_BUFFER_OVERFLOW)).hasSize(1);
        central.acl(0x0eff, AclPacket.FIRST_NON_FLUSHABLE, pdu(1));
        central.acl(central.handle(), AclPacket.COMPLETE, pdu(1));
        assertThat(peripheral.data()).isEmpty();
        assertThat(central.events(RawHost.COMPLETED_PACKETS)).isEmpty();
    }

    @Test
    void someControllersHandUpWholePdusLongerThanAnyBuffer() {
        var whole = host(ControllerOptions.extended().acl(27, 2).quirk(ControllerOptions.Quirk.OVERSIZED_ACL));
        connect(peripheral, whole);
        var pdu = pdu(300);
        peripheral.acl(peripheral.handle(), AclPacket.FIRST_NON_FLUSHABLE, Arrays.copyOf(pdu, 200));
        peripheral.acl(peripheral.handle(), AclPacket.CONTINUING, Arrays.copyOfRange(pdu, 200, 304));
        assertThat(whole.data()).hasSize(1);
        assertThat(whole.data().get(0).data()).isEqualTo(pdu);
    }
}
