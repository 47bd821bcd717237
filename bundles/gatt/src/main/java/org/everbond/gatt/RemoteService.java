package org.everbond.gatt;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A primary service of a peer, as discovered (Vol 3, Part G, 3.1).
 *
 * @param startHandle 0x0001..0xFFFF, of its declaration
 * @param endHandle of its last attribute
 * @param characteristics in the order of their handles
 */
public record RemoteService(UUID uuid, int startHandle, int endHandle, List<Characteristic> characteristics) {
    /**
     * A characteristic (Vol 3, Part G, 3.3).
     *
     * @param handle of its declaration
     * @param valueHandle to read, write and subscribe
     */
    public record Characteristic(
            UUID uuid, int handle, int valueHandle, Set<Property> properties, List<Descriptor> descriptors) {}

    /** A descriptor of a characteristic (Vol 3, Part G, 3.3.3). */
    public record Descriptor(UUID uuid, int handle) {}
}
