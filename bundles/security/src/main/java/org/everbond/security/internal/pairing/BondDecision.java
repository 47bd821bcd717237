package org.everbond.security.internal.pairing;

import java.util.Optional;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.Key;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.KeyDistribution;
import org.everbond.security.internal.policy.Agreement;
import org.everbond.security.internal.policy.Refusal;
import org.everbond.security.internal.policy.Replacement;

/** Whether a pairing makes a bond, and which. */
final class BondDecision {
    private BondDecision() {}

    /**
     * Before anything is exchanged: would this pairing be allowed to take the place of the bond that the peer's address names?
     *
     * @throws Refusal when not
     */
    static void checkBefore(Pairing pairing, Agreement agreement) throws Refusal {
        Replacement.check(
                pairing.existing(),
                agreement.achieved(),
                pairing.options().replace(),
                FailureReason.AUTHENTICATION_REQUIREMENTS);
        boolean identifies = (agreement.keysOf(!pairing.initiator()) & KeyDistribution.ID_KEY) != 0
                || pairing.connection().peerAddress().isIdentity();
        if (pairing.existing().isPresent() && !(agreement.makesBond() && identifies)) {
            // Else a stranger with the bonded peer's address would get an encrypted link without ever touching the bond.
            throw new Refusal(
                    FailureReason.AUTHENTICATION_REQUIREMENTS,
                    "a bonded peer wants to pair without bonding; encrypt with the stored key, or forget bond "
                            + pairing.existing().get().id());
        }
    }

    /**
     * The bond that the received keys make.
     *
     * @param keys what was received and what we distribute
     * @param ownIrk that the peer is given; null when it is given none
     * @return empty when no bond is made: not both want one, no key would encrypt again, or the peer cannot be recognised
     * @throws Refusal when it would take the place of a bond that it may not
     */
    static Optional<NewBond> make(Pairing pairing, Agreement agreement, ReceivedKeys received, BondKeys keys, Key ownIrk)
            throws Refusal {
        var identity = received.identity() != null ? received.identity() : pairing.connection().peerAddress();
        if (!agreement.makesBond() || !identity.isIdentity()) {
            return Optional.empty();
        }
        Replacement.check(
                pairing.surroundings().bonds().byIdentity(identity),
                agreement.achieved(),
                pairing.options().replace(),
                FailureReason.KEY_REJECTED);
        return Optional.of(new NewBond(identity, agreement.made(), keys).given(ownIrk));
    }
}
