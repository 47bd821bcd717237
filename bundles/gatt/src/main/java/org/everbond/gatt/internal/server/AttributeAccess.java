package org.everbond.gatt.internal.server;

import org.everbond.gatt.Access;
import org.everbond.gatt.Property;
import org.everbond.gatt.internal.AttBearer;
import org.everbond.gatt.internal.ServiceCalls;
import org.everbond.gatt.internal.ServiceCalls.Answer;
import org.everbond.gatt.internal.att.AttCodec;
import org.everbond.gatt.internal.att.AttError;
import org.everbond.gatt.internal.att.AttPdu;
import org.everbond.security.DataSigning;

/** Reads and writes of one client, each with its permission checked. A null attribute is one that does not exist. */
final class AttributeAccess {
    /** What of a client's Write Commands may wait for services; more is dropped, as commands may be. */
    private static final int MAX_COMMAND_OCTETS = 64 * 1024;
    private static final int COMMAND_OVERHEAD = 64;

    private final AttBearer bearer;
    private final DataSigning signing;
    private final ServiceCalls calls;
    private final ClientConfigurations configurations;
    private int commandOctets;

    AttributeAccess(
            AttBearer bearer, DataSigning signing, ServiceCalls calls, ClientConfigurations configurations) {
        this.bearer = bearer;
        this.signing = signing;
        this.calls = calls;
        this.configurations = configurations;
    }

    /** @return 0 or the error code */
    int readError(Attribute attribute) {
        if (attribute == null) {
            return AttError.INVALID_HANDLE;
        }
        if (attribute instanceof Attribute.Value value) {
            return check(value.readAccess(), value, AttError.READ_NOT_PERMITTED);
        }
        return Permissions.GRANTED;
    }

    /**
     * @param way {@link Property#WRITE} or {@link Property#WRITE_WITHOUT_RESPONSE}
     * @return 0 or the error code
     */
    int writeError(Attribute attribute, Property way) {
        if (attribute == null) {
            return AttError.INVALID_HANDLE;
        }
        if (attribute instanceof Attribute.Value value) {
            return check(value.writeAccess(way), value, AttError.WRITE_NOT_PERMITTED);
        }
        if (attribute instanceof Attribute.Configuration configuration && way == Property.WRITE) {
            // Subscriptions belong to the bond: who has not shown its key does not touch them.
            return bearer.isUnproven()
                    ? AttError.INSUFFICIENT_ENCRYPTION
                    : check(configuration.of().definition().subscribe(), configuration.of(), AttError.WRITE_NOT_PERMITTED);
        }
        return AttError.WRITE_NOT_PERMITTED;
    }

    private int check(Access access, Attribute.Value value, int notPermitted) {
        return Permissions.check(access, value.definition().keySize(), linkState(bearer), notPermitted);
    }

    static Permissions.LinkState linkState(AttBearer bearer) {
        return new Permissions.LinkState(
                bearer.link().security(), () -> bearer.link().bond().isPresent());
    }

    void read(Attribute attribute, Answer<byte[]> answer) {
        int error = readError(attribute);
        if (error != Permissions.GRANTED) {
            answer.done(null, error);
        } else if (attribute instanceof Attribute.Declaration declaration) {
            answer.done(declaration.value(), 0);
        } else if (attribute instanceof Attribute.Configuration) {
            int value = configurations.value(attribute.handle());
            answer.done(new byte[] {(byte) value, 0}, 0);
        } else if (attribute instanceof Attribute.Value value) {
            read(value, answer);
        }
    }

    private void read(Attribute.Value attribute, Answer<byte[]> answer) {
        if (attribute.own() != null) {
            answer.done(attribute.own().get(), 0);
            return;
        }
        var peer = bearer.peer();
        calls.ask(() -> attribute.service().read(peer, attribute.type()), (value, error) -> {
            if (error == 0 && (value == null || value.length > AttCodec.MAX_VALUE)) {
                answer.done(null, AttError.UNLIKELY);
            } else {
                answer.done(value, error);
            }
        });
    }

    void write(Attribute attribute, byte[] value, Property way, Answer<Void> answer) {
        int error = writeError(attribute, way);
        if (error != Permissions.GRANTED) {
            answer.done(null, error);
        } else if (value.length > AttCodec.MAX_VALUE) {
            answer.done(null, AttError.INVALID_VALUE_LENGTH);
        } else if (attribute instanceof Attribute.Configuration configuration) {
            configure(configuration, value, answer);
        } else if (attribute instanceof Attribute.Value characteristic) {
            var peer = bearer.peer();
            calls.ask(() -> characteristic.service().write(peer, characteristic.type(), value), answer);
        }
    }

    /** A Write Command: done or dropped without a word (Vol 3, Part F, 3.4.5.3). */
    void command(Attribute attribute, byte[] value) {
        int octets = value.length + COMMAND_OVERHEAD;
        if (commandOctets + octets > MAX_COMMAND_OCTETS) {
            return;
        }
        commandOctets += octets;
        write(attribute, value, Property.WRITE_WITHOUT_RESPONSE, (nothing, error) -> commandOctets -= octets);
    }

    /**
     * A Signed Write Command: done once its signature was verified and its SignCounter is on stable storage, else dropped without a word
     * (3.4.5.4). The connection may have ended by then: the client, which gets no answer, could not know.
     */
    void signedCommand(Attribute attribute, AttPdu.SignedWriteCommand command) {
        int octets = command.signed().length + COMMAND_OVERHEAD;
        boolean permitted = attribute instanceof Attribute.Value value
                && Permissions.allowsSigned(value.writeAccess(Property.AUTHENTICATED_SIGNED_WRITES), bearer.link());
        if (!permitted || command.value().length > AttCodec.MAX_VALUE || commandOctets + octets > MAX_COMMAND_OCTETS) {
            return;
        }
        var characteristic = (Attribute.Value) attribute;
        var peer = bearer.peer();
        commandOctets += octets;
        signing.verify(bearer.connection(), command.signed()).thenAccept(genuine -> {
            if (genuine) {
                calls.ask(
                        () -> characteristic.service().write(peer, characteristic.type(), command.value()),
                        (nothing, error) -> commandOctets -= octets);
            } else {
                commandOctets -= octets;
            }
        });
    }

    private void configure(Attribute.Configuration configuration, byte[] octets, Answer<Void> answer) {
        if (octets.length != 2) {
            answer.done(null, AttError.INVALID_VALUE_LENGTH);
            return;
        }
        int value = octets[0] & 0xff | (octets[1] & 0xff) << 8;
        if (configuration.allows(value)) {
            configurations.write(configuration, value, answer);
        } else {
            answer.done(null, AttError.CONFIGURATION_IMPROPER);
        }
    }
}
