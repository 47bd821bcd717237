package org.everbond.gatt.internal.server;

import java.util.UUID;
import java.util.function.Supplier;
import org.everbond.gatt.Access;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.Property;
import org.everbond.gatt.internal.att.AttUuid;
import org.everbond.gatt.spi.GattService;

/** An attribute of our table (Vol 3, Part F, 3.2). */
sealed interface Attribute {
    int handle();

    UUID type();

    /** The declaration of a service or characteristic: anybody may read it (Vol 3, Part G, 3.1, 3.3.1). */
    record Declaration(int handle, UUID type, byte[] value) implements Attribute {}

    /**
     * The value of a characteristic (Vol 3, Part G, 3.3.2).
     *
     * @param own what we answer by ourselves; null when the service is asked
     * @param service null when the value is our own
     */
    record Value(int handle, CharacteristicDefinition definition, Supplier<byte[]> own, GattService service)
            implements Attribute {
        @Override
        public UUID type() {
            return definition.uuid();
        }

        Access readAccess() {
            return definition.properties().contains(Property.READ) ? definition.read() : Access.NONE;
        }

        /** @param way {@link Property#WRITE} or {@link Property#WRITE_WITHOUT_RESPONSE} */
        Access writeAccess(Property way) {
            return definition.properties().contains(way) ? definition.write() : Access.NONE;
        }
    }

    /** The Client Characteristic Configuration of a characteristic (Vol 3, Part G, 3.3.3.3). */
    record Configuration(int handle, Value of) implements Attribute {
        static final int NOTIFY = 1;
        static final int INDICATE = 2;

        @Override
        public UUID type() {
            return AttUuid.CLIENT_CONFIGURATION;
        }

        /** Whether the characteristic can do what a value of this descriptor asks for. */
        boolean allows(int value) {
            int able = (of.definition().properties().contains(Property.NOTIFY) ? NOTIFY : 0)
                    | (of.definition().properties().contains(Property.INDICATE) ? INDICATE : 0);
            return (value & ~able) == 0;
        }
    }
}
