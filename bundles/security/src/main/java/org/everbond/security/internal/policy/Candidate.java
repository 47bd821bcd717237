package org.everbond.security.internal.policy;

import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.crypto.Key;

/**
 * A stored key to encrypt a link with.
 *
 * @param previous whether it is the key that the bond had before its last pairing
 * @param security what a link encrypted with it has
 */
public record Candidate(Bond bond, boolean previous, Key ltk, int ediv, long rand, BondSecurity security) {
    public static Candidate present(Bond bond, BondKeys keys) {
        return new Candidate(bond, false, keys.ltk(), keys.ediv(), keys.rand(), bond.security());
    }

    public static Candidate previous(Bond bond, PreviousLtk previous) {
        return new Candidate(bond, true, previous.ltk(), previous.ediv(), previous.rand(), previous.security());
    }

    /** Whether this key is good enough to encrypt with: it is there, not all zero, and of the kind that its bond says. */
    public boolean isUsable() {
        return ltk != null
                && !ltk.isZero()
                && ltk.equals(ltk.shortened(security.keySize()))
                && (!security.secureConnections() || ediv == 0 && rand == 0);
    }

    /**
     * Whether we answer an LTK request with it (Vol 3, Part H, 2.4.4). The stored LTK of a legacy bond is the one that the peer
     * distributed: it encrypts when we are the central, and never answers a request.
     */
    public boolean answers(long requestedRand, int requestedEdiv) {
        return isUsable() && security.secureConnections() && requestedEdiv == 0 && requestedRand == 0;
    }

    @Override
    public String toString() {
        return "Candidate[" + bond.id() + (previous ? ", previous" : "") + "]";
    }
}
