package org.everbond.security.internal.pdu;

/** A PDU that says what the specification does not allow: answered with Invalid Parameters. */
public final class PduException extends IllegalArgumentException {
    PduException(String message) {
        super(message);
    }

    static void check(boolean allowed, String field, int value) {
        if (!allowed) {
            throw new PduException(field + " " + value + " is out of range");
        }
    }
}
