package org.everbond.gatt.internal.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.everbond.gatt.AttException;
import org.everbond.gatt.Property;
import org.everbond.gatt.RemoteService;
import org.everbond.gatt.internal.att.AttError;
import org.everbond.gatt.internal.att.AttRequest;
import org.everbond.gatt.internal.att.AttResponse;
import org.everbond.gatt.internal.att.AttUuid;

/**
 * Discovers all primary services with their characteristics and descriptors (Vol 3, Part G, 4.4.1, 4.6.1, 4.7.1). A peer whose
 * handles do not grow from answer to answer, or that has no end, ends the bearer: there is no other way to be sure that
 * discovery stops.
 */
final class Discovery {
    static final int MAX_SERVICES = 512;
    static final int MAX_CHARACTERISTICS = 2048;
    static final int MAX_DESCRIPTORS = 4096;
    private static final int LAST_HANDLE = 0xffff;

    private final ClientBearer bearer;
    private final CompletableFuture<List<RemoteService>> result = new CompletableFuture<>();
    private final List<Found> services = new ArrayList<>();
    private int characteristics;
    private int descriptors;

    private static final class Found {
        final UUID uuid;
        final int start;
        final int end;
        final List<Declared> characteristics = new ArrayList<>();

        Found(UUID uuid, int start, int end) {
            this.uuid = uuid;
            this.start = start;
            this.end = end;
        }

        RemoteService service() {
            return new RemoteService(
                    uuid, start, end, characteristics.stream().map(Declared::characteristic).toList());
        }

        /** Last handle that belongs to a characteristic: up to the next declaration. */
        int endOf(int index) {
            return index + 1 < characteristics.size() ? characteristics.get(index + 1).handle - 1 : end;
        }
    }

    private record Declared(
            UUID uuid, int handle, int valueHandle, Set<Property> properties, List<RemoteService.Descriptor> descriptors) {
        RemoteService.Characteristic characteristic() {
            return new RemoteService.Characteristic(uuid, handle, valueHandle, properties, List.copyOf(descriptors));
        }
    }

    /** Thrown while reading an answer that no honest server gives. */
    private static final class Nonsense extends RuntimeException {
        Nonsense(String how) {
            super(how, null, false, false);
        }
    }

    private Discovery(ClientBearer bearer) {
        this.bearer = bearer;
    }

    static CompletableFuture<List<RemoteService>> of(ClientBearer bearer) {
        var discovery = new Discovery(bearer);
        discovery.services(1);
        return discovery.result;
    }

    private void services(int start) {
        ask(
                new AttRequest.ReadByGroupType(start, LAST_HANDLE, AttUuid.PRIMARY_SERVICE),
                AttResponse.ReadByGroupType.class,
                response -> {
                    int last = start - 1;
                    for (var group : response.found()) {
                        var uuid = AttUuid.tail(group.value(), 0);
                        check(uuid != null, "a service with a UUID of " + group.value().length + " octets");
                        check(group.handle() > last && group.end() >= group.handle(), "services whose handles do not grow");
                        check(services.size() < MAX_SERVICES, "more than " + MAX_SERVICES + " services");
                        services.add(new Found(uuid, group.handle(), group.end()));
                        last = group.end();
                    }
                    return last;
                },
                last -> services(last + 1),
                () -> characteristics(0, 0));
    }

    /** @param after the last handle that was looked at in this service; 0 at its beginning */
    private void characteristics(int service, int after) {
        if (service == services.size()) {
            descriptors(0, 0, 0);
            return;
        }
        var found = services.get(service);
        int start = Math.max(found.start, after) + 1;
        if (start > found.end) {
            characteristics(service + 1, 0);
            return;
        }
        ask(
                new AttRequest.ReadByType(start, found.end, AttUuid.CHARACTERISTIC),
                AttResponse.ReadByType.class,
                response -> {
                    int last = start - 1;
                    for (var data : response.found()) {
                        var declared = declared(data);
                        check(
                                data.handle() > last && declared.valueHandle() > data.handle()
                                        && declared.valueHandle() <= found.end,
                                "characteristics whose handles do not grow");
                        check(++characteristics <= MAX_CHARACTERISTICS,
                                "more than " + MAX_CHARACTERISTICS + " characteristics");
                        found.characteristics.add(declared);
                        last = declared.valueHandle();
                    }
                    return last;
                },
                last -> characteristics(service, last),
                () -> characteristics(service + 1, 0));
    }

    private static Declared declared(AttResponse.ReadByType.Data data) {
        var uuid = data.value().length < 3 ? null : AttUuid.tail(data.value(), 3);
        check(uuid != null, "a characteristic declaration of " + data.value().length + " octets");
        var in = ByteBuffer.wrap(data.value()).order(ByteOrder.LITTLE_ENDIAN);
        int bits = in.get() & 0xff;
        var properties = EnumSet.noneOf(Property.class);
        for (var property : Property.values()) {
            if ((bits & property.bit()) != 0) {
                properties.add(property);
            }
        }
        return new Declared(uuid, data.handle(), in.getShort() & 0xffff, Set.copyOf(properties), new ArrayList<>());
    }

    /** @param after the last handle that was looked at for this characteristic; 0 at its beginning */
    private void descriptors(int service, int characteristic, int after) {
        int s = service;
        int c = characteristic;
        int from = after;
        // A loop, not a recursion: a table may have thousands of characteristics without descriptors.
        while (s < services.size()) {
            var found = services.get(s);
            if (c == found.characteristics.size()) {
                s++;
                c = 0;
                from = 0;
                continue;
            }
            int start = Math.max(found.characteristics.get(c).valueHandle(), from) + 1;
            if (start <= found.endOf(c)) {
                askForDescriptors(s, c, start, found.endOf(c));
                return;
            }
            c++;
            from = 0;
        }
        result.complete(services.stream().map(Found::service).toList());
    }

    private void askForDescriptors(int service, int characteristic, int start, int end) {
        ask(
                new AttRequest.FindInformation(start, end),
                AttResponse.FindInformation.class,
                response -> {
                    int last = start - 1;
                    for (var information : response.attributes()) {
                        check(
                                information.handle() > last && information.handle() <= end,
                                "descriptors whose handles do not grow");
                        check(++descriptors <= MAX_DESCRIPTORS, "more than " + MAX_DESCRIPTORS + " descriptors");
                        services.get(service).characteristics.get(characteristic).descriptors()
                                .add(new RemoteService.Descriptor(information.type(), information.handle()));
                        last = information.handle();
                    }
                    return last;
                },
                last -> descriptors(service, characteristic, last),
                () -> descriptors(service, characteristic + 1, 0));
    }

    /** Reads an answer; gives the last handle that it covers. */
    private interface Reader<T> {
        int read(T response);
    }

    /**
     * One step: asks, reads the answer, goes on behind it; or ends this part when nothing is found or the handles are used up.
     */
    private <T extends AttResponse> void ask(
            AttRequest request, Class<T> type, Reader<T> reader, Consumer<Integer> more, Runnable over) {
        bearer.request(request, type, "discovering services").whenComplete((response, failure) -> {
            try {
                if (failure == null) {
                    int last = reader.read(response);
                    if (last >= LAST_HANDLE) {
                        over.run();
                    } else {
                        more.accept(last);
                    }
                } else if (failure instanceof AttException e && e.error() == AttError.ATTRIBUTE_NOT_FOUND) {
                    over.run();
                } else {
                    result.completeExceptionally(failure);
                }
            } catch (Nonsense nonsense) {
                bearer.violated("it answered discovery with " + nonsense.getMessage());
                result.completeExceptionally(new AttException(
                        0, "discovering services failed: the peer answers with " + nonsense.getMessage() + "; its firmware is at fault"));
            }
        });
    }

    private static void check(boolean sound, String otherwise) {
        if (!sound) {
            throw new Nonsense(otherwise);
        }
    }
}
