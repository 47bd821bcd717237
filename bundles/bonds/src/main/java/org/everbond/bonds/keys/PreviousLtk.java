package org.everbond.bonds.keys;

import org.everbond.bonds.BondSecurity;
import org.everbond.crypto.Key;

/**
 * The LTK that a bond had before its keys were replaced; after several replacements of which none was confirmed, the last one that
 * was.
 *
 * @param ltk already shortened to the key size; zero when there was none to encrypt with as central
 * @param ediv 0 for LE Secure Connections
 * @param rand 0 for LE Secure Connections
 * @param security what the pairing that made it had achieved: all that a link encrypted with it may claim
 * @param legacy of the LTK that we had distributed in LE legacy pairing; else null
 */
public record PreviousLtk(Key ltk, int ediv, long rand, BondSecurity security, LegacyName legacy) {
    /** Without a name of LE legacy pairing. */
    public PreviousLtk(Key ltk, int ediv, long rand, BondSecurity security) {
        this(ltk, ediv, rand, security, null);
    }

    @Override
    public String toString() {
        return "PreviousLtk[" + security + "]";
    }
}
