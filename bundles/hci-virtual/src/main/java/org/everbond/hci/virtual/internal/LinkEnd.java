package org.everbond.hci.virtual.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.ControllerOptions.Quirk;

/** One end of a link at one controller: its handle, its state, and how it ends. */
final class LinkEnd {
    enum Role {
        CENTRAL,
        PERIPHERAL
    }

    private static final int MINIMUM_TX_OCTETS = 27;

    private final Controller controller;
    private final Link link;
    private final int handle;
    private final Role role;
    private final DeviceAddress own;
    private final DeviceAddress peerOnAir;
    private final DeviceAddress peerIdentity;
    private final LinkEncryption encryption;
    private final Deque<Consumer<LinkEnd>> heldProcedures = new ArrayDeque<>();
    private final AclQueue acl;
    private final LinkProcedures procedures;
    private int txOctets = MINIMUM_TX_OCTETS;
    private EventLoop.Timer supervision;
    private EventLoop.Timer payloadTimer;
    private int payloadTimeout = 3000;
    private boolean terminating;
    private boolean gone;

    LinkEnd(Controller controller, Link link, int handle, Role role, DeviceAddress own, DeviceAddress peerOnAir) {
        this.controller = controller;
        this.link = link;
        this.handle = handle;
        this.role = role;
        this.own = own;
        this.peerOnAir = peerOnAir;
        this.peerIdentity = controller.resolvingList().identify(peerOnAir);
        this.encryption = new LinkEncryption(this);
        this.acl = new AclQueue(this);
        this.procedures = new LinkProcedures(this);
    }

    Controller controller() {
        return controller;
    }

    Link link() {
        return link;
    }

    int handle() {
        return handle;
    }

    Role role() {
        return role;
    }

    LinkEncryption encryption() {
        return encryption;
    }

    AclQueue acl() {
        return acl;
    }

    LinkProcedures procedures() {
        return procedures;
    }

    boolean gone() {
        return gone;
    }

    int txOctets() {
        return txOctets;
    }

    void txOctets(int value) {
        txOctets = value;
    }

    boolean isPeer(DeviceAddress address) {
        return address.equals(peerOnAir) || address.equals(peerIdentity);
    }

    /** Tells the host of the new connection (Vol 4, Part E, 7.7.65.1 and 7.7.65.10). */
    void connected() {
        if (gone) {
            return;
        }
        var parameters = link.parameters();
        var peer = peerIdentity == null ? peerOnAir : peerIdentity;
        boolean enhanced = controller.out().allowsLe(LeEvent.ENHANCED_CONNECTION_COMPLETE);
        var event = new Octets()
                .u8(ErrorCode.SUCCESS.value())
                .u16(handle)
                .u8(role.ordinal())
                .u8(peer.type().value() | (enhanced && peerIdentity != null ? 2 : 0))
                .address(peer);
        if (enhanced) {
            event.address(own.isResolvable() && controller.resolvingList().isLocal(own) ? own : null);
            event.address(peerIdentity == null ? null : peerOnAir);
        }
        event.u16(parameters.interval()).u16(parameters.latency()).u16(parameters.timeout()).u8(0);
        controller.out().leEvent(enhanced ? LeEvent.ENHANCED_CONNECTION_COMPLETE : LeEvent.CONNECTION_COMPLETE, event);
        controller.out().leEvent(LeEvent.CHANNEL_SELECTION_ALGORITHM, new Octets().u16(handle).u8(1));
        procedures.connected();
    }

    /** Sends a PDU under the present key. */
    void transmit(Consumer<LinkEnd> pdu) {
        transmit(pdu, () -> {});
    }

    void transmit(Consumer<LinkEnd> pdu, Runnable acknowledged) {
        transmit(encryption.transmitKey(), pdu, acknowledged);
    }

    void transmit(Key cipher, Consumer<LinkEnd> pdu, Runnable acknowledged) {
        if (!gone) {
            link.transmit(this, cipher, pdu, acknowledged);
        }
    }

    /**
     * Sends a PDU of a control procedure. While an encryption procedure runs it is held back: the peer could not tell whether it
     * is encrypted (Vol 6, Part B, 5.1.3.1).
     */
    void procedure(Consumer<LinkEnd> pdu) {
        if (encryption.running()) {
            heldProcedures.add(pdu);
        } else {
            transmit(pdu);
        }
    }

    /** What was held back by an encryption procedure goes on. */
    void encryptionEnded() {
        while (!heldProcedures.isEmpty() && !encryption.running() && !gone) {
            transmit(heldProcedures.poll());
        }
        acl.flush();
    }

    /** The host wants to end it (Vol 6, Part B, 5.1.6). */
    void terminate(int reason) {
        if (terminating) {
            throw Refused.disallowed();
        }
        terminating = true;
        transmit(peer -> peer.close(reason), () -> close(ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST));
    }

    void close(ErrorCode reason) {
        close(reason.value());
    }

    void close(int reason) {
        if (gone) {
            return;
        }
        vanish();
        controller.out().event(
                EventCode.DISCONNECTION_COMPLETE,
                new Octets().u8(ErrorCode.SUCCESS.value()).u16(handle).u8(reason));
    }

    /** Stops without a word to the host. */
    void vanish() {
        if (gone) {
            return;
        }
        gone = true;
        regained();
        encryption.stop();
        controller.connections().remove(this);
        link.left(this);
    }

    /** Nothing is heard from the peer from now on (Vol 6, Part B, 4.5.2). */
    void lost() {
        if (gone || supervision != null) {
            return;
        }
        supervision = controller.loop().schedule(link.parameters().supervisionTimeout(), () -> close(lossReason()));
        if (encryption.transmitKey() != null) {
            payloadTimer = controller.loop().schedule(
                    Duration.ofMillis(payloadTimeout * 10L),
                    () -> controller.out().eventPage2(
                            EventCode.AUTHENTICATED_PAYLOAD_TIMEOUT_EXPIRED, 23, new Octets().u16(handle)));
        }
    }

    private ErrorCode lossReason() {
        if (terminating) {
            return ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST;
        }
        boolean reportMic = link.micFailed() && controller.options().has(Quirk.MIC_FAILURE_AT_BOTH_ENDS);
        return reportMic ? ErrorCode.CONNECTION_TERMINATED_DUE_TO_MIC_FAILURE : ErrorCode.CONNECTION_TIMEOUT;
    }

    /** The peer is heard again. */
    void regained() {
        if (supervision != null) {
            supervision.cancel();
            supervision = null;
        }
        if (payloadTimer != null) {
            payloadTimer.cancel();
            payloadTimer = null;
        }
    }

    int payloadTimeout() {
        return payloadTimeout;
    }

    void payloadTimeout(int value) {
        payloadTimeout = value;
    }
}
