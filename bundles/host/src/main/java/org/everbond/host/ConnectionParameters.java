package org.everbond.host;

/**
 * Parameters of a connection (Vol 4, Part E, 7.7.65.1).
 *
 * @param interval in 1.25 ms, 6..3200
 * @param latency in connection events, 0..499
 * @param supervisionTimeout in 10 ms, 10..3200
 */
public record ConnectionParameters(int interval, int latency, int supervisionTimeout) {}
