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

    /**
     * The name of the legacy keys that a DIV gives.
     *
     * @param div 16 bits
     * @param random 64 bits for Rand
     */
    public LegacyName legacyName(int div, long random, int keySize, boolean authenticated) {
        return LegacyName.of(dhk(), div, random, keySize, authenticated);
    }

    /**
     * LTK = d1(ER, DIV, 0) (Appendix B, 2.1), shortened to the key size that its name says.
     *
     * @param name a possible one
     */
    public Key ltk(LegacyName name) {
        return Toolbox.legacyLtk(er, name.div(dhk())).shortened(name.keySize());
    }

    /** CSRK = d1(ER, DIV, 1), which goes with that LTK. */
    public Key csrk(LegacyName name) {
        return Toolbox.csrk(er, name.div(dhk()));
    }

    /** The DIV of that LTK: 16 bits. */
    public int div(LegacyName name) {
        return name.div(dhk());
    }

    @Override
    public String toString() {
        return "LocalKeys[" + identityAddress + "]";
    }
}
