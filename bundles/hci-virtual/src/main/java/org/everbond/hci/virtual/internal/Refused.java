package org.everbond.hci.virtual.internal;

import org.everbond.hci.ErrorCode;

/** A command that ends with an error status. Has no stack trace: hosts may cause it as often as they like. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient ErrorCode status;

    Refused(ErrorCode status) {
        super(status.text(), null, false, false);
        this.status = status;
    }

    static Refused parameters() {
        return new Refused(ErrorCode.INVALID_HCI_COMMAND_PARAMETERS);
    }

    static Refused disallowed() {
        return new Refused(ErrorCode.COMMAND_DISALLOWED);
    }

    ErrorCode status() {
        return status;
    }
}
