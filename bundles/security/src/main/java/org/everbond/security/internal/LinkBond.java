package org.everbond.security.internal;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.Lookup;
import org.everbond.crypto.DeviceAddress;

/** The bond of the peer of one link, the likeliest one until its key has encrypted the link, and the word to the store that it is connected. */
final class LinkBond {
    private final BondStore bonds;
    private final KeyTrials trials;
    private final DeviceAddress onAir;
    private BondId id;
    private boolean madeHere;

    LinkBond(BondStore bonds, KeyTrials trials, DeviceAddress onAir) {
        this.bonds = bonds;
        this.trials = trials;
        this.onAir = onAir;
    }

    Optional<Bond> get() {
        return id == null ? Optional.empty() : bonds.get(id);
    }

    /** Whether its present keys were made on this link. */
    boolean isMadeHere() {
        return madeHere;
    }

    void made(Bond bond) {
        madeHere = true;
        is(bond.id());
    }

    /** The pairing that made it has failed after all. */
    void notMadeHere() {
        madeHere = false;
    }

    /**
     * Looks again, unless the bond is known and still there.
     *
     * @return whether it is still being found out
     */
    boolean refresh() {
        if (get().isPresent()) {
            return false;
        }
        // Asked once only: the search that this begins may have ended when one asks again.
        var known = bonds.lookup(onAir);
        is(trials.inOrder(onAir, known.candidates()).stream().findFirst().map(Bond::id).orElse(null));
        return id == null && known.result() == Lookup.Result.NOT_READY;
    }

    /** Which of the bonds that it may be the peer is. */
    void recognised(Bond bond) {
        is(bond.id());
    }

    void disconnected() {
        is(null);
    }

    private void is(BondId now) {
        if (id != null && !id.equals(now)) {
            bonds.connected(id, false);
        }
        if (now != null && !now.equals(id)) {
            bonds.connected(now, true);
        }
        id = now;
    }
}
