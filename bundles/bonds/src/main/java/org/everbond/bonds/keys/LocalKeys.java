package org.everbond.bonds.keys;

import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;

/**
 * Our own root keys and what is derived from them.
 *
 * @param er encryption root
 * @param ir identity root
 * @param irk d1(IR, 1, 0)
 * @param identityAddress the address that our bonds know us by
 */
public record LocalKeys(Key er, Key ir, Key irk, DeviceAddress identityAddress) {
    /** DHK = d1(IR, 3, 0), which masks the DIV of LE legacy pairing (Vol 3, Part H, Appendix B, 2.2). */
    public Key dhk() {
        return Toolbox.dhk(ir);
    }

    @Override
    public String toString() {
        return "LocalKeys[" + identityAddress + "]";
    }
}
