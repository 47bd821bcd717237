package org.everbond.adapter.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.everbond.adapter.internal.Gateway.get;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.Link;
import org.everbond.gatt.Access;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.GattPeer;
import org.everbond.gatt.Property;
import org.everbond.gatt.RemoteService;
import org.everbond.gatt.spi.GattService;
import org.junit.jupiter.api.BeforeEach;

/** An adapter and its peer, which has a secret for it, on virtual controllers, with stores in files. */
class TwoGateways extends GatewaysOnAir {
    private static final UUID SERVICE = UUID.fromString("A5A5A5A5-FFFF-9999-1111-5A5A5A5A5A5A");
    private static final UUID SECRET = UUID.fromString("00000000-1111-2222-3333-444444444444");

    final SecretService service = new SecretService();
    Gateway central;
    Gateway peripheral;

    @BeforeEach
    void twoGateways() {
        central = new Gateway("central", air.controller(), folder);
        peripheral = new Gateway("peripheral", air.controller(), folder)
                .with("bondable", "on")
                .with("pairing.justWorks", "accept");
        peripheral.environment.services().add(service, Map.of());
    }

    Link connected() {
        return connected(central, peripheral);
    }

    /** Paired at both ends: the responder's bond comes after the initiator's. */
    Link paired() {
        var link = connected();
        get(link.pair());
        peripheral.await(AdapterEvent.Paired.class);
        return link;
    }

    static String secret(Link link) {
        return new String(get(link.gatt().read(characteristic(link).valueHandle())), UTF_8);
    }

    static RemoteService.Characteristic characteristic(Link link) {
        return get(link.gatt().discover()).stream()
                .filter(service -> service.uuid().equals(SERVICE))
                .map(RemoteService::characteristics)
                .flatMap(List::stream)
                .filter(found -> found.uuid().equals(SECRET))
                .findFirst()
                .orElseThrow();
    }

    static final class SecretService implements GattService {
        final BlockingQueue<Boolean> subscribers = new LinkedBlockingQueue<>();

        @Override
        public void subscribed(GattPeer peer, UUID characteristic, boolean on) {
            subscribers.add(on);
        }

        @Override
        public UUID uuid() {
            return SERVICE;
        }

        @Override
        public List<CharacteristicDefinition> characteristics() {
            return List.of(new CharacteristicDefinition(
                    SECRET, Set.of(Property.READ, Property.NOTIFY), Access.ENCRYPTED, Access.NONE));
        }

        @Override
        public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
            return CompletableFuture.completedFuture("encrypted".getBytes(UTF_8));
        }

        @Override
        public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
            return CompletableFuture.failedFuture(new IllegalStateException("not writable"));
        }
    }
}
