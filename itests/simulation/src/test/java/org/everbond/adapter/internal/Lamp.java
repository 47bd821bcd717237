package org.everbond.adapter.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.everbond.gatt.Access;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.GattPeer;
import org.everbond.gatt.Property;
import org.everbond.gatt.spi.GattService;

/** What each gateway serves: a value that is read encrypted only, two to subscribe to, and one that is written by a signature. */
final class Lamp implements GattService {
    static final UUID SERVICE = UUID.fromString("A5A5A5A5-FFFF-9999-1111-5A5A5A5A5A5A");
    static final UUID SECRET = UUID.fromString("00000000-1111-2222-3333-444444444444");
    static final UUID NOTIFIED = UUID.fromString("00000001-1111-2222-3333-444444444444");
    static final UUID INDICATED = UUID.fromString("00000002-1111-2222-3333-444444444444");
    static final UUID SIGNED = UUID.fromString("00000003-1111-2222-3333-444444444444");
    static final String VALUE = "encrypted";

    /** Hears of each signed value that was delivered. */
    BiConsumer<GattPeer, byte[]> written = (peer, value) -> {};

    private Notifier notifier;

    @Override
    public UUID uuid() {
        return SERVICE;
    }

    @Override
    public List<CharacteristicDefinition> characteristics() {
        return List.of(
                new CharacteristicDefinition(SECRET, Set.of(Property.READ), Access.ENCRYPTED, Access.NONE, Access.ENCRYPTED, 7),
                new CharacteristicDefinition(NOTIFIED, Set.of(Property.NOTIFY), Access.NONE, Access.NONE, Access.ENCRYPTED, 7),
                new CharacteristicDefinition(INDICATED, Set.of(Property.INDICATE), Access.NONE, Access.NONE, Access.ENCRYPTED, 7),
                new CharacteristicDefinition(
                        SIGNED, Set.of(Property.AUTHENTICATED_SIGNED_WRITES), Access.NONE, Access.OPEN, Access.OPEN, 7));
    }

    @Override
    public void added(Notifier notifier) {
        this.notifier = notifier;
    }

    /** Sends a value to whoever has subscribed. */
    CompletionStage<Integer> send(UUID characteristic, String value) {
        return notifier.send(characteristic, value.getBytes(UTF_8));
    }

    @Override
    public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
        return CompletableFuture.completedFuture(VALUE.getBytes(UTF_8));
    }

    @Override
    public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
        written.accept(peer, value);
        return CompletableFuture.completedFuture(null);
    }
}
