package org.everbond.gatt.internal.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.Property;
import org.everbond.gatt.internal.att.AttUuid;
import org.everbond.gatt.spi.GattService;

/**
 * A primary service as a run of attributes (Vol 3, Part G, 3).
 *
 * @param service null for our own
 */
record ServiceLayout(UUID uuid, List<Characteristic> characteristics, GattService service) {
    /** @param own null when the service is asked for the value */
    record Characteristic(CharacteristicDefinition definition, Supplier<byte[]> own) {
        boolean isConfigurable() {
            return definition.properties().contains(Property.NOTIFY)
                    || definition.properties().contains(Property.INDICATE);
        }

        int handles() {
            return isConfigurable() ? 3 : 2;
        }
    }

    static ServiceLayout of(GattService service, UUID uuid, List<CharacteristicDefinition> definitions) {
        return new ServiceLayout(
                uuid, definitions.stream().map(d -> new Characteristic(d, null)).toList(), service);
    }

    int handles() {
        return 1 + characteristics.stream().mapToInt(Characteristic::handles).sum();
    }

    /** What makes two layouts the same to a client: it may keep what it knows when one takes the place of the other. */
    Object shape() {
        return List.of(uuid, characteristics.stream().map(Characteristic::definition).toList());
    }

    /** Its attributes, from this handle on. */
    List<Attribute> attributes(int start) {
        var attributes = new ArrayList<Attribute>();
        attributes.add(new Attribute.Declaration(start, AttUuid.PRIMARY_SERVICE, AttUuid.octets(uuid)));
        int handle = start + 1;
        for (var characteristic : characteristics) {
            var definition = characteristic.definition();
            attributes.add(new Attribute.Declaration(handle, AttUuid.CHARACTERISTIC, declaration(definition, handle + 1)));
            var value = new Attribute.Value(handle + 1, definition, characteristic.own(), service);
            attributes.add(value);
            if (characteristic.isConfigurable()) {
                attributes.add(new Attribute.Configuration(handle + 2, value));
            }
            handle += characteristic.handles();
        }
        return attributes;
    }

    private static byte[] declaration(CharacteristicDefinition definition, int valueHandle) {
        var uuid = AttUuid.octets(definition.uuid());
        int properties = definition.properties().stream().mapToInt(Property::bit).sum();
        return ByteBuffer.allocate(3 + uuid.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) properties)
                .putShort((short) valueHandle)
                .put(uuid)
                .array();
    }
}
