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

    public PairingException(String message, int reason, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.byPeer = false;
    }

    public int reason() {
        return reason;
    }

    public boolean byPeer() {
        return byPeer;
    }
}
