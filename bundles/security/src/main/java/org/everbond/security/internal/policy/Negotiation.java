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
    public static Features request(SecurityOptions options, Means means, boolean bonding) {
        int keys = bonding ? offered(options, allowsLegacy(options)) : 0;
        boolean oob = options.secureConnections() && means.peerOob() || allowsLegacy(options) && means.temporaryKey();
        return features(options, means, oob, bonding, keys, keys);
    }

    /** What we answer as responder: keys are those that were asked for and that we know (3.6.1). */
    public static Features response(Features request, SecurityOptions options, Means means, boolean bonding) {
        boolean both = bonding && request.bonding();
        boolean legacy = !request.secureConnections() || !options.secureConnections();
        int offered = both ? offered(options, legacy) : 0;
        boolean oob = legacy ? means.temporaryKey() : means.peerOob();
        return features(
                options, means, oob, both, request.initiatorKeys() & offered, request.responderKeys() & offered);
    }

    /** What we distribute and take; never a link key (cross-transport key derivation). */
    private static int offered(SecurityOptions options, boolean legacy) {
        return KeyDistribution.ID_KEY
                | (legacy ? KeyDistribution.ENC_KEY : 0)
                | (options.signing() ? KeyDistribution.SIGN_KEY : 0);
    }

    private static boolean allowsLegacy(SecurityOptions options) {
        return options.legacy() && required(options) != SecurityLevel.SECURE;
    }

    private static Features features(
            SecurityOptions options, Means means, boolean oob, boolean bonding, int initiatorKeys, int responderKeys) {
        return new Features(
                means.ioCapability().value(),
                oob ? 1 : 0,
                authReq(options, bonding) | (means.hasUser() ? AuthReq.MITM | AuthReq.KEYPRESS : 0) | (oob ? AuthReq.MITM : 0),
                KEY_SIZE,
                initiatorKeys,
                responderKeys);
    }

    /** AuthReq of our Security Request: what we require. What our user can do beyond that is said in the features. */
    public static int authReq(SecurityOptions options, boolean bonding) {
        boolean mitm = required(options).compareTo(SecurityLevel.AUTHENTICATED) >= 0;
        return (options.secureConnections() ? AuthReq.SECURE_CONNECTIONS : 0)
                | (bonding ? AuthReq.BONDING : 0) | (mitm ? AuthReq.MITM : 0);
    }

    /** The level that a pairing must achieve; in Secure Connections Only Mode it is 4 (Vol 3, Part C, 10.2.4). */
    private static SecurityLevel required(SecurityOptions options) {
        return options.secureConnectionsOnly() ? SecurityLevel.SECURE : options.minimumLevel();
    }

    /**
     * @param means as for our request or response
     * @param initiator whether the request was ours
     * @throws Refusal when this pairing would not be what we require, or cannot be done with what is at hand
     */
    public static Agreement agree(
            Features request, Features response, SecurityOptions options, Means means, boolean initiator) throws Refusal {
        boolean secureConnections = request.secureConnections() && response.secureConnections();
        if (!secureConnections) {
            checkLegacy(options);
        }
        if (!KeyDistribution.isAmong(response.initiatorKeys(), request.initiatorKeys())
                || !KeyDistribution.isAmong(response.responderKeys(), request.responderKeys())) {
            throw new Refusal(
                    FailureReason.INVALID_PARAMETERS,
                    "the Pairing Response distributes keys that were not asked for; update the peer");
        }
        var agreement = new Agreement(
                request,
                response,
                secureConnections,
                secureConnections
                        ? AssociationModel.secureConnections(request, response)
                        : AssociationModel.legacy(request, response),
                Math.min(request.maximumKeySize(), response.maximumKeySize()),
                request.bonding() && response.bonding(),
                distributed(response.initiatorKeys(), secureConnections),
                distributed(response.responderKeys(), secureConnections),
                options.rules());
        checkKeySize(agreement.keySize(), options);
        checkOob(agreement, means, initiator);
        checkMethod(agreement, options);
        checkLevel(agreement, options);
        return agreement;
    }

    private static int distributed(int agreed, boolean secureConnections) {
        return secureConnections ? KeyDistribution.secureConnections(agreed) : KeyDistribution.legacy(agreed);
    }

    private static void checkLegacy(SecurityOptions options) throws Refusal {
        if (!allowsLegacy(options)) {
            var refusal = "the peer can only do LE legacy pairing, which whoever listens to it can break and this gateway refuses;"
                    + " update the peer to LE Secure Connections";
            throw new Refusal(
                    FailureReason.AUTHENTICATION_REQUIREMENTS,
                    refusal + (options.legacy() ? ", or ask for less than level 4" : ", or allow pairing.legacy"));
        }
    }

    private static void checkKeySize(int keySize, SecurityOptions options) throws Refusal {
        int minimum = required(options) == SecurityLevel.SECURE ? KEY_SIZE : options.minimumKeySize();
        if (keySize < minimum) {
            throw new Refusal(
                    FailureReason.ENCRYPTION_KEY_SIZE,
                    "the peer can only do keys of " + keySize + " octets and this gateway asks for " + minimum
                            + "; update the peer or lower the minimum key size");
        }
    }

    /** Data that one side claims to have must be there: else no commitment and no check can hold. */
    private static void checkOob(Agreement agreement, Means means, boolean initiator) throws Refusal {
        if (!agreement.secureConnections()) {
            if (agreement.model() == AssociationModel.OUT_OF_BAND && !means.temporaryKey()) {
                throw new Refusal(
                        FailureReason.OOB_NOT_AVAILABLE,
                        "the peer can only do LE legacy pairing, for which the out of band data has no temporary key;"
                                + " give one for this peer, or pair without");
            }
            return;
        }
        if (agreement.featuresOf(!initiator).oob() && !means.ownOob()) {
            throw new Refusal(
                    FailureReason.OOB_NOT_AVAILABLE,
                    "the peer says that it has out of band data of this gateway, which holds none; hand the peer new data,"
                            + " or pair without it");
        }
        if (agreement.featuresOf(initiator).oob() && !means.peerOob()) {
            throw new Refusal(
                    FailureReason.OOB_NOT_AVAILABLE,
                    "the out of band data of the peer has a temporary key only, and the peer pairs with LE Secure Connections;"
                            + " take over its confirmation and random values, or pair without");
        }
    }

    /** Who may use only one method is not led into another (method confusion): neither people nor agents are asked anything then. */
    private static void checkMethod(Agreement agreement, SecurityOptions options) throws Refusal {
        if (!options.methods().contains(agreement.model().method())) {
            throw new Refusal(
                    FailureReason.AUTHENTICATION_REQUIREMENTS,
                    "what both sides can do comes to " + agreement.model().words() + ", which pairing.methods does not allow;"
                            + " pair with a display, a keyboard or out of band data that makes it another one, or allow it");
        }
    }

    private static void checkLevel(Agreement agreement, SecurityOptions options) throws Refusal {
        var achieved = agreement.achieved().level();
        var required = required(options);
        if (achieved.compareTo(required) < 0) {
            throw new Refusal(
                    FailureReason.AUTHENTICATION_REQUIREMENTS,
                    "all that both sides can do is " + agreement.model().words() + ", which reaches level " + achieved.number()
                            + " and this gateway asks for level " + required.number()
                            + "; pair with a display, a keyboard or out of band data, or lower bond.minimumLevel");
        }
    }
}
