package org.everbond.gateway.launch;

import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The logging of the stand-alone gateway: one line on standard error, from WARN; from INFO and with stack traces if verbose; only
 * from ERROR when it runs a script, whose commands say by themselves what went wrong.
 */
public final class Logging implements SLF4JServiceProvider {
    static final String VERBOSE = "everbond.verbose";
    static final String QUIET = "everbond.quiet";

    private final ConcurrentHashMap<String, Logger> loggers = new ConcurrentHashMap<>();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();
    private boolean verbose;
    private boolean quiet;

    @Override
    public void initialize() {
        verbose = Boolean.getBoolean(VERBOSE);
        quiet = Boolean.getBoolean(QUIET);
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return name -> loggers.computeIfAbsent(name, key -> new ErrorStreamLogger(key, verbose, quiet));
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }
}
