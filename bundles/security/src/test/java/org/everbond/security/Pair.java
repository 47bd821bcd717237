package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.Key;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.host.Role;

/** Two devices in simulated time. */
final class Pair {
    /** An LTK from before. */
    static final Key OLD = Key.of(new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
    static final BondSecurity JUST_WORKS = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);
    static final BondSecurity NUMERIC = new BondSecurity(PairingMethod.NUMERIC_COMPARISON, true, true, 16);

    final SimulatedLoop loop = new SimulatedLoop();
    final Device central = new Device("central", loop, "C0:FF:EE:00:00:01/random", 1);
    final Device peripheral = new Device("peripheral", loop, "C0:FF:EE:00:00:02/random", 2);

    Device device(Role role) {
        return role == Role.CENTRAL ? central : peripheral;
    }

    Device other(Role role) {
        return role == Role.CENTRAL ? peripheral : central;
    }

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

    static void assertFails(CompletionStage<?> stage, String sentence) {
        assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
        assertThatThrownBy(() -> stage.toCompletableFuture().join())
                .hasCauseInstanceOf(PairingException.class)
                .hasMessageContaining(sentence);
    }
}
