package org.everbond.gatt.internal.server;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.everbond.crypto.OctetOrder;
import org.everbond.gatt.Access;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.Property;
import org.everbond.gatt.internal.att.AttUuid;

/**
 * The GAP service (Vol 3, Part C, 12) and the GATT service (Vol 3, Part G, 7). They come first in every table, so that the handle
 * of Service Changed is the same for ever.
 */
final class BuiltInServices {
    private static final int MAX_NAME_OCTETS = 248;
    private static final int MAX_APPEARANCE = 0xffff;
    /** Private addresses are resolved in the host, so directed advertising to one of ours does not reach us. */
    private static final byte[] NO_ADDRESS_RESOLUTION = {0};

    private byte[] name = "Everbond".getBytes(StandardCharsets.UTF_8);
    private byte[] appearance = {0, 0};
    private final Attribute.Configuration serviceChanged;

    /** @param table an empty one */
    BuiltInServices(AttributeTable table) {
        table.add(new ServiceLayout(
                AttUuid.GAP_SERVICE,
                List.of(
                        readable(AttUuid.DEVICE_NAME, () -> name),
                        readable(AttUuid.APPEARANCE, () -> appearance),
                        readable(AttUuid.CENTRAL_ADDRESS_RESOLUTION, () -> NO_ADDRESS_RESOLUTION)),
                null));
        var gatt = table.add(new ServiceLayout(
                AttUuid.GATT_SERVICE,
                List.of(
                        new ServiceLayout.Characteristic(
                                new CharacteristicDefinition(
                                        AttUuid.SERVICE_CHANGED, Set.of(Property.INDICATE), Access.NONE, Access.NONE),
                                () -> new byte[0]),
                        // A number of 128 bits, on air in the octet order of all numbers (Vol 3, Part F, 3.3.1).
                        readable(AttUuid.DATABASE_HASH, () -> OctetOrder.reversed(table.hash()))),
                null));
        serviceChanged = table.range(gatt.start(), gatt.end()).stream()
                .filter(Attribute.Configuration.class::isInstance)
                .map(Attribute.Configuration.class::cast)
                .findFirst()
                .orElseThrow();
    }

    Attribute.Configuration serviceChangedConfiguration() {
        return serviceChanged;
    }

    void describe(byte[] newName, int newAppearance) {
        name = newName;
        appearance = new byte[] {(byte) newAppearance, (byte) (newAppearance >> 8)};
    }

    /**
     * Device Name as octets (Vol 3, Part C, 12.1).
     *
     * @throws IllegalArgumentException when it is too long, or the appearance is out of range
     */
    static byte[] check(String deviceName, int appearance) {
        var octets = deviceName.getBytes(StandardCharsets.UTF_8);
        if (octets.length > MAX_NAME_OCTETS) {
            throw new IllegalArgumentException("the device name has " + octets.length
                    + " octets in UTF-8; at most " + MAX_NAME_OCTETS + " are allowed");
        }
        if (appearance < 0 || appearance > MAX_APPEARANCE) {
            throw new IllegalArgumentException("appearance " + appearance + " is out of range 0..65535");
        }
        return octets;
    }

    private static ServiceLayout.Characteristic readable(UUID uuid, Supplier<byte[]> value) {
        return new ServiceLayout.Characteristic(
                new CharacteristicDefinition(uuid, Set.of(Property.READ), Access.OPEN, Access.NONE), value);
    }
}
