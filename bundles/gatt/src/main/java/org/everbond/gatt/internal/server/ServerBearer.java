package org.everbond.gatt.internal.server;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.everbond.gatt.Property;
import org.everbond.gatt.internal.AttBearer;
import org.everbond.gatt.internal.ServiceCalls.Answer;
import org.everbond.gatt.internal.att.AttCodec;
import org.everbond.gatt.internal.att.AttError;
import org.everbond.gatt.internal.att.AttRequest;
import org.everbond.gatt.internal.att.AttResponse;
import org.everbond.gatt.internal.att.AttUuid;

/** The server on one bearer: what each request is answered. */
final class ServerBearer implements AttRequest.Handler {
    private final AttBearer bearer;
    private final AttributeTable table;
    private final AttributeSearch search;
    private final AttributeAccess access;
    private final PreparedWrites prepared;
    private final ServerTransaction transaction;
    /** The value that Read Blob continues, so that a value that changes in between is not torn. */
    private LongValue longValue;
    private boolean mtuRequested;

    private record LongValue(int handle, byte[] value) {}

    ServerBearer(AttBearer bearer, AttributeTable table, AttributeAccess access, PreparedWrites prepared) {
        this.bearer = bearer;
        this.table = table;
        this.search = new AttributeSearch(table);
        this.access = access;
        this.prepared = prepared;
        this.transaction = new ServerTransaction(bearer, this::serve);
    }

    void received(AttRequest request) {
        transaction.received(request);
    }

    /** See {@link ServerTransaction#refused}. */
    void refused(int opcode, int error) {
        transaction.refused(opcode, error);
    }

    private void serve(AttRequest request) {
        if (!(request instanceof AttRequest.ReadBlob)) {
            longValue = null;
        }
        request.handle(this);
    }

    private void respond(AttResponse response) {
        transaction.respond(response);
    }

    private void refuse(int handle, int error) {
        transaction.refuse(handle, error);
    }

    @Override
    public void exchangeMtu(AttRequest.ExchangeMtu request) {
        // Once per connection (3.4.2.1): a second one would leave the two sides with different ideas.
        if (mtuRequested) {
            refuse(0, AttError.REQUEST_NOT_SUPPORTED);
            return;
        }
        mtuRequested = true;
        bearer.exchangedMtu(request.mtu());
        respond(new AttResponse.ExchangeMtu(AttCodec.OWN_MTU));
    }

    @Override
    public void findInformation(AttRequest.FindInformation request) {
        if (isRange(request.start(), request.end())) {
            var found = search.information(request, bearer.mtu());
            respondFound(found, found.attributes(), request.start());
        }
    }

    @Override
    public void findByTypeValue(AttRequest.FindByTypeValue request) {
        if (isRange(request.start(), request.end())) {
            var found = search.byTypeValue(request, bearer.mtu());
            respondFound(found, found.found(), request.start());
        }
    }

    @Override
    public void readByGroupType(AttRequest.ReadByGroupType request) {
        if (!isRange(request.start(), request.end())) {
            return;
        }
        if (!List.of(AttUuid.PRIMARY_SERVICE, AttUuid.SECONDARY_SERVICE).contains(request.type())) {
            refuse(request.start(), AttError.UNSUPPORTED_GROUP_TYPE);
            return;
        }
        var found = search.services(request, bearer.mtu());
        respondFound(found, found.found(), request.start());
    }

    @Override
    public void readByType(AttRequest.ReadByType request) {
        if (!isRange(request.start(), request.end())) {
            return;
        }
        var first = first(request.start(), request.end(), request.type());
        if (first == null || first instanceof Attribute.Declaration) {
            var found = search.declarations(request, bearer.mtu());
            respondFound(found, found.found(), request.start());
            return;
        }
        read(first.handle(), value -> {
            var part = Arrays.copyOf(value, Math.min(value.length, Math.min(bearer.mtu() - 4, 253)));
            respond(new AttResponse.ReadByType(List.of(new AttResponse.ReadByType.Data(first.handle(), part))));
        });
    }

    @Override
    public void read(AttRequest.Read request) {
        read(request.handle(), value -> {
            keepIfLong(request.handle(), value);
            respond(new AttResponse.Read(part(value, 0)));
        });
    }

    @Override
    public void readBlob(AttRequest.ReadBlob request) {
        if (longValue != null && longValue.handle() == request.handle() && request.offset() > 0) {
            int error = access.readError(table.get(request.handle()));
            if (error != Permissions.GRANTED) {
                refuse(request.handle(), error);
            } else {
                respondBlob(request, longValue.value());
            }
            return;
        }
        read(request.handle(), value -> {
            keepIfLong(request.handle(), value);
            respondBlob(request, value);
        });
    }

    private void respondBlob(AttRequest.ReadBlob request, byte[] value) {
        if (request.offset() > value.length) {
            refuse(request.handle(), AttError.INVALID_OFFSET);
        } else {
            respond(new AttResponse.ReadBlob(part(value, request.offset())));
        }
    }

    @Override
    public void readMultiple(AttRequest.ReadMultiple request) {
        for (int handle : request.handles()) {
            int error = access.readError(table.get(handle));
            if (error != Permissions.GRANTED) {
                refuse(handle, error);
                return;
            }
        }
        readNext(request.handles(), new byte[0]);
    }

    private void readNext(List<Integer> handles, byte[] values) {
        if (handles.isEmpty() || values.length >= bearer.mtu() - 1) {
            respond(new AttResponse.ReadMultiple(part(values, 0)));
            return;
        }
        read(handles.get(0), value -> {
            var longer = Arrays.copyOf(values, values.length + value.length);
            System.arraycopy(value, 0, longer, values.length, value.length);
            readNext(handles.subList(1, handles.size()), longer);
        });
    }

    @Override
    public void write(AttRequest.Write request) {
        write(request.handle(), request.value(), (nothing, error) -> {
            if (error != 0) {
                refuse(request.handle(), error);
            } else {
                respond(new AttResponse.Write());
            }
        });
    }

    @Override
    public void prepareWrite(AttRequest.PrepareWrite request) {
        int error = access.writeError(table.get(request.handle()), Property.WRITE);
        if (error == Permissions.GRANTED) {
            error = prepared.add(request);
        }
        if (error != 0) {
            refuse(request.handle(), error);
        } else {
            respond(new AttResponse.PrepareWrite(request.handle(), request.offset(), request.value()));
        }
    }

    @Override
    public void executeWrite(AttRequest.ExecuteWrite request) {
        var values = prepared.take();
        if (request.flags() == 0) {
            respond(new AttResponse.ExecuteWrite());
            return;
        }
        for (var value : values) {
            int error = value.error() != 0
                    ? value.error()
                    : access.writeError(table.get(value.handle()), Property.WRITE);
            if (error != Permissions.GRANTED) {
                refuse(value.handle(), error);
                return;
            }
        }
        writeNext(values);
    }

    private void writeNext(List<PreparedWrites.Assembled> values) {
        if (values.isEmpty()) {
            respond(new AttResponse.ExecuteWrite());
            return;
        }
        var value = values.get(0);
        write(value.handle(), value.value(), (nothing, error) -> {
            if (error != 0) {
                refuse(value.handle(), error);
            } else {
                writeNext(values.subList(1, values.size()));
            }
        });
    }

    /** Reads with the permission checked; refuses the current request by itself. */
    private void read(int handle, Consumer<byte[]> then) {
        access.read(table.get(handle), ifOpen((value, error) -> {
            if (error != 0) {
                refuse(handle, error);
            } else {
                then.accept(value);
            }
        }));
    }

    private void write(int handle, byte[] value, Answer<Void> then) {
        access.write(table.get(handle), value, Property.WRITE, ifOpen(then));
    }

    /** What a service answers after the end of the connection goes nowhere. */
    private <T> Answer<T> ifOpen(Answer<T> answer) {
        return (value, error) -> {
            if (bearer.isOpen()) {
                answer.done(value, error);
            }
        };
    }

    private boolean isRange(int start, int end) {
        if (start == 0 || start > end) {
            refuse(start, AttError.INVALID_HANDLE);
            return false;
        }
        return true;
    }

    private void respondFound(AttResponse response, List<?> found, int start) {
        if (found.isEmpty()) {
            refuse(start, AttError.ATTRIBUTE_NOT_FOUND);
        } else {
            respond(response);
        }
    }

    private Attribute first(int start, int end, UUID type) {
        return table.range(start, end).stream()
                .filter(attribute -> attribute.type().equals(type))
                .findFirst()
                .orElse(null);
    }

    private byte[] part(byte[] value, int offset) {
        return Arrays.copyOfRange(value, offset, Math.min(value.length, offset + bearer.mtu() - 1));
    }

    private void keepIfLong(int handle, byte[] value) {
        longValue = value.length >= bearer.mtu() - 1 ? new LongValue(handle, value) : null;
    }
}
