package org.everbond.tlv;

import java.io.IOException;

/** A storage operation that failed. The message is one sentence for people that names the thing and the cure. */
public class TlvException extends IOException {
    /** What it means for the data. */
    public enum Reason {
        /** Another process uses the resource. */
        IN_USE,
        /** The place does not exist, is not writable, or is no store. */
        UNUSABLE,
        /** The place has no room for more tags or octets; nothing was written. Less content would fit. */
        FULL,
        /** The disk that the place is on is full; nothing was written. That less would be kept makes no room there. */
        NO_SPACE,
        /** Nothing was written. */
        FAILED,
        /**
         * Another program has changed the place since it was read; nothing was written. Said by backends: the store in front reads
         * the place again and then commits what the other program did not touch.
         */
        CHANGED,
        /** The device failed while writing; whether it is durable will show when the store is opened again. */
        IN_DOUBT,
        /** No backend was there in time. */
        NO_BACKEND
    }

    private final Reason reason;

    /** @param message one sentence for people that names the thing and the cure */
    public TlvException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** @param cause what the system said; may be null */
    public TlvException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What it means for the data. */
    public Reason reason() {
        return reason;
    }
}
