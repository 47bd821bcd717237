package org.everbond.hci.virtual.internal;

import java.time.Duration;

/**
 * Connection parameters.
 *
 * @param minimum smallest interval, in units of 1.25 ms
 * @param interval largest interval, which is the one that is used, in units of 1.25 ms
 * @param latency peripheral latency in connection events
 * @param timeout supervision timeout in units of 10 ms
 */
record ConnectionParameters(int minimum, int interval, int latency, int timeout) {
    /** Reads and checks interval minimum, maximum, latency and timeout (Vol 4, Part E, 7.8.12). */
    static ConnectionParameters read(Parameters in) {
        int minimum = in.u16(6, 0x0c80);
        int maximum = in.u16(minimum, 0x0c80);
        int latency = in.u16(0, 0x01f3);
        int timeout = in.u16(0x0a, 0x0c80);
        if (timeout * 4 <= (1 + latency) * maximum) {
            throw Refused.parameters();
        }
        return new ConnectionParameters(minimum, maximum, latency, timeout);
    }

    Duration supervisionTimeout() {
        return Duration.ofMillis(timeout * 10L);
    }
}
