package org.everbond.security;

/** A pairing or an encryption that failed. The message is one sentence for people. */
public class PairingException extends Exception {
    private final int reason;
    private final boolean byPeer;

    /**
     * @param reason of Pairing Failed (Vol 3, Part H, 3.5.5), or 0 when it failed for another cause
     * @param byPeer whether the peer refused, else we did
     */
    public PairingException(String message, int reason, boolean byPeer) {
        super(message);
        this.reason = reason;
        this.byPeer = byPeer;
    }

    /**
     * A pairing that we ended.
     *
     * @param reason that the peer was told (Vol 3, Part H, 3.5.5), or 0 when it was told none
     * @param cause what went wrong here
     */
    public PairingException(String message, int reason, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.byPeer = false;
    }

    /** The reason of Pairing Failed (Vol 3, Part H, 3.5.5), 0x01..0x0F; 0 when it failed for another cause. */
    public int reason() {
        return reason;
    }

    /** Whether the peer refused, else we did, or the link ended. */
    public boolean byPeer() {
        return byPeer;
    }
}
