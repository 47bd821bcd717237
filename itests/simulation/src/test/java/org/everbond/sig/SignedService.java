package org.everbond.sig;

import java.util.ArrayList;
import java.util.HexFormat;
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

/** What the IUT serves: a value that is written by signature. Its handles begin behind those of GAP and GATT. */
final class SignedService implements GattService {
    static final int VALUE_HANDLE = 0x0010;

    final List<String> written = new ArrayList<>();

    @Override
    public UUID uuid() {
        return of16(0xfe00);
    }

    @Override
    public List<CharacteristicDefinition> characteristics() {
        return List.of(new CharacteristicDefinition(
                of16(0xfe01), Set.of(Property.AUTHENTICATED_SIGNED_WRITES), Access.NONE, Access.OPEN));
    }

    private static UUID of16(int value) {
        return UUID.fromString(String.format("0000%04x-0000-1000-8000-00805f9b34fb", value));
    }

    @Override
    public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
        return CompletableFuture.failedFuture(new IllegalStateException("not readable"));
    }

    @Override
    public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
        written.add(HexFormat.of().formatHex(value));
        return CompletableFuture.completedFuture(null);
    }
}
