package org.everbond.security.internal.policy;

import org.everbond.bonds.BondSecurity;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.pdu.Features;
import org.everbond.security.internal.pdu.KeyDistribution;

/**
 * What Pairing Request and Pairing Response lead to.
 *
 * @param secureConnections LE Secure Connections, else LE legacy pairing
 * @param keySize 7..16 octets
 * @param bonding whether keys are to be kept: both sides said so
 * @param initiatorKeys bits of {@link KeyDistribution} that the initiator sends
 * @param responderKeys bits that the responder sends
 * @param rules by which the pairing is judged
 */
public record Agreement(
        Features request,
        Features response,
        boolean secureConnections,
        AssociationModel model,
        int keySize,
        boolean bonding,
        int initiatorKeys,
        int responderKeys,
        SecurityOptions.Rules rules) {
    /**
     * What this pairing achieves once its checks have passed: from the method that runs, not from what anybody asked for, and as far as
     * the rules let it count.
     */
    public BondSecurity achieved() {
        return rules.judge(made());
    }

    /** Likewise whatever the rules: what is written down, to be judged by the rules of another day. */
    public BondSecurity made() {
        return new BondSecurity(model.method(), secureConnections, model.authenticates(), keySize);
    }

    /** Whether Keypress Notifications are sent: both sides said so (Vol 3, Part H, 3.5.8). */
    public boolean keypress() {
        return request.keypress() && response.keypress();
    }

    /** Whether a bond can come of it: both sides want one, and there will be a key to encrypt with again. */
    public boolean makesBond() {
        return bonding && (secureConnections || ((initiatorKeys | responderKeys) & KeyDistribution.ENC_KEY) != 0);
    }

    public Features featuresOf(boolean initiator) {
        return initiator ? request : response;
    }

    /** The same, but nothing is kept. */
    public Agreement withoutBond() {
        return new Agreement(
                request, response, secureConnections, model, keySize, false, initiatorKeys, responderKeys, rules);
    }

    public int keysOf(boolean initiator) {
        return initiator ? initiatorKeys : responderKeys;
    }
}
