package org.everbond.gatt.internal.server;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.keys.BondStore;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.GattServer;
import org.everbond.gatt.Property;
import org.everbond.gatt.internal.AttBearer;
import org.everbond.gatt.internal.ServiceCalls;
import org.everbond.gatt.internal.att.AttCodec;
import org.everbond.gatt.internal.att.AttResponse.HandleRange;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.EventLoop;
import org.everbond.security.DataSigning;

/** The GATT server of an adapter: one table, and a {@link ServerLink} per connection. */
public final class Server implements GattServer {
    private static final Set<Property> UNSUPPORTED = Set.of(Property.BROADCAST, Property.EXTENDED_PROPERTIES);

    private final EventLoop loop;
    private final BondStore bonds;
    private final DataSigning signing;
    private final ServiceCalls calls;
    private final AttributeTable table = new AttributeTable();
    private final BuiltInServices builtIn = new BuiltInServices(table);
    private final Map<AttBearer, ServerLink> links = new HashMap<>();
    private List<ServerLink> sendTo = List.of();

    public Server(EventLoop loop, BondStore bonds, DataSigning signing, ServiceCalls calls) {
        this.loop = loop;
        this.bonds = bonds;
        this.signing = signing;
        this.calls = calls;
    }

    public ServerLink connected(AttBearer bearer) {
        var link = new ServerLink(bearer, table, builtIn, loop, bonds, signing, calls);
        links.put(bearer, link);
        sendTo = List.copyOf(links.values());
        return link;
    }

    public void disconnected(AttBearer bearer) {
        var link = links.remove(bearer);
        if (link != null) {
            sendTo = List.copyOf(links.values());
            link.closed();
        }
    }

    @Override
    public CompletionStage<AutoCloseable> add(GattService service) {
        var result = new CompletableFuture<AutoCloseable>();
        try {
            var layout = ServiceLayout.of(service, service.uuid(), checked(service.characteristics()));
            onLoop(() -> add(layout, result));
        } catch (RuntimeException failure) {
            result.completeExceptionally(failure);
        }
        return result;
    }

    private void add(ServiceLayout layout, CompletableFuture<AutoCloseable> result) {
        HandleRange handles;
        try {
            handles = table.add(layout);
        } catch (IllegalArgumentException full) {
            result.completeExceptionally(full);
            return;
        }
        var notifier = new ValueNotifier(handles);
        calls.tell(() -> layout.service().added(notifier));
        tableChanged();
        result.complete(() -> onLoop(() -> remove(notifier)));
    }

    private void remove(ValueNotifier notifier) {
        if (notifier.serving) {
            notifier.serving = false;
            table.remove(notifier.handles);
            tableChanged();
        }
    }

    private void tableChanged() {
        sendTo.forEach(ServerLink::tableChanged);
    }

    @Override
    public void describe(String deviceName, int appearance) {
        var name = BuiltInServices.check(deviceName, appearance);
        onLoop(() -> builtIn.describe(name, appearance));
    }

    private void onLoop(Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    private static List<CharacteristicDefinition> checked(List<CharacteristicDefinition> definitions) {
        var uuids = new HashSet<UUID>();
        for (var definition : definitions) {
            if (!uuids.add(definition.uuid())) {
                throw new IllegalArgumentException(
                        "characteristic " + definition.uuid() + " is there twice; give each its own UUID");
            }
            for (var property : definition.properties()) {
                if (UNSUPPORTED.contains(property)) {
                    throw new IllegalArgumentException("characteristic " + definition.uuid() + " has the property "
                            + property + ", which this server does not offer; leave it out");
                }
            }
        }
        return List.copyOf(definitions);
    }

    /** Sends the values of one service. */
    private final class ValueNotifier implements GattService.Notifier {
        private final HandleRange handles;
        private final Map<UUID, Attribute.Configuration> configurations = new HashMap<>();
        private boolean serving = true;

        ValueNotifier(HandleRange handles) {
            this.handles = handles;
            for (var attribute : table.range(handles.start(), handles.end())) {
                if (attribute instanceof Attribute.Configuration configuration) {
                    configurations.put(configuration.of().type(), configuration);
                }
            }
        }

        @Override
        public CompletionStage<Integer> send(UUID characteristic, byte[] value) {
            var configuration = configurations.get(characteristic);
            if (configuration == null) {
                return CompletableFuture.failedFuture(new IllegalArgumentException("characteristic " + characteristic
                        + " cannot notify or indicate; give it the property NOTIFY or INDICATE"));
            }
            if (value.length > AttCodec.MAX_VALUE) {
                return CompletableFuture.failedFuture(new IllegalArgumentException(
                        "a value has at most " + AttCodec.MAX_VALUE + " octets, not " + value.length));
            }
            var delivery = new Delivery();
            var own = value.clone();
            onLoop(() -> send(configuration, own, delivery));
            return delivery.result;
        }

        private void send(Attribute.Configuration configuration, byte[] value, Delivery delivery) {
            if (serving) {
                for (var link : sendTo) {
                    delivery.open++;
                    link.send(configuration, value, delivery);
                }
            }
            delivery.done(false);
        }
    }

    /** Counts the clients that got a value; open until all are done and the sender is, too. */
    private static final class Delivery implements ValueSender.Outcome {
        private final CompletableFuture<Integer> result = new CompletableFuture<>();
        private int open = 1;
        private int arrived;

        @Override
        public void done(boolean reached) {
            arrived += reached ? 1 : 0;
            if (--open == 0) {
                result.complete(arrived);
            }
        }
    }
}
