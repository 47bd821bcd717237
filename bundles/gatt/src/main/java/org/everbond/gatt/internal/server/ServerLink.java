package org.everbond.gatt.internal.server;

import java.util.Arrays;
import org.everbond.bonds.keys.BondStore;
import org.everbond.gatt.internal.AttBearer;
import org.everbond.gatt.internal.ServiceCalls;
import org.everbond.gatt.internal.att.AttPdu;
import org.everbond.gatt.internal.att.AttRequest;
import org.everbond.hci.EventLoop;
import org.everbond.security.DataSigning;

/** The server's side of one connection: what its parts are and which of them a happening concerns. */
public final class ServerLink {
    /** The whole range of handles: what exactly changed is not worth the risk of getting it wrong. */
    private static final byte[] ALL_HANDLES = {1, 0, (byte) 0xff, (byte) 0xff};

    private final AttributeTable table;
    private final BuiltInServices builtIn;
    private final ClientConfigurations configurations;
    private final ValueSender sender;
    private final AttributeAccess access;
    private final ServerBearer server;
    private final AttBearer bearer;
    private byte[] hashIndicated;

    ServerLink(
            AttBearer bearer,
            AttributeTable table,
            BuiltInServices builtIn,
            EventLoop loop,
            BondStore bonds,
            DataSigning signing,
            ServiceCalls calls) {
        this.bearer = bearer;
        this.table = table;
        this.builtIn = builtIn;
        this.configurations = new ClientConfigurations(
                bearer, table, builtIn.serviceChangedConfiguration().handle(), bonds, calls);
        this.sender = new ValueSender(bearer, loop);
        this.access = new AttributeAccess(bearer, signing, calls, configurations);
        this.server = new ServerBearer(bearer, table, access, new PreparedWrites(loop));
    }

    public void request(AttRequest request) {
        server.received(request);
    }

    public void command(AttPdu.WriteCommand command) {
        access.command(table.get(command.handle()), command.value());
    }

    public void signedCommand(AttPdu.SignedWriteCommand command) {
        access.signedCommand(table.get(command.handle()), command);
    }

    public void confirmation() {
        sender.confirmed();
    }

    /** A request that cannot be handled. */
    public void refuse(int opcode, int error) {
        server.refused(opcode, error);
    }

    /** Encryption with the stored key has begun, not with one of a pairing that still runs. */
    public void proven() {
        configurations.proven();
        tellOfChange();
    }

    public void bonded() {
        configurations.bonded();
    }

    /** A pairing has ended without a bond. */
    public void notBonded() {
        configurations.notBonded();
    }

    public void closed() {
        configurations.closed();
        sender.closed();
    }

    void tableChanged() {
        configurations.tableChanged();
        tellOfChange();
    }

    /** Sends a value if this client subscribed to it. */
    void send(Attribute.Configuration configuration, byte[] value, ValueSender.Outcome outcome) {
        int wanted = configurations.value(configuration.handle());
        if (wanted == 0) {
            outcome.done(false);
        } else {
            sender.send(configuration.of(), value, (wanted & Attribute.Configuration.NOTIFY) == 0, outcome);
        }
    }

    /** Service Changed (Vol 3, Part G, 7.1): one at a time, again if the table has changed before it was confirmed. */
    private void tellOfChange() {
        if (hashIndicated != null || !configurations.mustHearOfChange() || bearer.isUnproven()) {
            return;
        }
        hashIndicated = table.hash();
        configurations.telling();
        sender.send(builtIn.serviceChangedConfiguration().of(), ALL_HANDLES, true, confirmed -> {
            boolean current = Arrays.equals(hashIndicated, table.hash());
            hashIndicated = null;
            if (confirmed && current) {
                configurations.awareNow();
            } else if (confirmed) {
                tellOfChange();
            }
        });
    }
}
