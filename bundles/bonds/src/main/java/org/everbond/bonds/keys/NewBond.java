package org.everbond.bonds.keys;

import org.everbond.bonds.BondSecurity;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/**
 * A bond that a pairing has just made.
 *
 * @param identity the peer's identity address; a bond with the same address and type is replaced
 * @param security what was achieved
 * @param keys what was distributed
 * @param ownIrk of ours that the peer was given, which is a former one when it was changed meanwhile; null for the present one
 */
public record NewBond(DeviceAddress identity, BondSecurity security, BondKeys keys, Key ownIrk) {
    /** A bond whose peer holds our present IRK. */
    public NewBond(DeviceAddress identity, BondSecurity security, BondKeys keys) {
        this(identity, security, keys, null);
    }
}
