package org.everbond.bonds.keys;

import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/**
 * Our own root keys and what is derived from them.
 *
 * @param er encryption root
 * @param ir identity root
 * @param irk d1(IR, 1, 0)
 * @param identityAddress the address that our bonds know us by
 */
public record LocalKeys(Key er, Key ir, Key irk, DeviceAddress identityAddress) {
    @Override
    public String toString() {
        return "LocalKeys[" + identityAddress + "]";
    }
}
