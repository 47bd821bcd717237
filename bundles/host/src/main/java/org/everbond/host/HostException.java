package org.everbond.host;

/** Something that the controller or the peer did not do. The message is one sentence for people. */
public class HostException extends Exception {
    private final int status;

    /** @param status the error code of the controller (Vol 1, Part F), or 0 when there is none */
    public HostException(String message, int status) {
        super(message);
        this.status = status;
    }

    /** The error code of the controller (Vol 1, Part F), 0x01..0xFF; 0 when there is none. */
    public int status() {
        return status;
    }
}
