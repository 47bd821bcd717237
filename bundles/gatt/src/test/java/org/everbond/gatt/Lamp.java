package org.everbond.gatt;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.gatt.internal.att.AttUuid;
import org.everbond.gatt.spi.GattService;

/** A service for tests; keeps values, and what it was told. Its handles begin at 0x000E, behind GAP and GATT. */
final class Lamp implements GattService {
    static final UUID SERVICE = AttUuid.of16(0xFE00);
    /** Declaration 0x000F, value 0x0010: read and written by anybody. */
    static final UUID OPEN = AttUuid.of16(0xFE01);
    /** Declaration 0x0011, value 0x0012, configuration 0x0013: read and notified on encrypted links. */
    static final UUID SECRET = AttUuid.of16(0xFE02);
    /** Declaration 0x0014, value 0x0015, configuration 0x0016: indicated to anybody, written without response. */
    static final UUID ALARM = AttUuid.of16(0xFE03);
    /** Declaration 0x0017, value 0x0018: notified to anybody, configuration 0x0019. */
    static final UUID TICK = UUID.fromString("00000000-1111-2222-3333-444444444444");

    final Map<UUID, byte[]> values = new LinkedHashMap<>();
    final List<String> told = new ArrayList<>();
    CompletionStage<byte[]> nextRead;
    CompletionStage<Void> nextWrite;
    Notifier notifier;

    Lamp() {
        values.put(OPEN, new byte[] {1, 2, 3});
        values.put(SECRET, new byte[] {4, 5});
    }

    @Override
    public UUID uuid() {
        return SERVICE;
    }

    @Override
    public List<CharacteristicDefinition> characteristics() {
        return List.of(
                new CharacteristicDefinition(OPEN, Set.of(Property.READ, Property.WRITE), Access.OPEN, Access.OPEN),
                new CharacteristicDefinition(
                        SECRET, Set.of(Property.READ, Property.WRITE, Property.NOTIFY), Access.ENCRYPTED, Access.ENCRYPTED),
                new CharacteristicDefinition(
                        ALARM, Set.of(Property.WRITE_WITHOUT_RESPONSE, Property.INDICATE), Access.NONE, Access.OPEN),
                new CharacteristicDefinition(TICK, Set.of(Property.NOTIFY), Access.NONE, Access.NONE));
    }

    @Override
    public void added(Notifier notifier) {
        this.notifier = notifier;
    }

    @Override
    public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
        told.add("read " + name(characteristic));
        var next = nextRead;
        nextRead = null;
        return next != null ? next : CompletableFuture.completedFuture(values.get(characteristic));
    }

    @Override
    public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
        told.add("write " + name(characteristic) + " " + HexFormat.of().formatHex(value));
        values.put(characteristic, value);
        var next = nextWrite;
        nextWrite = null;
        return next != null ? next : CompletableFuture.completedFuture(null);
    }

    @Override
    public void subscribed(GattPeer peer, UUID characteristic, boolean on) {
        told.add((on ? "subscribed " : "unsubscribed ") + name(characteristic));
    }

    private static String name(UUID uuid) {
        return uuid.equals(OPEN) ? "OPEN" : uuid.equals(SECRET) ? "SECRET" : uuid.equals(ALARM) ? "ALARM" : "TICK";
    }
}
