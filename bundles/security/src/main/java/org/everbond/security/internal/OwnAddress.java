package org.everbond.security.internal;

import java.time.Duration;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.RandomAddress;
import org.everbond.security.SecurityOptions;

/**
 * The address that we use on air: the identity address, or with privacy a resolvable private address made from our IRK, a
 * new one after each lifetime (Vol 3, Part C, 10.7.1.1).
 */
final class OwnAddress {
    private final Surroundings surroundings;
    private DeviceAddress current;
    /** What the present private address was made from; null while none is in use. */
    private LocalKeys madeFrom;
    private long madeAt;

    OwnAddress(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * @throws IllegalStateException when there is no identity yet: the adapter is silent until there is one
     */
    DeviceAddress get(SecurityOptions options) {
        var local = surroundings.bonds().local();
        if (local.isEmpty()) {
            if (current == null) {
                throw new IllegalStateException("no address before the identity is loaded from the store");
            }
            // The store is being swapped: what peers see stays as it is (P3).
            return current;
        }
        if (!options.privacy() || local.get().irk().isZero()) {
            madeFrom = null;
            current = local.get().identityAddress();
        } else if (madeFrom == null || !madeFrom.equals(local.get()) || expired(options.privateAddressLifetime())) {
            madeFrom = local.get();
            madeAt = surroundings.loop().nanoTime();
            current = RandomAddress.resolvable(madeFrom.irk(), surroundings.random());
        }
        return current;
    }

    private boolean expired(Duration lifetime) {
        return surroundings.loop().nanoTime() - madeAt >= lifetime.toNanos();
    }
}
