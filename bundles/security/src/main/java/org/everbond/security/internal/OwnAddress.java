package org.everbond.security.internal;

import java.time.Duration;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.RandomAddress;
import org.everbond.hci.EventLoop;
import org.everbond.security.SecurityOptions;

/**
 * The address that we use on air: the identity address, or with privacy a resolvable private address made from our IRK, a
 * new one after each lifetime (Vol 3, Part C, 10.7.1.1).
 */
final class OwnAddress {
    private final Surroundings surroundings;
    private final Runnable changed;
    private DeviceAddress current;
    /** What the present private address was made from; null while none is in use. */
    private LocalKeys madeFrom;
    private Duration lifetime;
    private EventLoop.Timer end;

    /** @param changed runs when there is another address from now on */
    OwnAddress(Surroundings surroundings, Runnable changed) {
        this.surroundings = surroundings;
        this.changed = changed;
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
            forget();
            current = local.get().identityAddress();
        } else if (!local.get().equals(madeFrom)) {
            forget();
            madeFrom = local.get();
            current = RandomAddress.resolvable(madeFrom.irk(), surroundings.random());
            lifetime = options.privateAddressLifetime();
            end = surroundings.loop().schedule(lifetime, this::rotate);
        }
        return current;
    }

    /** The policy changed; if nobody has asked for an address yet, nobody has to be told. */
    void changed(SecurityOptions options) {
        boolean otherLifetime = madeFrom != null && !options.privateAddressLifetime().equals(lifetime);
        if (current != null && (options.privacy() != (madeFrom != null) || otherLifetime)) {
            rotate();
        }
    }

    /** A new private address from now on. */
    void renew() {
        if (madeFrom != null) {
            rotate();
        }
    }

    /** The store was loaded: a private address that other keys made is nobody's. */
    void keysLoaded() {
        if (madeFrom != null && surroundings.bonds().local().filter(keys -> !keys.equals(madeFrom)).isPresent()) {
            rotate();
        }
    }

    private void rotate() {
        forget();
        changed.run();
    }

    private void forget() {
        madeFrom = null;
        if (end != null) {
            end.cancel();
            end = null;
        }
    }
}
