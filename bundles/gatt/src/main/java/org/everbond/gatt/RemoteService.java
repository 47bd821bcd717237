package org.everbond.gatt;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A primary service of a peer, as discovered. */
public record RemoteService(UUID uuid, int startHandle, int endHandle, List<Characteristic> characteristics) {
    /**
     * @param handle of its declaration
     * @param valueHandle to read, write and subscribe
     */
    public record Characteristic(
            UUID uuid, int handle, int valueHandle, Set<Property> properties, List<Descriptor> descriptors) {}

    public record Descriptor(UUID uuid, int handle) {}
}
