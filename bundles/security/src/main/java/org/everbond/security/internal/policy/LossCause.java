package org.everbond.security.internal.policy;

import java.util.Optional;
import org.everbond.hci.ErrorCode;
import org.everbond.security.SecurityEvent.BondLost.Cause;

/** What a failed encryption says about the bond: the two ends of one failure see different codes. */
public final class LossCause {
    private LossCause() {}

    /** By the status of Encryption Change (Vol 4, Part E, 7.7.8). */
    public static Optional<Cause> ofStatus(int status) {
        return switch (ErrorCode.of(status).orElse(ErrorCode.UNSPECIFIED_ERROR)) {
            case PIN_OR_KEY_MISSING -> Optional.of(Cause.PEER_FORGOT);
            // 0x3D by the specification; btvirt compares the keys itself, says 0x05 and keeps the link.
            case CONNECTION_TERMINATED_DUE_TO_MIC_FAILURE, AUTHENTICATION_FAILURE -> Optional.of(Cause.KEYS_DIFFER);
            case CONNECTION_TIMEOUT, LMP_OR_LL_RESPONSE_TIMEOUT -> Optional.of(Cause.SUSPECTED);
            default -> Optional.empty();
        };
    }

    /** By the reason for which the link ended while it was being encrypted. */
    public static Optional<Cause> ofDisconnection(int reason) {
        return switch (ErrorCode.of(reason).orElse(ErrorCode.UNSPECIFIED_ERROR)) {
            case CONNECTION_TERMINATED_DUE_TO_MIC_FAILURE -> Optional.of(Cause.KEYS_DIFFER);
            case AUTHENTICATION_FAILURE, CONNECTION_TIMEOUT, LMP_OR_LL_RESPONSE_TIMEOUT -> Optional.of(Cause.SUSPECTED);
            default -> Optional.empty();
        };
    }

    /** One sentence for people. */
    public static String explanation(Cause cause) {
        return switch (cause) {
            case PEER_FORGOT -> "the peer says that it has no key for this bond; pair again if that is expected,"
                    + " for example after a reset of the peer";
            case WE_FORGOT -> "the peer wants to encrypt with a key of which this gateway has no record;"
                    + " forget the bond at the peer and pair again";
            case KEYS_DIFFER -> "the peer holds another key than this gateway; it was paired anew elsewhere,"
                    + " or is not the device that it says it is; pair again if you trust it";
            case SUSPECTED -> "the link was lost while it was being encrypted; if that happens every time,"
                    + " the peer holds another key: pair again";
        };
    }
}
