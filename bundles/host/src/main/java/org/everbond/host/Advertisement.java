package org.everbond.host;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.everbond.crypto.DeviceAddress;

/**
 * One advertising report (Vol 4, Part E, 7.7.65.2, 7.7.65.13).
 *
 * @param address as it was on air, or the identity address when the controller resolved what was on air
 * @param identity of the bonded peer that uses that address
 * @param connectable whether it accepts connections
 * @param scanResponse whether it is a scan response
 * @param rssi in dBm; 127 when not known
 * @param data the AD structures as they came, at most 1650 octets
 * @param name complete or shortened local name; empty when there is none
 * @param services service UUIDs, 16-bit ones widened by the Bluetooth Base UUID
 */
public record Advertisement(
        DeviceAddress address,
        Optional<DeviceAddress> identity,
        boolean connectable,
        boolean scanResponse,
        int rssi,
        byte[] data,
        String name,
        List<UUID> services) {}
