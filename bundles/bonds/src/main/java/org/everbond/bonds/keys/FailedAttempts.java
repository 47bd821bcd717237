package org.everbond.bonds.keys;

import java.util.Optional;
import org.everbond.crypto.DeviceAddress;

/**
 * How often pairing with a peer has failed lately (Vol 3, Part H, 2.3.6). A gateway has no clock that survives, so that nothing says
 * when.
 *
 * @param peer the identity address of a bonded peer, the address on air of any other; empty for all peers without a bond together
 * @param failures 1..255
 */
public record FailedAttempts(Optional<DeviceAddress> peer, int failures) {
    public FailedAttempts {
        if (failures < 1 || failures > 255) {
            throw new IllegalArgumentException(failures + " failures are out of range 1..255");
        }
    }
}
