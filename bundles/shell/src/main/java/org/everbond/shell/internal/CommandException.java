package org.everbond.shell.internal;

/** A command that failed. The message is one sentence for people that names the thing and the cure. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1;

    CommandException(String message) {
        super(message);
    }

    CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
