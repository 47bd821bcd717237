package org.everbond.host.internal;

import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.AclPacket;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.HciCommand;
import org.everbond.hci.HciEvent;
import org.everbond.hci.LeCommands;
import org.everbond.hci.LeEvent;
import org.everbond.host.Connection;
import org.everbond.host.ConnectionParameters;
import org.everbond.host.Role;

/** One link. */
final class HostConnection implements Connection {
    /** What a link may have waiting in the host: an upper layer that sends without end loses the link, not the gateway. */
    private static final int MAX_QUEUED = 256 << 10;

    private final Links links;
    private final long epoch;
    private final int handle;
    private final Role role;
    private final DeviceAddress peerAddress;
    private final DeviceAddress ownAddress;
    private final Reassembly reassembly;
    private final Signalling signalling;
    private final Farewell farewell;
    private ConnectionParameters parameters;
    private boolean open = true;
    private boolean encrypted;
    private boolean keyRequested;

    HostConnection(Links links, long epoch, LeEvent.ConnectionComplete event, DeviceAddress ownAddress) {
        this.links = links;
        this.epoch = epoch;
        this.handle = event.handle();
        this.role = event.central() ? Role.CENTRAL : Role.PERIPHERAL;
        this.peerAddress = event.peerResolvable() != null ? event.peerResolvable() : event.peer();
        this.ownAddress = event.localResolvable() != null ? event.localResolvable() : ownAddress;
        this.parameters = new ConnectionParameters(event.interval(), event.latency(), event.timeout());
        this.reassembly = new Reassembly(this::received, links::dropped);
        this.signalling = new Signalling(links.loop(), links.commands(), this);
        this.farewell = new Farewell(links, this);
    }

    @Override
    public int handle() {
        return handle;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public Role role() {
        return role;
    }

    @Override
    public DeviceAddress peerAddress() {
        return peerAddress;
    }

    @Override
    public DeviceAddress ownAddress() {
        return ownAddress;
    }

    @Override
    public ConnectionParameters parameters() {
        return parameters;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isEncrypted() {
        return encrypted;
    }

    @Override
    public void send(int cid, byte[] sdu, Runnable completed) {
        if (!open || farewell.hasBegun()) {
            return;
        }
        if (queued() > MAX_QUEUED) {
            disconnect(ErrorCode.REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_LOW_RESOURCES.value());
            return;
        }
        var pdu = new byte[4 + sdu.length];
        pdu[0] = (byte) sdu.length;
        pdu[1] = (byte) (sdu.length >>> 8);
        pdu[2] = (byte) cid;
        pdu[3] = (byte) (cid >>> 8);
        System.arraycopy(sdu, 0, pdu, 4, sdu.length);
        links.flow().send(handle, pdu, () -> {
            if (open) {
                completed.run();
            }
        });
    }

    @Override
    public int queued() {
        return open ? links.flow().queued(handle) : 0;
    }

    @Override
    public void disconnect(int reason) {
        if (open) {
            farewell.begin(reason);
        }
    }

    @Override
    public void encrypt(Key ltk, long rand, int ediv) {
        if (open && role == Role.CENTRAL) {
            links.commands().send(LeCommands.enableEncryption(handle, rand, ediv, ltk), answer -> {
                if (!answer.ok() && open) {
                    links.security().encryptionChanged(this, answer.status(), encrypted, false);
                }
            });
        }
    }

    @Override
    public void replyLongTermKey(Key ltk) {
        answerKeyRequest(LeCommands.longTermKeyRequestReply(handle, ltk));
    }

    @Override
    public void refuseLongTermKey() {
        answerKeyRequest(LeCommands.longTermKeyRequestNegativeReply(handle));
    }

    private void answerKeyRequest(HciCommand command) {
        if (open && keyRequested) {
            keyRequested = false;
            links.commands().send(command);
        }
    }

    @Override
    public void update(ConnectionParameters wanted) {
        if (!ParameterRules.valid(wanted)) {
            throw new IllegalArgumentException(wanted + " cannot be; see Vol 4, Part E, 7.8.18");
        }
        if (!open) {
            return;
        }
        if (role == Role.CENTRAL) {
            links.commands().send(LeCommands.connectionUpdate(
                    handle, wanted.interval(), wanted.interval(), wanted.latency(), wanted.supervisionTimeout()));
        } else {
            signalling.requestUpdate(wanted);
        }
    }

    void received(AclPacket packet) {
        reassembly.received(packet);
    }

    private void received(int cid, byte[] sdu) {
        if (!open) {
            return;
        }
        if (cid == CID_SIGNALLING) {
            signalling.received(sdu);
        } else {
            links.upper().received(this, cid, sdu);
        }
    }

    void on(LeEvent.LongTermKeyRequest event) {
        keyRequested = true;
        links.security().longTermKeyRequested(this, event.rand(), event.ediv());
    }

    void on(HciEvent.EncryptionChange event) {
        if (ErrorCode.SUCCESS.is(event.status())) {
            encrypted = event.enabled();
        }
        links.security().encryptionChanged(this, event.status(), encrypted, false);
    }

    void on(HciEvent.EncryptionKeyRefreshComplete event) {
        links.security().encryptionChanged(this, event.status(), encrypted, true);
    }

    void on(LeEvent.ConnectionUpdateComplete event) {
        if (ErrorCode.SUCCESS.is(event.status())) {
            parameters = new ConnectionParameters(event.interval(), event.latency(), event.timeout());
        }
    }

    /** Nothing acts any more. */
    void closed() {
        open = false;
        encrypted = false;
        keyRequested = false;
        farewell.closed();
        signalling.closed();
    }

    @Override
    public String toString() {
        return "connection " + epoch + " (handle 0x" + Integer.toHexString(handle) + ") to " + peerAddress;
    }
}
