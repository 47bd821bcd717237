package org.everbond.bonds.keys;

import org.everbond.bonds.BondSecurity;
import org.everbond.crypto.DeviceAddress;

/**
 * A bond that a pairing has just made.
 *
 * @param identity the peer's identity address; a bond with the same address and type is replaced
 * @param security what was achieved
 * @param keys what was distributed
 */
public record NewBond(DeviceAddress identity, BondSecurity security, BondKeys keys) {}
