package org.everbond.security.internal.policy;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.pdu.FailureReason;

/** May a pairing take the place of a bond? No weaker one replaces a stronger one. */
public final class Replacement {
    private Replacement() {}

    /**
     * @param coming what the new pairing achieves
     * @param reason what the peer is told when it may not
     * @throws Refusal when it may not
     */
    public static void check(
            Optional<Bond> existing, BondSecurity coming, SecurityOptions.Replace policy, FailureReason reason) throws Refusal {
        if (existing.isEmpty()) {
            return;
        }
        var bond = existing.get();
        if (policy == SecurityOptions.Replace.NEVER) {
            throw new Refusal(
                    reason,
                    "bond " + bond.id() + " with " + bond.identity() + " may not be replaced; forget it to pair anew");
        }
        if (coming.isWeakerThan(bond.security())) {
            throw new Refusal(
                    reason,
                    "the pairing would be weaker than bond " + bond.id() + " with " + bond.identity()
                            + "; pair as securely as then, or forget the bond");
        }
    }
}
