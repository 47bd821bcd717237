package org.everbond.gatt;

import java.util.Set;
import java.util.UUID;

/**
 * A characteristic that we serve. With {@link Property#NOTIFY} or {@link Property#INDICATE} it gets a Client Characteristic
 * Configuration descriptor, to be written on links that satisfy {@code read} if that is not NONE, else {@code write}.
 *
 * @param uuid 128-bit; 16-bit UUIDs in their wide form
 */
public record CharacteristicDefinition(UUID uuid, Set<Property> properties, Access read, Access write) {
    public CharacteristicDefinition {
        properties = Set.copyOf(properties);
    }
}
