package org.everbond.security.internal.policy;

import org.everbond.bonds.SecurityLevel;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.pdu.AuthReq;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Features;
import org.everbond.security.internal.pdu.KeyDistribution;

/**
 * Phase 1: what we offer, and whether what both offer is enough (Vol 3, Part H, 2.3). The level that we require is decided
 * first and the offer follows from it; what was achieved is judged by the same level.
 */
public final class Negotiation {
    private static final int KEY_SIZE = 16;

    private Negotiation() {}

    /** What we ask for as initiator. */
    public static Features request(SecurityOptions options, boolean bonding) {
        int keys = bonding ? KeyDistribution.OFFERED : 0;
        return new Features(Features.NO_INPUT_NO_OUTPUT, 0, authReq(options, bonding), KEY_SIZE, keys, keys);
    }

    /** What we answer as responder: keys are those that were asked for and that we know (3.6.1). */
    public static Features response(Features request, SecurityOptions options, boolean bonding) {
        boolean both = bonding && request.bonding();
        int offered = both ? KeyDistribution.OFFERED : 0;
        return new Features(
                Features.NO_INPUT_NO_OUTPUT,
                0,
                authReq(options, both),
                KEY_SIZE,
                request.initiatorKeys() & offered,
                request.responderKeys() & offered);
    }

    /** AuthReq of our Security Request. */
    public static int authReq(SecurityOptions options, boolean bonding) {
        boolean mitm = options.minimumLevel().compareTo(SecurityLevel.AUTHENTICATED) >= 0;
        return AuthReq.SECURE_CONNECTIONS | (bonding ? AuthReq.BONDING : 0) | (mitm ? AuthReq.MITM : 0);
    }

    /**
     * @throws Refusal when this pairing would not be what we require
     */
    public static Agreement agree(Features request, Features response, SecurityOptions options) throws Refusal {
        if (!request.secureConnections() || !response.secureConnections()) {
            throw new Refusal(
                    FailureReason.AUTHENTICATION_REQUIREMENTS,
                    "the peer can only do LE legacy pairing, which this gateway refuses; update the peer to LE Secure Connections");
        }
        if ((response.initiatorKeys() & ~request.initiatorKeys()) != 0
                || (response.responderKeys() & ~request.responderKeys()) != 0) {
            throw new Refusal(
                    FailureReason.INVALID_PARAMETERS,
                    "the Pairing Response distributes keys that were not asked for; update the peer");
        }
        int keySize = Math.min(request.maximumKeySize(), response.maximumKeySize());
        if (keySize < options.minimumKeySize()) {
            throw new Refusal(
                    FailureReason.ENCRYPTION_KEY_SIZE,
                    "the peer can only do keys of " + keySize + " octets and this gateway asks for " + options.minimumKeySize()
                            + "; update the peer or lower the minimum key size");
        }
        var agreement = new Agreement(
                request,
                response,
                true,
                AssociationModel.secureConnections(request, response),
                keySize,
                request.bonding() && response.bonding(),
                KeyDistribution.secureConnections(response.initiatorKeys()),
                KeyDistribution.secureConnections(response.responderKeys()));
        checkModel(agreement, options);
        return agreement;
    }

    private static void checkModel(Agreement agreement, SecurityOptions options) throws Refusal {
        if (agreement.model() == AssociationModel.OUT_OF_BAND) {
            throw new Refusal(
                    FailureReason.OOB_NOT_AVAILABLE,
                    "the peer says that it has out of band data of this gateway, which never gave any; pair without it");
        }
        if (agreement.model() != AssociationModel.JUST_WORKS) {
            throw new Refusal(
                    FailureReason.AUTHENTICATION_REQUIREMENTS,
                    "the peer demands a method that this gateway cannot carry out; choose Just Works at the peer");
        }
        var achieved = agreement.achieved().level();
        if (achieved.compareTo(options.minimumLevel()) < 0) {
            throw new Refusal(
                    FailureReason.AUTHENTICATION_REQUIREMENTS,
                    "Just Works reaches level " + achieved.number() + " and this gateway asks for level "
                            + options.minimumLevel().number() + "; lower bond.minimumLevel to pair with this peer");
        }
    }
}
