package org.example.gateway;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.gatt.Access;
import org.everbond.gatt.AttException;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.GattPeer;
import org.everbond.gatt.Property;
import org.everbond.gatt.spi.GattService;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** A lamp that bonded peers switch. Its configuration says which adapter has it: {@code org.example.lamp.cfg}, {@code adapter=main}. */
@Component(configurationPid = "org.example.lamp", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Lamp implements GattService {
    static final UUID SERVICE = UUID.fromString("1a3b0000-5c7d-4e9f-8a1b-2c3d4e5f6071");
    static final UUID SWITCH = UUID.fromString("1a3b0001-5c7d-4e9f-8a1b-2c3d4e5f6071");
    /** An application error, 0x80 to 0x9F: what it means is ours to say. */
    private static final int NEITHER_ON_NOR_OFF = 0x80;

    private volatile Notifier notifier;
    private volatile byte lit;

    @Override
    public UUID uuid() {
        return SERVICE;
    }

    @Override
    public List<CharacteristicDefinition> characteristics() {
        return List.of(new CharacteristicDefinition(
                SWITCH, Set.of(Property.READ, Property.WRITE, Property.NOTIFY), Access.ENCRYPTED, Access.ENCRYPTED));
    }

    @Override
    public void added(Notifier given) {
        notifier = given;
    }

    @Override
    public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
        return CompletableFuture.completedFuture(new byte[] {lit});
    }

    @Override
    public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
        if (value.length != 1 || value[0] < 0 || value[0] > 1) {
            return CompletableFuture.failedFuture(new AttException(NEITHER_ON_NOR_OFF, "a lamp is switched by one octet, 0 or 1"));
        }
        lit = value[0];
        notifier.send(SWITCH, value);
        return CompletableFuture.completedFuture(null);
    }
}
