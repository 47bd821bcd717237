package org.everbond.gatt.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.everbond.bonds.keys.BondStore;
import org.everbond.gatt.Gatt;
import org.everbond.gatt.GattClient;
import org.everbond.gatt.GattServer;
import org.everbond.gatt.internal.att.AttCodec;
import org.everbond.gatt.internal.att.AttError;
import org.everbond.gatt.internal.att.AttOpcode;
import org.everbond.gatt.internal.att.AttPdu;
import org.everbond.gatt.internal.att.AttRequest;
import org.everbond.gatt.internal.att.AttResponse;
import org.everbond.gatt.internal.client.Client;
import org.everbond.gatt.internal.client.ClientBearer;
import org.everbond.gatt.internal.server.Server;
import org.everbond.gatt.internal.server.ServerLink;
import org.everbond.hci.EventLoop;
import org.everbond.host.Connection;
import org.everbond.host.FixedChannel;
import org.everbond.host.Host;
import org.everbond.security.SecurityEvent;
import org.everbond.security.SecurityManager;

/** ATT as a fixed channel of the host: a bearer per connection, and what comes shared out between server and client. */
public final class GattStack implements Gatt, FixedChannel {
    private final EventLoop loop;
    private final SecurityManager security;
    private final ServiceCalls calls;
    private final Server server;
    private final Map<Long, Session> sessions = new HashMap<>();

    /** Both sides of one connection. */
    private record Session(AttBearer bearer, ServerLink server, ClientBearer requests, Client client) {}

    public GattStack(EventLoop loop, Host host, SecurityManager security, BondStore bonds, Executor callbacks) {
        this.loop = loop;
        this.security = security;
        this.calls = new ServiceCalls(loop, new InOrder(callbacks));
        this.server = new Server(loop, bonds, security.signing(), calls);
        host.channel(Connection.CID_ATT, this);
        security.listen(this::happened);
    }

    @Override
    public GattServer server() {
        return server;
    }

    @Override
    public GattClient client(Connection connection) {
        var session = sessions.get(connection.epoch());
        return (session == null ? ended(connection) : session).client();
    }

    /** A session that fails everything. */
    private Session ended(Connection connection) {
        var bearer = new AttBearer(connection, security.link(connection));
        bearer.closed();
        var requests = new ClientBearer(bearer, security, loop);
        return new Session(bearer, null, requests, new Client(loop, requests, calls));
    }

    @Override
    public void connected(Connection connection) {
        var bearer = new AttBearer(connection, security.link(connection));
        var requests = new ClientBearer(bearer, security, loop);
        var session = new Session(bearer, server.connected(bearer), requests, new Client(loop, requests, calls));
        sessions.put(connection.epoch(), session);
    }

    @Override
    public void disconnected(Connection connection, int reason) {
        var session = sessions.remove(connection.epoch());
        if (session != null) {
            session.bearer().closed();
            session.requests().closed();
            server.disconnected(session.bearer());
        }
    }

    @Override
    public void received(Connection connection, byte[] sdu) {
        var session = sessions.get(connection.epoch());
        if (session == null || !session.bearer().isOpen()) {
            return;
        }
        var pdu = AttCodec.decode(sdu);
        if (pdu instanceof AttRequest request && sdu.length > session.bearer().mtu()) {
            // Its answer may have to repeat what it carries, and would be longer than ATT_MTU as well (3.2.8).
            malformed(session, request.opcode());
        } else if (pdu instanceof AttRequest request) {
            session.server().request(request);
        } else if (pdu instanceof AttPdu.WriteCommand command) {
            session.server().command(command);
        } else if (pdu instanceof AttPdu.SignedWriteCommand command) {
            session.server().signedCommand(command);
        } else if (pdu instanceof AttPdu.HandleValueConfirmation) {
            session.server().confirmation();
        } else if (pdu instanceof AttPdu.Malformed malformed) {
            malformed(session, malformed.opcode());
        } else if (pdu instanceof AttPdu.Unknown unknown) {
            if (unknown.isRequest()) {
                session.server().refuse(unknown.opcode(), AttError.REQUEST_NOT_SUPPORTED);
            }
        } else if (!session.bearer().isUnproven()) {
            // What a server says reaches nobody before a bonded peer has shown that it holds the key.
            fromServer(session, pdu);
        }
    }

    private static void fromServer(Session session, AttPdu pdu) {
        if (pdu instanceof AttResponse response) {
            session.requests().response(response);
        } else if (pdu instanceof AttPdu.HandleValue value) {
            session.client().received(value);
        }
    }

    private static void malformed(Session session, int opcode) {
        if (AttOpcode.isRequest(opcode)) {
            session.server().refuse(opcode, AttError.INVALID_PDU);
        } else if (AttOpcode.isResponse(opcode) && !session.bearer().isUnproven()) {
            session.requests().malformed();
        }
    }

    private void happened(SecurityEvent event) {
        var session = sessions.get(event.connection().epoch());
        if (session == null) {
            return;
        }
        if (event instanceof SecurityEvent.EncryptionChanged change && change.security().isPresent()) {
            session.client().encrypted();
            // During a pairing the key is not yet that of the bond, whatever bond the address points to.
            if (session.bearer().link().bond().isPresent()
                    && !session.bearer().link().isPairing()) {
                session.server().proven();
            }
        } else if (event instanceof SecurityEvent.Paired paired && paired.result().bond().isPresent()) {
            session.server().bonded();
        } else if (event instanceof SecurityEvent.Paired
                || event instanceof SecurityEvent.PairingFailed && !session.bearer().link().isPairing()) {
            session.server().notBonded();
        }
    }
}
