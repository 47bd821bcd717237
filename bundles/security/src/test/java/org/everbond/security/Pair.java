package org.everbond.security;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.everbond.hci.virtual.SimulatedLoop;

/** Two devices in simulated time. */
final class Pair {
    final SimulatedLoop loop = new SimulatedLoop();
    final Device central = new Device("central", loop, "C0:FF:EE:00:00:01/random", 1);
    final Device peripheral = new Device("peripheral", loop, "C0:FF:EE:00:00:02/random", 2);

    Wire connect() {
        run();
        var wire = Wire.connect(central, peripheral);
        run();
        return wire;
    }

    void run() {
        loop.runUntilIdle();
    }

    void advance(Duration time) {
        loop.advance(time);
    }

    /** Pairs from the central until nothing happens any more. */
    CompletionStage<PairingResult> pair(Wire wire) {
        var result = central.security.pair(wire.central);
        run();
        return result;
    }
}
