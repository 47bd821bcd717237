package org.everbond.hci.socket.internal;

import java.util.Map;

/** Sockets have no options; one that is given is a mistake, which is said. */
final class NoOptions {
    private NoOptions() {}

    static void check(String scheme, Map<String, String> options) {
        if (!options.isEmpty()) {
            throw new IllegalArgumentException("transport=" + scheme + ": has no option '"
                    + options.keySet().iterator().next() + "'; remove what stands behind the question mark");
        }
    }
}
