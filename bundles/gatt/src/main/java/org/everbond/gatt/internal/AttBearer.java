package org.everbond.gatt.internal;

import org.everbond.bonds.Bond;
import org.everbond.gatt.GattPeer;
import org.everbond.gatt.internal.att.AttCodec;
import org.everbond.gatt.internal.att.AttEncoder;
import org.everbond.gatt.internal.att.AttPdu;
import org.everbond.host.Connection;
import org.everbond.security.SecureLink;

/**
 * The ATT bearer of one connection (Vol 3, Part F, 3.2.11): both roles share its ATT_MTU and its end. On LE a bearer that was
 * misused ends with its connection.
 */
public final class AttBearer {
    private static final int REMOTE_USER_TERMINATED = 0x13;

    private final Connection connection;
    private final SecureLink link;
    private volatile int mtu = AttCodec.DEFAULT_MTU;
    private boolean exchanged;
    private boolean open = true;

    public AttBearer(Connection connection, SecureLink link) {
        this.connection = connection;
        this.link = link;
    }

    public Connection connection() {
        return connection;
    }

    public SecureLink link() {
        return link;
    }

    /** Effective ATT_MTU. Any thread may ask. */
    public int mtu() {
        return mtu;
    }

    public boolean mtuExchanged() {
        return exchanged;
    }

    /**
     * The peer told its MTU, in a request or a response (3.4.2). The first exchange holds for good.
     *
     * @param peerMtu as it came
     */
    public void exchangedMtu(int peerMtu) {
        if (!exchanged) {
            exchanged = true;
            mtu = Math.max(AttCodec.DEFAULT_MTU, Math.min(peerMtu, AttCodec.OWN_MTU));
        }
    }

    public boolean isOpen() {
        return open && connection.isOpen();
    }

    public boolean isEncrypted() {
        return link.security().isPresent();
    }

    /** A bonded peer that has not shown that it holds the key: perhaps an impostor. */
    public boolean isUnproven() {
        return link.isUnproven();
    }

    public GattPeer peer() {
        return new GattPeer(
                connection.epoch(),
                link.bond().map(Bond::identity).orElse(connection.peerAddress()),
                link.bond().map(Bond::id),
                link.level());
    }

    public void send(AttPdu pdu) {
        send(AttEncoder.encode(pdu), () -> {});
    }

    /** @param completed runs when the controller has sent it; not after the end of the connection */
    public void send(byte[] pdu, Runnable completed) {
        if (isOpen()) {
            connection.send(Connection.CID_ATT, pdu, completed);
        }
    }

    /**
     * Ends the bearer because the peer broke a rule after which neither side knows where it stands: nothing more is sent or
     * taken.
     */
    public void end(String why) {
        if (open) {
            open = false;
            OperatorLog.disconnecting(connection, why);
            connection.disconnect(REMOTE_USER_TERMINATED);
        }
    }

    /** The connection has ended. */
    public void closed() {
        open = false;
    }
}
