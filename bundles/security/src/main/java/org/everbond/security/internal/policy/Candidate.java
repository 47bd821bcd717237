package org.everbond.security.internal.policy;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.crypto.Key;

/**
 * A stored key to encrypt a link with.
 *
 * @param previous whether it is the key that the bond had before its last pairing
 * @param ours whether it is an LTK of LE legacy pairing that we distributed: it answers requests of the peer, and nothing else
 * @param security what a link encrypted with it has
 */
public record Candidate(
        Bond bond, boolean previous, boolean ours, Key ltk, int ediv, long rand, BondSecurity security) {
    public static Candidate present(Bond bond, BondKeys keys) {
        return new Candidate(bond, false, false, keys.ltk(), keys.ediv(), keys.rand(), bond.security());
    }

    public static Candidate previous(Bond bond, PreviousLtk previous) {
        return new Candidate(bond, true, false, previous.ltk(), previous.ediv(), previous.rand(), previous.security());
    }

    /**
     * The LTK of LE legacy pairing of ours that a central asks for, if this bond has it. A bond that another stack made does not know
     * what it had distributed: that stack answered whatever name it was asked for, and so the first name that encrypts is taken for its
     * own, if it tells of a key of the size that was negotiated then.
     *
     * @param owned whether the name is known to be some bond's
     */
    public static Optional<Candidate> distributed(
            Bond bond, BondKeys keys, Optional<PreviousLtk> previous, LegacyName asked, boolean owned, LocalKeys local) {
        boolean adopts = isAdopted(bond, keys) && !owned && isOfItsSize(bond, keys, asked);
        if (asked.equals(keys.legacy()) || adopts) {
            return distributed(bond, false, bond.security().method(), asked, local);
        }
        return previous.filter(before -> asked.equals(before.legacy()))
                .flatMap(before -> distributed(bond, true, before.security().method(), asked, local));
    }

    private static Optional<Candidate> distributed(
            Bond bond, boolean previous, PairingMethod method, LegacyName asked, LocalKeys local) {
        if (!asked.isPossible()) {
            return Optional.empty();
        }
        var security = new BondSecurity(method, false, asked.authenticated(), asked.keySize());
        return Optional.of(new Candidate(bond, previous, true, local.ltk(asked), asked.ediv(), asked.rand(), security));
    }

    /** Whether a central could ask for an LTK of LE legacy pairing that we distributed. */
    public static boolean mayBeAsked(Bond bond, BondKeys keys) {
        return keys.legacy() != null || isAdopted(bond, keys);
    }

    private static boolean isAdopted(Bond bond, BondKeys keys) {
        return keys.legacy() == null
                && bond.security().method() == PairingMethod.UNKNOWN
                && !bond.security().secureConnections();
    }

    /** One pairing has one key size (2.3.4). A record without the peer's LTK does not know it. */
    private static boolean isOfItsSize(Bond bond, BondKeys keys, LegacyName asked) {
        return keys.ltk() == null || keys.ltk().isZero() || asked.keySize() == bond.security().keySize();
    }

    /** What the name of a distributed key is. */
    public LegacyName name() {
        return new LegacyName(ediv, rand);
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
        return isUsable() && (ours || security.secureConnections()) && requestedEdiv == ediv && requestedRand == rand;
    }

    /** Whether we encrypt with it as central. */
    public boolean encrypts() {
        return isUsable() && !ours;
    }

    @Override
    public String toString() {
        return "Candidate[" + bond.id() + (previous ? ", previous" : "") + "]";
    }
}
