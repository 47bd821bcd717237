package org.everbond.hci.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.hci.virtual.RawHost.octets;
import static org.everbond.hci.virtual.RawHost.u16;

import java.time.Duration;
import org.everbond.crypto.Key;
import org.everbond.hci.OpCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Encryption of a link as a radio does it (Vol 6, Part B, 5.1.3). */
class EncryptionTest {
    private static final Key LTK = Key.of("0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    private static final Key OTHER = Key.of("fedcba9876543210".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    private static final byte[] RAND = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final byte[] PDU = {1, 0, 4, 0, 0x0a};

    private final SimulatedLoop loop = new SimulatedLoop();
    private final VirtualAir air = VirtualAir.on(loop);
    private final RawHost central = new RawHost(loop, air.controller()).setUp();
    private final RawHost peripheral = new RawHost(loop, air.controller()).setUp();

    @BeforeEach
    void connect() {
        connect(central, peripheral);
    }

    private void connect(RawHost from, RawHost to) {
        to.advertiseLegacy();
        from.connectLegacy(to.controller.address());
        loop.advance(Duration.ofMillis(20));
    }

    private byte[] enable(Key ltk) {
        return central.command(OpCode.LE_ENABLE_ENCRYPTION, u16(central.handle()), RAND, u16(0x1234), ltk);
    }

    private byte[] reply(Key ltk) {
        return peripheral.command(OpCode.LE_LONG_TERM_KEY_REQUEST_REPLY, u16(peripheral.handle()), ltk);
    }

    @Test
    void thePeripheralIsAskedForTheKeyByRandAndEdiv() {
        assertThat(enable(LTK)).containsExactly(0);
        assertThat(peripheral.event(RawHost.LTK_REQUEST)).isEqualTo(octets(u16(peripheral.handle()), RAND, u16(0x1234)));
        assertThat(central.events(RawHost.ENCRYPTION_CHANGE)).isEmpty();
    }

    @Test
    void equalKeysEncryptTheLinkAtBothEnds() {
        enable(LTK);
        assertThat(reply(LTK)).isEqualTo(octets(0, u16(peripheral.handle())));
        assertThat(central.event(RawHost.ENCRYPTION_CHANGE)).isEqualTo(octets(0, u16(central.handle()), 1));
        assertThat(peripheral.event(RawHost.ENCRYPTION_CHANGE)).isEqualTo(octets(0, u16(peripheral.handle()), 1));
        central.acl(central.handle(), 0, PDU);
        peripheral.acl(peripheral.handle(), 0, PDU);
        assertThat(central.data()).hasSize(1);
        assertThat(peripheral.data()).hasSize(1);
    }

    @Test
    void encryptingAnEncryptedLinkIsAKeyRefresh() {
        enable(LTK);
        reply(LTK);
        enable(OTHER);
        reply(OTHER);
        assertThat(central.event(RawHost.KEY_REFRESH)).isEqualTo(octets(0, u16(central.handle())));
        assertThat(peripheral.event(RawHost.KEY_REFRESH)).isEqualTo(octets(0, u16(peripheral.handle())));
        assertThat(central.events(RawHost.ENCRYPTION_CHANGE)).hasSize(1);
        central.acl(central.handle(), 0, PDU);
        assertThat(peripheral.data()).hasSize(1);
    }

    @Test
    void differentKeysEndTheLinkWith3dWhereTheFirstPduCannotBeDecryptedAnd08AtTheOtherEnd() {
        enable(LTK);
        assertThat(reply(OTHER)).startsWith(0);
        assertThat(peripheral.event(RawHost.DISCONNECTION_COMPLETE)).isEqualTo(octets(0, u16(peripheral.handle()), 0x3d));
        assertThat(central.events(RawHost.DISCONNECTION_COMPLETE)).isEmpty();
        loop.advance(Duration.ofMillis(720));
        assertThat(central.event(RawHost.DISCONNECTION_COMPLETE)).isEqualTo(octets(0, u16(central.handle()), 0x08));
        assertThat(central.events(RawHost.ENCRYPTION_CHANGE)).isEmpty();
        assertThat(peripheral.events(RawHost.ENCRYPTION_CHANGE)).isEmpty();
    }

    @Test
    void someControllersReportTheMicFailureAtBothEnds() {
        var strange = new RawHost(
                        loop,
                        air.controller(ControllerOptions.extended()
                                .quirk(ControllerOptions.Quirk.MIC_FAILURE_AT_BOTH_ENDS)))
                .setUp();
        var other = new RawHost(loop, air.controller()).setUp();
        connect(strange, other);
        strange.ok(OpCode.LE_ENABLE_ENCRYPTION, u16(strange.handle()), RAND, u16(0), LTK);
        other.ok(OpCode.LE_LONG_TERM_KEY_REQUEST_REPLY, u16(other.handle()), OTHER);
        loop.advance(Duration.ofSeconds(1));
        assertThat(strange.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x3d);
    }

    @Test
    void aNegativeReplyIs06AtTheCentralAndTheLinkStays() {
        enable(LTK);
        peripheral.ok(OpCode.LE_LONG_TERM_KEY_REQUEST_NEGATIVE_REPLY, u16(peripheral.handle()));
        assertThat(central.event(RawHost.ENCRYPTION_CHANGE)).isEqualTo(octets(6, u16(central.handle()), 0));
        assertThat(peripheral.events(RawHost.ENCRYPTION_CHANGE)).isEmpty();
        central.acl(central.handle(), 0, PDU);
        assertThat(peripheral.data()).hasSize(1);
    }

    @Test
    void aNegativeReplyToAKeyRefreshEndsTheLink() {
        enable(LTK);
        reply(LTK);
        enable(LTK);
        peripheral.ok(OpCode.LE_LONG_TERM_KEY_REQUEST_NEGATIVE_REPLY, u16(peripheral.handle()));
        assertThat(central.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x06);
        assertThat(peripheral.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x16);
    }

    @Test
    void aPeripheralThatDoesNotWantTheRequestHasNoKey() {
        peripheral.ok(OpCode.LE_SET_EVENT_MASK, 0x0f, 0x02, new byte[6]);
        enable(LTK);
        assertThat(central.event(RawHost.ENCRYPTION_CHANGE)).startsWith(6);
    }

    @Test
    void aPeripheralThatNeverAnswersIsAResponseTimeoutAfter40Seconds() {
        enable(LTK);
        loop.advance(Duration.ofMillis(39_999));
        assertThat(central.events(RawHost.DISCONNECTION_COMPLETE)).isEmpty();
        loop.advance(Duration.ofMillis(1));
        assertThat(central.event(RawHost.DISCONNECTION_COMPLETE)).isEqualTo(octets(0, u16(central.handle()), 0x22));
        loop.advance(Duration.ofMillis(720));
        assertThat(peripheral.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x08);
    }

    @Test
    void dataWaitsWhileEncryptionIsStartedAndThenLeavesEncrypted() {
        enable(LTK);
        central.acl(central.handle(), 0, PDU);
        peripheral.acl(peripheral.handle(), 0, PDU);
        assertThat(peripheral.data()).isEmpty();
        assertThat(central.data()).isEmpty();
        assertThat(central.events(RawHost.COMPLETED_PACKETS)).isEmpty();
        reply(LTK);
        assertThat(peripheral.data()).hasSize(1);
        assertThat(central.data()).hasSize(1);
        assertThat(central.events(RawHost.COMPLETED_PACKETS)).hasSize(1);
        assertThat(central.events(RawHost.DISCONNECTION_COMPLETE)).isEmpty();
    }

    @Test
    void plainDataOnAnEncryptedLinkIsAMicFailure() {
        enable(LTK);
        reply(LTK);
        central.controller.faults().injectPlain(central.handle(), PDU);
        loop.runUntilIdle();
        assertThat(peripheral.data()).isEmpty();
        assertThat(peripheral.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x3d);
        loop.advance(Duration.ofMillis(720));
        assertThat(central.event(RawHost.DISCONNECTION_COMPLETE)).endsWith(0x08);
    }

    @Test
    void onlyTheCentralStartsAndOnlyARequestIsAnswered() {
        assertThat(peripheral.command(OpCode.LE_ENABLE_ENCRYPTION, u16(peripheral.handle()), RAND, u16(0), LTK))
                .containsExactly(0x0c);
        assertThat(reply(LTK)).startsWith(0x0c);
        assertThat(peripheral.command(OpCode.LE_LONG_TERM_KEY_REQUEST_NEGATIVE_REPLY, u16(peripheral.handle())))
                .startsWith(0x0c);
        enable(LTK);
        assertThat(enable(LTK)).containsExactly(0x0c);
        reply(LTK);
        assertThat(reply(LTK)).startsWith(0x0c);
    }

    @Test
    void aNewLinkBetweenTheSameTwoIsPlainAgain() {
        enable(LTK);
        reply(LTK);
        central.ok(OpCode.DISCONNECT, u16(central.handle()), 0x13);
        connect();
        enable(OTHER);
        reply(OTHER);
        assertThat(central.event(RawHost.ENCRYPTION_CHANGE)).isEqualTo(octets(0, u16(central.handle()), 1));
        assertThat(central.events(RawHost.KEY_REFRESH)).isEmpty();
    }

    @Test
    void anEncryptedLinkThatIsSilentForTheAuthenticatedPayloadTimeoutSaysSo() {
        central.ok(OpCode.SET_EVENT_MASK_PAGE_2, 0, 0, 0x80, new byte[5]);
        enable(LTK);
        reply(LTK);
        central.ok(OpCode.WRITE_AUTHENTICATED_PAYLOAD_TIMEOUT, u16(central.handle()), u16(30));
        air.separate(central.controller, peripheral.controller);
        loop.advance(Duration.ofMillis(299));
        assertThat(central.events(0x57)).isEmpty();
        loop.advance(Duration.ofMillis(1));
        assertThat(central.event(0x57)).isEqualTo(u16(central.handle()));
        assertThat(peripheral.events(0x57)).isEmpty();
    }
}
