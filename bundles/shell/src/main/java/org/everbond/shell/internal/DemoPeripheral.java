package org.everbond.shell.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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

/** A service with a characteristic for each kind of protection, and one that notifies what is written to it. */
final class DemoPeripheral implements GattService {
    static final UUID SERVICE = UUID.fromString("a5a5a5a5-ffff-9999-1111-5a5a5a5a5a5a");
    static final UUID ENCRYPTED = UUID.fromString("00000000-1111-2222-3333-444444444444");
    static final UUID OPEN = UUID.fromString("00000000-1111-2222-3333-444444444445");
    static final UUID AUTHENTICATED = UUID.fromString("00000000-1111-2222-3333-444444444446");
    static final UUID ECHO = UUID.fromString("00000000-1111-2222-3333-444444444447");

    private static final int READ_NOT_PERMITTED = 0x02;

    private final Map<UUID, String> values = Map.of(ENCRYPTED, "encrypted", OPEN, "open", AUTHENTICATED, "authenticated");
    private volatile Notifier notifier;

    @Override
    public UUID uuid() {
        return SERVICE;
    }

    @Override
    public List<CharacteristicDefinition> characteristics() {
        return List.of(
                new CharacteristicDefinition(ENCRYPTED, Set.of(Property.READ), Access.ENCRYPTED, Access.NONE),
                new CharacteristicDefinition(OPEN, Set.of(Property.READ), Access.OPEN, Access.NONE),
                new CharacteristicDefinition(AUTHENTICATED, Set.of(Property.READ), Access.AUTHENTICATED, Access.NONE),
                new CharacteristicDefinition(ECHO, Set.of(Property.WRITE, Property.NOTIFY), Access.NONE, Access.OPEN));
    }

    @Override
    public void added(Notifier given) {
        notifier = given;
    }

    @Override
    public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
        var value = values.get(characteristic);
        return value != null
                ? CompletableFuture.completedFuture(value.getBytes(StandardCharsets.UTF_8))
                : CompletableFuture.failedFuture(new AttException(READ_NOT_PERMITTED, "this characteristic cannot be read"));
    }

    @Override
    public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
        notifier.send(ECHO, value);
        return CompletableFuture.completedFuture(null);
    }
}
