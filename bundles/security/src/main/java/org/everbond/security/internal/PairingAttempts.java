package org.everbond.security.internal;

import java.time.Duration;
import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.EventLoop;
import org.everbond.bonds.keys.BondStore;
import org.everbond.security.internal.policy.RepeatedAttempts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link RepeatedAttempts} of one adapter, on its clock, kept in its store. */
final class PairingAttempts {
    private static final Logger LOG = LoggerFactory.getLogger(PairingAttempts.class);

    private final EventLoop loop;
    private final BondStore bonds;
    private final RepeatedAttempts attempts = new RepeatedAttempts();

    PairingAttempts(EventLoop loop, BondStore bonds) {
        this.loop = loop;
        this.bonds = bonds;
    }

    /** The store was loaded: what failed before counts, as if it had failed now. */
    void loaded() {
        attempts.load(bonds.failedAttempts(), loop.nanoTime());
    }

    /** How long the peer has to wait; zero when a pairing may begin. */
    Duration left(DeviceAddress onAir, Optional<Bond> bond, Duration first) {
        return attempts.left(onAir, bond.map(Bond::identity), first, loop.nanoTime());
    }

    void failed(DeviceAddress onAir, Optional<Bond> bond) {
        attempts.failed(onAir, bond.map(Bond::identity), loop.nanoTime());
        save();
    }

    void succeeded(DeviceAddress onAir, Optional<Bond> bond) {
        if (attempts.succeeded(onAir, bond.map(Bond::identity))) {
            save();
        }
    }

    private void save() {
        bonds.saveFailedAttempts(attempts.counted(loop.nanoTime())).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debug("The count of failed pairings was not written and will not survive a restart: {}", failure.getMessage());
            }
        });
    }
}
