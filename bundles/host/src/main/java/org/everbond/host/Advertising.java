package org.everbond.host;

import java.time.Duration;
import java.util.UUID;
import org.everbond.host.internal.AdContent;

/**
 * How to advertise: connectable and undirected.
 *
 * @param data AD structures, 0..31 octets
 * @param scanResponse AD structures, 0..31 octets
 * @param interval 20 ms..10.24 s
 */
public record Advertising(byte[] data, byte[] scanResponse, Duration interval) {
    /**
     * As most peripherals do: flags (general discoverable, no BR/EDR) and services in the data, the name in the scan response.
     *
     * @param name what people choose by; shortened when it has more than 29 octets in UTF-8
     * @param services that are announced; 13 with 16 bits fit, or one with 128 bits and four with 16 bits
     * @throws IllegalArgumentException when the services do not fit
     */
    public static Advertising of(String name, Duration interval, UUID... services) {
        return new Advertising(AdContent.flagsAndServices(services), AdContent.name(name), interval);
    }
}
