package org.everbond.security.internal.policy;

import org.everbond.security.IoCapability;

/**
 * What is at hand here for a pairing with this peer, before anything is exchanged.
 *
 * @param ioCapability what our user can do
 * @param temporaryKey whether a TK of LE legacy pairing came out of band
 * @param peerOob whether Confirm and Random of the peer came out of band
 * @param ownOob whether Confirm and Random of ours were made, so that the peer may have them
 */
public record Means(IoCapability ioCapability, boolean temporaryKey, boolean peerOob, boolean ownOob) {
    /** Nobody and nothing. */
    public static final Means NONE = new Means(IoCapability.NO_INPUT_NO_OUTPUT, false, false, false);

    boolean hasUser() {
        return ioCapability != IoCapability.NO_INPUT_NO_OUTPUT;
    }
}
