package org.everbond.host.internal;

import org.everbond.host.ConnectionParameters;

/** Which connection parameters may be (Vol 4, Part E, 7.8.18; Vol 3, Part A, 4.20). */
final class ParameterRules {
    private ParameterRules() {}

    static boolean valid(int minInterval, int maxInterval, int latency, int supervisionTimeout) {
        boolean inRange = minInterval >= 6
                && maxInterval >= minInterval
                && maxInterval <= 3200
                && latency >= 0
                && latency <= 499
                && supervisionTimeout >= 10
                && supervisionTimeout <= 3200;
        // supervisionTimeout * 10 ms > (1 + latency) * maxInterval * 1.25 ms * 2
        return inRange && supervisionTimeout * 4 > (1 + latency) * maxInterval;
    }

    static boolean valid(ConnectionParameters parameters) {
        return valid(
                parameters.interval(), parameters.interval(), parameters.latency(), parameters.supervisionTimeout());
    }
}
