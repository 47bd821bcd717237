package org.everbond.security.internal.policy;

import org.everbond.bonds.BondSecurity;
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
 */
public record Agreement(
        Features request,
        Features response,
        boolean secureConnections,
        AssociationModel model,
        int keySize,
        boolean bonding,
        int initiatorKeys,
        int responderKeys) {
    /** What this pairing achieves once its checks have passed: from the method that runs, not from what anybody asked for. */
    public BondSecurity achieved() {
        return new BondSecurity(model.method(), secureConnections, model.authenticates(), keySize);
    }

    /** Whether Keypress Notifications are sent: both sides said so (Vol 3, Part H, 3.5.8). */
    public boolean keypress() {
        return request.keypress() && response.keypress();
    }

    public int keysOf(boolean initiator) {
        return initiator ? initiatorKeys : responderKeys;
    }
}
