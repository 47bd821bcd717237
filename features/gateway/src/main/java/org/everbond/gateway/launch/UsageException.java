package org.everbond.gateway.launch;

/** Something that the user can mend. The message is one line for people that names the thing and the cure. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
