package org.everbond.host;

import java.time.Duration;

/**
 * How to advertise: connectable and undirected.
 *
 * @param data AD structures, 0..31 octets
 * @param scanResponse AD structures, 0..31 octets
 * @param interval 20 ms..10.24 s
 */
public record Advertising(byte[] data, byte[] scanResponse, Duration interval) {}
