package org.everbond.itests.story;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.gatt.Access;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.GattPeer;
import org.everbond.gatt.Property;
import org.everbond.gatt.spi.GattService;

/** One characteristic that only an encrypted link may read. */
public final class SecretService implements GattService {
    static final UUID SERVICE = UUID.fromString("7b1d0000-0000-4000-8000-65766572626e");
    public static final UUID SECRET = UUID.fromString("7b1d0001-0000-4000-8000-65766572626e");
    public static final String VALUE = "for bonded eyes only";

    @Override
    public UUID uuid() {
        return SERVICE;
    }

    @Override
    public List<CharacteristicDefinition> characteristics() {
        return List.of(new CharacteristicDefinition(SECRET, Set.of(Property.READ), Access.ENCRYPTED, Access.NONE));
    }

    @Override
    public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
        return CompletableFuture.completedFuture(VALUE.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
        return CompletableFuture.failedFuture(new IllegalStateException("nothing here can be written"));
    }
}
