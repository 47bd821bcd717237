package org.everbond.store.internal;

/** A command that cannot be carried out; the message is one sentence for people that names the thing and the cure. */
public final class ToolException extends Exception {
    /** Nothing was changed. */
    public static final int REFUSED = 1;
    /** The file is no store that can be read, or the command is wrong. */
    public static final int UNUSABLE = 2;

    private final int exitCode;

    ToolException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    ToolException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
