package org.everbond.gatt;

import java.util.Set;
import java.util.UUID;

/**
 * A characteristic that we serve. With {@link Property#NOTIFY} or {@link Property#INDICATE} it gets a Client Characteristic
 * Configuration descriptor. Without {@link Property#READ} it cannot be read, without {@link Property#WRITE} and
 * {@link Property#WRITE_WITHOUT_RESPONSE} not be written, whatever the access. {@link Property#AUTHENTICATED_SIGNED_WRITES} is the
 * permission for bonded clients to write it in clear, by a signature (LE security mode 2); {@link Access#AUTHENTICATED} then demands that
 * the bond is authenticated. Leave it out where values must not be seen on air.
 *
 * @param uuid 128-bit; 16-bit UUIDs in their wide form
 * @param subscribe what a link must have to subscribe and to get values; not NONE
 * @param keySize 7..16: the shortest encryption key that counts as protection here, else error 0x0C
 */
public record CharacteristicDefinition(
        UUID uuid, Set<Property> properties, Access read, Access write, Access subscribe, int keySize) {
    public CharacteristicDefinition {
        if (uuid == null) {
            throw new IllegalArgumentException("a characteristic needs a UUID");
        }
        properties = Set.copyOf(properties);
        if (subscribe == Access.NONE) {
            throw new IllegalArgumentException("leave NOTIFY and INDICATE out of the properties of " + uuid
                    + " instead of allowing nobody to subscribe");
        }
        if (keySize < 7 || keySize > 16) {
            throw new IllegalArgumentException("encryption key size " + keySize + " is out of range 7..16");
        }
    }

    /** One that is subscribed to with the access of reading, else of writing, else of any link; with keys of 16 octets. */
    public CharacteristicDefinition(UUID uuid, Set<Property> properties, Access read, Access write) {
        this(uuid, properties, read, write, read != Access.NONE ? read : write != Access.NONE ? write : Access.OPEN, 16);
    }
}
