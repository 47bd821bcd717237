package org.everbond.gateway.launch;

import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** Writes one line to standard error: level, last part of the logger's name, message, and the cause in the same line. */
final class ErrorStreamLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;
    /** Marks lines that a command of a script says, too. */
    private static final String TOLD = "TOLD";
    /** Has lines only where {@code store.trace} asks for them. */
    private static final String STORE_TRACE = "org.everbond.tlv.trace";

    private final boolean verbose;
    private final boolean quiet;

    ErrorStreamLogger(String name, boolean verbose, boolean quiet) {
        this.name = name;
        this.verbose = verbose;
        this.quiet = quiet;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(Level level, Marker marker, String pattern, Object[] arguments, Throwable cause) {
        if (quiet && marker != null && marker.contains(TOLD)) {
            return;
        }
        var line = new StringBuilder(String.format("%-5s ", level)).append(name.substring(name.lastIndexOf('.') + 1)).append(": ");
        line.append(MessageFormatter.basicArrayFormat(pattern, arguments));
        if (cause != null && !verbose) {
            line.append(" (").append(cause.getMessage() == null ? cause : cause.getMessage()).append(')');
        }
        synchronized (System.err) {
            System.err.println(line);
            if (cause != null && verbose) {
                cause.printStackTrace();
            }
        }
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isInfoEnabled() {
        return verbose || name.equals(STORE_TRACE);
    }

    @Override
    public boolean isWarnEnabled() {
        return !quiet;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }
}
