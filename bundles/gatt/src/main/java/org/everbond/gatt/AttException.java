package org.everbond.gatt;

/** An ATT request that was answered with an error, or not at all. The message is one sentence for people. */
public class AttException extends Exception {
    private final int error;

    /** @param error ATT error code (Vol 3, Part F, 3.4.1.1), 0x80..0x9F for application errors, 0 when there was no answer */
    public AttException(int error, String message) {
        super(message);
        this.error = error;
    }

    /** The ATT error code (Vol 3, Part F, 3.4.1.1), 0x01..0xFF; 0 when there was no answer. */
    public int error() {
        return error;
    }
}
